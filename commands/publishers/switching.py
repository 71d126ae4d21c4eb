"""`publishers on`, `off` and `refresh`: what an operator decides about polling."""

from datetime import UTC, datetime

from commands.errors import CannotStart
from commands.publishers.choosing import choose, open_publishers
from commands.publishers.showing import printable
from storage.settings import Settings


def switch(settings: Settings, name: str, enabled: bool) -> list[str]:
    """Turns a publisher's feeds, or one feed, on or off: a line for each.

    Raises:
        CannotStart: when there is no such publisher or feed.
    """
    store = open_publishers(settings)
    feeds = choose(store, [name])
    changed = [feed for feed in feeds if feed.enabled is not enabled]
    store.switch([feed.id for feed in changed], enabled, datetime.now(UTC))
    word = "on" if enabled else "off"
    return [f"{printable(feed.url)}: {'' if feed in changed else 'already '}{word}" for feed in feeds]


def refresh(settings: Settings, name: str) -> list[str]:
    """Makes a publisher's feeds, or one feed, due at once: a line for each. It polls nothing itself.

    Raises:
        CannotStart: when there is no such publisher or feed, or it is off.
    """
    store = open_publishers(settings)
    due = [feed for feed in choose(store, [name]) if feed.enabled]
    if not due:
        raise CannotStart(f"{name} is off and not polled: `secondsource publishers on {name}` turns it on")
    store.make_due([feed.id for feed in due], datetime.now(UTC))
    return [f"{printable(feed.url)}: due now" for feed in due]
