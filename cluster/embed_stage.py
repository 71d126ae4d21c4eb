"""Reads articles: vectors, terms, sketch and facts of each, saved once. Any number may run at once."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import structlog
from numpy.typing import NDArray

from cluster.content import read_content
from cluster.copies import Sketches, sketch
from cluster.cross_encoder import OPENING_WORDS
from cluster.embedding import Embeds, lead_text
from cluster.facts import read_facts
from cluster.reading import ENGINE, Reading
from cluster.reading_store import ReadingStore
from cluster.terms import terms
from cluster.window import WINDOW
from ingest.article import Article
from ingest.store import ArticleStore

log = structlog.get_logger()


def embed_articles(
    article_ids: Sequence[str], *, articles: ArticleStore, readings: ReadingStore, embedder: Embeds, now: datetime
) -> list[str]:
    """Reads what is still unread of some articles and returns the ids that now wait for their place.

    Articles that were tried before are read one by one: whichever of them broke its batch then breaks no other's.
    """
    fresh, again = readings.untried(article_ids)
    return [
        article_id
        for batch in (fresh, *([one] for one in again))
        for article_id in _read_batch(batch, articles, readings, embedder, now)
    ]


def _read_batch(
    article_ids: Sequence[str], articles: ArticleStore, readings: ReadingStore, embedder: Embeds, now: datetime
) -> list[str]:
    due = readings.begin(article_ids)  # counted first: an article that kills the process is tried three times
    found = articles.get_many(due)
    batch = [found[article_id] for article_id in due if article_id in found]
    if not batch:
        return []
    try:
        read = _readings(batch, readings, embedder)
    except Exception:  # what a text can do to a library is not a known set
        log.exception("articles not read", articles=[article.id for article in batch][:3], count=len(batch))
        return []
    readings.save(read, read_at=now)
    return [article.id for article in batch]


def _readings(batch: Sequence[Article], readings: ReadingStore, embedder: Embeds) -> list[Reading]:
    sketches = [sketch(article.text) for article in batch]
    leads = _lead_vectors(batch, sketches, readings, embedder)
    titles = embedder.embed([article.title for article in batch])
    return [read_article(*one) for one in zip(batch, sketches, titles, leads, strict=True)]


def _lead_vectors(
    batch: Sequence[Article], sketches: Sequence[NDArray[np.uint64]], readings: ReadingStore, embedder: Embeds
) -> list[NDArray[np.float32]]:
    """A copy of another publisher's text takes the vector of that text; the others are embedded."""
    dates = [article.published_at for article in batch]
    earlier = readings.between(min(dates) - WINDOW, max(dates) + WINDOW)
    publishers = {one.article_id: one.publisher_id for one in earlier.values()}
    known = Sketches()
    for reading in earlier.values():
        if reading.engine == ENGINE:
            known.add(reading.article_id, reading.sketch)
    vectors: dict[str, NDArray[np.float32]] = {one: reading.lead_vector for one, reading in earlier.items()}
    originals: dict[str, str] = {}
    for article, hashes in zip(batch, sketches, strict=True):
        # One publisher's daily posts share a template and differ in what matters.
        copied = (one for one in known.copies_of(hashes) if publishers[one] != article.publisher.id)
        originals[article.id] = next(copied, article.id)
        known.add(article.id, hashes)
        publishers[article.id] = article.publisher.id
    own = [article for article in batch if originals[article.id] == article.id]
    vectors |= zip((article.id for article in own), embedder.embed([_lead(one) for one in own]), strict=True)
    for article in batch:
        vectors[article.id] = vectors[originals[article.id]]
    return [vectors[article.id] for article in batch]


def _lead(article: Article) -> str:
    return lead_text(article.title, article.text)


def read_article(
    article: Article, hashes: NDArray[np.uint64], title: NDArray[np.float32], lead: NDArray[np.float32]
) -> Reading:
    return Reading(
        article_id=article.id,
        publisher_id=article.publisher.id,
        published_at=article.published_at,
        engine=ENGINE,
        title_vector=title,
        lead_vector=lead,
        sketch=hashes,
        terms=terms(article.title, article.text),
        content=read_content(article.title, article.text),
        opening=(article.title, " ".join(article.text.split()[:OPENING_WORDS])),
        words=len(article.text.split()),
        facts=read_facts(article, title, lead),
    )
