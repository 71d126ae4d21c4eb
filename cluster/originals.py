"""Which of several prints of one text is the original, and which of them say so themselves."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cluster.event import Evidence
from cluster.sentences import sentences
from ingest.article import Article, Standing
from ingest.sites import publisher_site

CREDITS = "credits_original"

_CREDIT = re.compile(
    r"\b(?:originally|first) (?:published|posted|printed|appeared)\b"
    r"|\b(?:re-?published|re-?printed|re-?posted|syndicated) (?:from|by|with|courtesy)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Print:
    """One print of a text: the original, or a copy of it."""

    article_id: str
    copy_of: str | None  # None: it is the original
    because: tuple[Evidence, ...]  # what the copy itself says of the original


def prints_of(articles: Sequence[Article]) -> list[Print]:
    """What each of some articles with nearly the same text is to the others.

    The original is the one that another credits and that itself credits none; else the earliest published. Where
    established publishers print a text, an unrated one has it first only if one of them says so: dates are claims.
    """
    ordered = sorted(articles, key=order_of_print)
    established = [one for one in ordered if one.publisher.standing is Standing.ESTABLISHED] or ordered
    credited = (one for one in ordered if _is_credited(one, ordered, ordered if one in established else established))
    original = next(credited, established[0])
    return [
        Print(one.id, None, ()) if one is original else Print(one.id, original.id, _because(one, original))
        for one in ordered
    ]


def order_of_print(article: Article) -> tuple[datetime, datetime, str]:
    """Earliest first; the same instant is told apart by when it was seen, then by URL: ids are random."""
    return article.published_at, article.seen_at, article.url


def _is_credited(one: Article, prints: Sequence[Article], by: Sequence[Article]) -> bool:
    others = [other for other in prints if other is not one]
    credited = any(_credits(other, one) for other in by if other is not one)
    return credited and not any(_credits(one, other) for other in others)


def _because(copy: Article, original: Article) -> tuple[Evidence, ...]:
    if not _credits(copy, original) or _credits(original, copy):
        return ()
    return (Evidence(CREDITS, f"credits {original.publisher.name} with the text", 1.0, 0.0),)


def _credits(copy: Article, original: Article) -> bool:
    """By a link to the other's site, which a copied text carries along too, or by a line that names it."""
    site = publisher_site(original.publisher.home)
    if site and any(publisher_site(link) == site for link in copy.links):
        return True
    names = "|".join(re.escape(name) for name in (original.publisher.name, site) if name)
    named = re.compile(rf"(?<!\w)(?:{names})(?!\w)", re.IGNORECASE)
    lines = (sentence[match.end() :] for sentence in sentences(copy.text) for match in _CREDIT.finditer(sentence))
    return any(named.search(line) for line in lines)
