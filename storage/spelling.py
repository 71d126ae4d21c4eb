"""Tells which name was meant by one that does not exist."""

from collections.abc import Iterable
from difflib import get_close_matches

NEAR_FROM = 0.6  # of two spellings, difflib's own: "them" is near "theme", "bogus" near no parameter


def meant(name: str, known: Iterable[str]) -> str | None:
    """The known name that is spelt most like another, whatever the case; None when none is near."""
    spelt = {one.casefold(): one for one in known}
    near = get_close_matches(name.casefold(), spelt, n=1, cutoff=NEAR_FROM)
    return spelt[near[0]] if near else None
