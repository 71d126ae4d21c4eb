"""How feeds are shown in a terminal. Names and titles are strangers' words: nothing in them may steer it."""

from collections.abc import Sequence
from datetime import datetime

from rich.cells import cell_len, set_cell_size

from commands.errors import CannotStart
from ingest.feed_status import FeedStatus
from ingest.outcome import Outcome

WIDEST = 44  # characters of a column; only the last one may be longer

HINTS = {
    Outcome.REFUSED_ADDRESS: "it is not on the public internet; SECONDSOURCE_ALLOW_ADDRESSES opens it",
    Outcome.NAME_NOT_FOUND: "its name leads nowhere; check the spelling and this machine's network",
    Outcome.BAD_URL: "it is not an http(s) address",
    Outcome.TIMEOUT: "it did not answer in time; try again later",
    Outcome.CONNECTION_FAILED: "it cannot be connected to; check the address and this machine's network",
    Outcome.TLS_FAILED: "its certificate cannot be trusted",
    Outcome.HTTP_CLIENT_ERROR: "the site refuses it or has no such page; give the feed's own address",
    Outcome.NO_CONTENT: "it answers without a page",
    Outcome.HTTP_SERVER_ERROR: "the site is in trouble; try again later",
    Outcome.NOT_A_FEED: "there is no feed, neither declared by the page nor at the usual paths; "
    "give the feed's own address",
    Outcome.TOO_LARGE: "it is larger than 5 MiB",
}


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines, each column as wide as it has to be."""
    shown = [[printable(cell) for cell in row] for row in rows]
    widths = [min(WIDEST, max(cell_len(cell) for cell in column)) for column in zip(*shown, strict=True)]
    return [
        "  ".join([*(set_cell_size(cell, width) for cell, width in zip(row, widths[:-1], strict=False)), row[-1]])
        for row in shown
    ]


def printable(text: str) -> str:
    """A text on one line, without control characters."""
    return "".join(one if one.isprintable() else " " for one in text)


def count_of(number: int, one: str, many: str | None = None) -> str:
    """A number of things: `1 feed`, `2 feeds`; `many` where it is not `one` with an s."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def age(at: datetime | None, now: datetime) -> str:
    """How long ago, or ahead, an instant is: `12 min`, `3 h`, `5 d`; "never" for None."""
    if at is None:
        return "never"
    minutes = round(abs(now - at).total_seconds() / 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} d"


def ended(feed: FeedStatus) -> str:
    """How the last poll ended, in a word, and how bad that is."""
    if feed.last_outcome is None:
        return "not polled yet"
    return f"{feed.last_outcome.value}, {feed.grade}" if feed.grade else feed.last_outcome.value


def switched(feed: FeedStatus) -> str:
    """Whether it is polled, and why not where that was not an operator's decision."""
    return "on" if feed.enabled else f"off: {feed.off_because}" if feed.off_because else "off"


def refuse(address: str, outcome: Outcome) -> CannotStart:
    """Why an address cannot be used, and what to do about it."""
    return CannotStart(f"{shown_address(address)}: {HINTS.get(outcome, 'it cannot be read')} ({outcome.value})")


def shown_address(address: str) -> str:
    """An address, or a file's path, on one line; a name and password in it are not repeated."""
    scheme, slashes, rest = address.partition("://")
    authority, slash, path = rest.partition("/")
    plain = f"{scheme}{slashes}{authority.rpartition('@')[2]}{slash}{path}" if slashes else address
    return printable(plain)
