"""Reads articles: vectors, terms, sketch and facts of each, saved once. Any number may run at once."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from cluster.copies import Sketches, sketch
from cluster.embedding import ENGINE, Embeds
from cluster.facts import read_facts
from cluster.reading import Reading
from cluster.reading_store import ReadingStore
from cluster.terms import LEAD_WORDS, terms
from cluster.window import WINDOW
from ingest.article import Article
from ingest.store import ArticleStore


def embed_articles(
    article_ids: Sequence[str], *, articles: ArticleStore, readings: ReadingStore, embedder: Embeds, now: datetime
) -> list[str]:
    """Reads what is still unread of some articles and returns the ids that now wait for their place."""
    due = readings.begin(article_ids)  # counted first: an article that kills the process is tried three times
    found = articles.get_many(due)
    batch = [found[article_id] for article_id in due if article_id in found]
    if not batch:
        return []
    sketches = [sketch(article.text) for article in batch]
    leads = _lead_vectors(batch, sketches, readings, embedder)
    titles = embedder.embed([article.title for article in batch])
    readings.save((_reading(*one) for one in zip(batch, sketches, titles, leads, strict=True)), read_at=now)
    return [article.id for article in batch]


def _lead_vectors(
    batch: Sequence[Article], sketches: Sequence[NDArray[np.uint64]], readings: ReadingStore, embedder: Embeds
) -> list[NDArray[np.float32]]:
    """A copy takes the vector of the text it copies; the others are embedded."""
    dates = [article.published_at for article in batch]
    earlier = readings.between(min(dates) - WINDOW, max(dates) + WINDOW)
    known = Sketches()
    for reading in earlier.values():
        if reading.engine == ENGINE:
            known.add(reading.article_id, reading.sketch)
    copied = [next(iter(known.copies_of(one)), None) for one in sketches]
    fresh = iter(embedder.embed([_lead(a) for a, original in zip(batch, copied, strict=True) if original is None]))
    return [next(fresh) if original is None else earlier[original].lead_vector for original in copied]


def _lead(article: Article) -> str:
    return f"{article.title}. {' '.join(article.text.split()[:LEAD_WORDS])}"


def _reading(
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
        facts=read_facts(article),
    )
