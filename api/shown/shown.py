"""Where an event is shown: what an editor is told before its id goes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from api import narrowing
from api.shown.tally import OTHER

FEEDS = "feeds"  # the subject under which fetches of feeds are counted; no event has this id
SAID = 3  # of each kind, by name
NAMING = {"q", "asset", "theme", "type", "signal"}  # conditions by whose words a feed may be called
LONGEST_CONDITION = 60  # characters of a feed's conditions, in words

Counted = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """Where an event was shown in the last 24 hours, most often first.

    `hosts` shown on, and how often; `feeds` that were fetched and have it in them now, by address, and how often;
    `webhooks` that were sent a change of it and `wanted_by`, those that would be sent its next one, both as how many
    of each key, by the key's name.
    """

    hosts: Counted = ()
    feeds: Counted = ()
    webhooks: Counted = ()
    wanted_by: Counted = ()


def in_words(shown: Shown) -> list[str]:
    """Where it is shown: `on a.example (120 times)`, `in the BTC feed`, `to 2 apps (…)`; what it is not is left out."""
    return [part for part in (_on_hosts(shown), _in_feeds(shown), _to_apps(shown)) if part]


def _on_hosts(shown: Shown) -> str | None:
    named = [f"{host} ({_times(times)})" for host, times in shown.hosts if host != OTHER]
    unnamed = [f"other sites ({_times(times)})" for host, times in shown.hosts if host == OTHER]
    return f"on {_listed(named, SAID, unnamed)}" if named or unnamed else None


def _in_feeds(shown: Shown) -> str | None:
    fetched: Counter[str] = Counter()
    for address, times in shown.feeds:
        fetched[_feed_words(address)] += times
    return f"in {_listed([name for name, _ in fetched.most_common()], SAID)}" if fetched else None


def _to_apps(shown: Shown) -> str | None:
    names = list(dict.fromkeys(name for name, _ in (*shown.webhooks, *shown.wanted_by)))
    return f"to {len(names)} app{'' if len(names) == 1 else 's'} ({_listed(names, SAID)})" if names else None


def _feed_words(address: str) -> str:
    """A feed by what it is narrowed to."""
    asked = [(name, value) for name, value in parse_qsl(urlsplit(address).query) if name in narrowing.CONDITIONS]
    named = _in_short([one for one in asked if one[0] in NAMING])
    more = _in_short([one for one in asked if one[0] not in NAMING])
    if not more:
        return f"the {named} feed" if named else "the feed of all events"
    return f"the {named} feed ({more})" if named else f"the feed of events {more}"


def _in_short(asked: Sequence[tuple[str, str]]) -> str:
    said = ", ".join(narrowing.condition_words(name, value, {}) for name, value in asked)
    return said if len(said) <= LONGEST_CONDITION else f"{said[:LONGEST_CONDITION]}…"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


def _listed(all_of_them: Sequence[str], at_most: int, last: Sequence[str] = ()) -> str:
    """The first of them, how many more there are, and what comes last."""
    more = len(all_of_them) - at_most
    said = [*all_of_them[:at_most], *([f"{more} more"] if more > 0 else []), *last]
    return " and ".join(part for part in (", ".join(said[:-1]), said[-1]) if part)
