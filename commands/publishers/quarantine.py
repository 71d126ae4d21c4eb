"""`publishers quarantine`: the entries that broke their readers, and another try for them."""

from collections.abc import Sequence
from datetime import UTC, datetime

from commands.errors import CannotStart
from commands.preparing import prepare
from commands.publishers.showing import age, columns
from ingest.quarantine_store import QuarantineStore, SetAside
from storage.settings import Settings

SHOWN = 200  # the newest; more at once are one publisher's mistake, and its first lines show it


def list_quarantine(settings: Settings) -> list[str]:
    """A line for each entry that is set aside, the newest first, under a heading; the last one says how many."""
    store, now = QuarantineStore(prepare(settings, ())), datetime.now(UTC)
    found, count = store.newest(SHOWN), store.count()
    rows = [("ID", "PUBLISHER", "SINCE", "KEPT", "TITLE", "LEADS TO"), *(_row(one, now) for one in found)]
    more = f", the newest {len(found)} are shown" if len(found) < count else ""
    way = "; `secondsource publishers quarantine --retry ID` (or all) tries again" if count else ""
    return [*(columns(rows) if found else []), f"{count} set aside{more}{way}"]


def retry_quarantine(settings: Settings, names: Sequence[str]) -> list[str]:
    """Takes up the entries named, or all, but for those of feeds that are off: a line that says so.

    Raises:
        CannotStart: when a name is neither `all` nor the id of an entry that can be taken up; then none is.
    """
    store = QuarantineStore(prepare(settings, ()))
    wanted = None if "all" in names else [_id(name) for name in names]
    missing = sorted(set(wanted) - store.which_can(wanted)) if wanted else ()
    if missing:
        why = "not set aside, or their feeds are off; without --retry the ids are shown"
        raise CannotStart(f"{', '.join(map(str, missing))}: {why}")
    taken = store.retry(wanted, datetime.now(UTC))
    return [f"{len(taken)} taken up again with the next poll, as far as their feeds still list them"]


def _id(name: str) -> int:
    if not (name.isascii() and name.isdigit() and len(name) < 10):
        raise CannotStart(f"{name}: neither `all` nor an id; without --retry the ids are shown")
    return int(name)


def _row(one: SetAside, now: datetime) -> tuple[str, ...]:
    since = f"{age(one.since, now)} ago" if one.since else "unknown"
    kept = ("feed's words" if one.article_id else "nothing") + (", to be tried" if one.is_due else "")
    return str(one.id), one.publisher.id, since, kept, one.title or "", one.url or one.feed_url
