"""Reads articles: vectors, terms, sketch and facts of each, saved once. Any number may run at once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import structlog
from numpy.typing import NDArray

from cluster.content import read_content
from cluster.copies import Sketch, Sketches, sketch
from cluster.embedding import Embeds, lead_text
from cluster.facts import read_facts
from cluster.reading import ENGINE, Reading
from cluster.reading_store import ReadingStore
from cluster.recurring import RECENT, own_words
from cluster.terms import LEAD_WORDS, terms
from cluster.window import WINDOW
from ingest.article import Article
from ingest.store import ArticleStore
from storage.outage import is_outage, no_attempt

log = structlog.get_logger()

RECENTLY = timedelta(days=14)  # what a publisher prints under its articles changes


def embed_articles(
    article_ids: Sequence[str], *, articles: ArticleStore, readings: ReadingStore, embedder: Embeds, now: datetime
) -> list[str]:
    """Reads what is still unread of some articles and returns the ids that now wait for their place.

    Articles that were tried before are read one by one: whichever of them broke its batch then breaks no other's.
    """
    readings.drop_spent(article_ids)  # nobody reads them any more, and what they say may be new
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
    dropped = list[str]()
    # What has lost its text is not tried again: another attempt would read an article without words.
    with no_attempt(lambda: readings.take_back([one for one in due if one not in dropped])):
        dropped += readings.drop_spent(due)
        try:
            read = _readings(batch, _owns(batch, articles), readings, embedder)
        except Exception as error:  # what a text can do to a library is not a known set
            if is_outage(error):
                raise
            log.exception("articles not read", articles=[article.id for article in batch][:3], count=len(batch))
            return []
        readings.save(read, read_at=now)
    return [article.id for article in batch]


def _owns(batch: Sequence[Article], articles: ArticleStore) -> list[Article]:
    """The articles without the paragraphs that recur in those which their publishers published before them."""
    dates = [article.published_at for article in batch]
    publishers = {article.publisher.id for article in batch}
    latest = articles.latest(publishers, min(dates) - RECENTLY, max(dates), each=RECENT + len(batch))
    return [replace(article, text=own_words(article.text, _before(article, latest))) for article in batch]


def _before(article: Article, latest: Sequence[Article]) -> list[str]:
    """The texts of its publisher's last RECENT articles before it, whether or not they are read in one batch."""
    own = [one for one in latest if one.publisher.id == article.publisher.id]
    return [one.text for one in own if (one.published_at, one.url) < (article.published_at, article.url)][-RECENT:]


def _readings(
    batch: Sequence[Article], owns: Sequence[Article], readings: ReadingStore, embedder: Embeds
) -> list[Reading]:
    sketches = [sketch(own.text) for own in owns]
    leads = _lead_vectors(owns, sketches, readings, embedder)
    titles = embedder.embed([article.title for article in batch])
    return [read_article(*one) for one in zip(batch, owns, sketches, titles, leads, strict=True)]


def _lead_vectors(
    batch: Sequence[Article], sketches: Sequence[Sketch], readings: ReadingStore, embedder: Embeds
) -> list[NDArray[np.float32]]:
    """A copy of another publisher's text takes the vector of that text; the others are embedded."""
    dates = [article.published_at for article in batch]
    known, publishers = Sketches(), dict[str, str]()
    for article_id, publisher_id, hashes in readings.sketches(min(dates) - WINDOW, max(dates) + WINDOW):
        known.add(article_id, hashes)
        publishers[article_id] = publisher_id
    originals: dict[str, str] = {}
    for article, hashes in zip(batch, sketches, strict=True):
        # One publisher's daily posts share a template and differ in what matters.
        copied = (one for one in known.copies_of(hashes) if publishers[one] != article.publisher.id)
        originals[article.id] = next(copied, article.id)
        known.add(article.id, hashes)
        publishers[article.id] = article.publisher.id
    own = [article for article in batch if originals[article.id] == article.id]
    vectors = {one: found.lead_vector for one, found in readings.get_many(list(set(originals.values()))).items()}
    vectors |= zip(
        (article.id for article in own), embedder.embed([lead_text(one.title, one.text) for one in own]), strict=True
    )
    for article in batch:
        vectors[article.id] = vectors[originals[article.id]]
    return [vectors[article.id] for article in batch]


def read_article(
    article: Article, own: Article, hashes: Sketch, title: NDArray[np.float32], lead: NDArray[np.float32]
) -> Reading:
    """What is found in one article; `own` is the article without what its publisher prints everywhere."""
    words = own.text.split()
    return Reading(
        article_id=article.id,
        publisher_id=article.publisher.id,
        published_at=article.published_at,
        engine=ENGINE,
        title_vector=title,
        lead_vector=lead,
        sketch=hashes,
        terms=terms(own.title, own.text),
        content=read_content(own.title, own.text),
        opening=(own.title, " ".join(words[:LEAD_WORDS])),
        words=len(words),
        facts=read_facts(article, title, lead, own.text),
        revision=article.revision,
    )
