"""Rows of the tables of ingest as records, and back."""

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from ingest.article import Article, Basis, Flag, Kind, Publisher, Standing
from ingest.feed_status import FeedStatus, OffBecause
from ingest.fingerprints import fingerprint
from ingest.moved import Moving
from ingest.outcome import Outcome
from ingest.skipping import NO_SKIPS, Skips
from ingest.tables import articles, feeds, publishers


def publisher_row(publisher: Publisher) -> dict[str, Any]:
    """A publisher as its table holds it."""
    names = ("id", "name", "home", "owner", "owner_basis", "standing", "kind", "language")
    return {name: getattr(publisher, name) for name in names}


def publisher_of(row: Row[Any]) -> Publisher:
    """The publisher in a row that holds its table's columns."""
    named = row._mapping
    return Publisher(
        id=named[publishers.c.id],
        name=named[publishers.c.name],
        home=named[publishers.c.home],
        owner=named[publishers.c.owner],
        standing=Standing(named[publishers.c.standing]),
        kind=Kind(named[publishers.c.kind]),
        language=named[publishers.c.language],
        owner_basis=named[publishers.c.owner_basis],
    )


def feed_of(row: Row[Any]) -> FeedStatus:
    """The feed and its publisher in a row that holds both tables' columns."""
    named = row._mapping
    outcome = named[feeds.c.last_outcome]
    return FeedStatus(
        id=named[feeds.c.id],
        publisher=publisher_of(row),
        url=named[feeds.c.url],
        next_poll_at=named[feeds.c.next_poll_at],
        last_poll_at=named[feeds.c.last_poll_at],
        last_success_at=named[feeds.c.last_success_at],
        last_outcome=Outcome(outcome) if outcome else None,
        failures=named[feeds.c.failures],
        etag=named[feeds.c.etag],
        last_modified=named[feeds.c.last_modified],
        body_hash=named[feeds.c.body_hash],
        interval=timedelta(seconds=interval) if (interval := named[feeds.c.interval_seconds]) else None,
        last_new_at=named[feeds.c.last_new_at],
        last_http_status=named[feeds.c.last_http_status],
        enabled=named[feeds.c.enabled],
        language=named[feeds.c.language] or named[publishers.c.language],
        folder=named[feeds.c.folder],
        failing_since=named[feeds.c.failing_since],
        off_because=OffBecause(because) if (because := named[feeds.c.off_because]) else None,
        body_at=named[feeds.c.body_at],
        skips=_skips(named[feeds.c.skips]),
        moving=_moving(row),
    )


def skips_text(skips: Skips) -> str | None:
    """Hours and days as their column holds them."""
    return json.dumps([skips.hours, skips.days]) if skips != NO_SKIPS else None


def _moving(row: Row[Any]) -> Moving | None:
    to, since, polls = (row._mapping[column] for column in (feeds.c.moved_to, feeds.c.moved_since, feeds.c.moves))
    return Moving(to, since, polls) if to else None


def _skips(text: str | None) -> Skips:
    hours, days = json.loads(text) if text else ((), ())
    return Skips(tuple(hours), tuple(days))


def article_row(article: Article) -> dict[str, Any]:
    """An article as its table holds it."""
    return {
        "id": article.id,
        "publisher_id": article.publisher.id,
        "url": article.url,
        "title": article.title,
        "text": article.text,
        "text_hash": fingerprint(article.text),
        "authors": json.dumps(article.authors),
        "language": article.language,
        "published_at": article.published_at,
        "published_at_basis": article.published_at_basis,
        "published_raw": article.published_raw,
        "seen_at": article.seen_at,
        "links": json.dumps(article.links),
        "flags": json.dumps(sorted(article.flags)),
    }


def article_of(row: Row[Any]) -> Article:
    """The article and its publisher in a row that holds both tables' columns."""
    named = row._mapping
    return Article(
        id=named[articles.c.id],
        publisher=publisher_of(row),
        url=named[articles.c.url],
        title=named[articles.c.title],
        text=named[articles.c.text],
        first_title=named[articles.c.first_title],
        published_at=named[articles.c.published_at],
        published_at_basis=Basis(named[articles.c.published_at_basis]),
        seen_at=named[articles.c.seen_at],
        published_raw=named[articles.c.published_raw] or "",
        authors=tuple(json.loads(named[articles.c.authors])),
        language=named[articles.c.language],
        links=tuple(json.loads(named[articles.c.links])),
        flags=frozenset(Flag(flag) for flag in json.loads(named[articles.c.flags])),
        revision=named[articles.c.revision],
        is_forgotten=named[articles.c.forgotten],
    )
