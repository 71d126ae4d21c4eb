"""Tells an article's own address from one where a site sends every reader: front page, login, consent wall."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

FRONT = ("", "/")


@dataclass(frozen=True, slots=True)
class Landing:
    """Where an entry's link led, when that is another page than its own. Both addresses are canonical."""

    own: str
    address: str
    title: str  # the entry's, "" when it has none


def landing(own: str, final: str, title: str) -> Landing | None:
    """None when the link led to its own page; another scheme, `www.` or a slash at the end make no other page."""
    return None if _page(final) == _page(own) else Landing(own, final, title)


def is_gate(one: Landing, asked: str, home: str) -> bool:
    """Whether the address alone tells that it is nobody's article: a front page, or one that lets readers in.

    The latter remembers where the reader wanted to go, as `/login?next=/a` does. `asked` is the last address asked,
    which the page may have called by another name.
    """
    parts, wanted = urlsplit(one.address), urlsplit(one.own).path
    if (parts.path in FRONT and not parts.query) or _page(one.address) == _page(home):
        return True
    return wanted not in FRONT and wanted in _remembered(urlsplit(asked).query)


def is_shared(one: Landing, others: Iterable[Landing]) -> bool:
    """Whether the link of an entry about something else led there too."""
    there = (other for other in others if other.address == one.address and other.own != one.own)
    return any(not is_one_title(one.title, other.title) for other in there)


def is_one_title(one: str, other: str) -> bool:
    """Whether two titles are one, a publisher's name behind it aside; an entry without a title is like no other."""
    a, b = " ".join(one.casefold().split()), " ".join(other.casefold().split())
    return bool(a and b) and (a.startswith(b) or b.startswith(a))


def _remembered(query: str) -> Iterator[str]:
    for _, value in parse_qsl(query):
        with suppress(ValueError):  # strangers' values are addresses or anything, `//[x`
            yield urlsplit(value).path


def _page(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    return parts.netloc.lower().removeprefix("www."), parts.path.rstrip("/"), parts.query
