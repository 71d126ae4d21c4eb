"""Which entries of a feed are read where it lists too many."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from ingest.dates import parse_date
from ingest.entry import MAX_ENTRIES

Listed = TypeVar("Listed")


def newest(found: Sequence[Listed], date_of: Callable[[Listed], str]) -> Sequence[Listed]:
    """The MAX_ENTRIES newest, in the feed's order; some list the oldest first. `date_of` is as the feed has it."""
    if len(found) <= MAX_ENTRIES:
        return found
    first, last = parse_date(date_of(found[0])), parse_date(date_of(found[-1]))
    return found[-MAX_ENTRIES:] if first and last and first < last else found[:MAX_ENTRIES]
