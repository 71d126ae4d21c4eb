"""Records for tests: complete, plain, and different only where a test says so."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cluster.content import read_content
from cluster.copies import sketch
from cluster.event import ArticleType, Facts, Theme
from cluster.reading import DIMENSIONS, ENGINE, Reading
from cluster.terms import terms
from ingest.article import Article, Basis, Publisher, Standing
from ingest.feed_status import FeedStatus

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def make_publisher(id: str = "ledgerpost", **changed: Any) -> Publisher:
    """An established publisher on a site of its own."""
    fields: dict[str, Any] = {"name": id.title(), "home": f"https://{id}.example", "standing": Standing.ESTABLISHED}
    return Publisher(id=id, **(fields | changed))


def make_article(id: str = "art_1", publisher: str | Publisher = "ledgerpost", **changed: Any) -> Article:
    """An article published at noon and seen a minute later."""
    by = make_publisher(publisher) if isinstance(publisher, str) else publisher
    published_at = changed.get("published_at", NOON)
    fields: dict[str, Any] = {
        "url": f"{by.home}/{id}",
        "title": "Corvane halts withdrawals after a breach",
        "text": "The exchange Corvane stopped withdrawals on Wednesday after an attacker drained a hot wallet. "
        f"{by.name} has the details.",  # word for word alike they would be copies of each other
        "published_at": published_at,
        "published_at_basis": Basis.FEED,
        "seen_at": published_at + timedelta(minutes=1),
    }
    return Article(id=id, publisher=by, **(fields | changed))


def make_vector(*weights: float) -> NDArray[np.float32]:
    """A unit vector whose first coordinates stand in the given proportion."""
    vector = np.zeros(DIMENSIONS, dtype=np.float32)
    vector[: len(weights)] = weights
    return vector / np.linalg.norm(vector)


def make_reading(
    article: Article,
    direction: NDArray[np.float32] | None = None,
    type: ArticleType = ArticleType.NEWS,
    language_supported: bool = True,
) -> Reading:
    """What the embed stage would find, its vectors given instead of computed."""
    vector = make_vector(1.0) if direction is None else direction
    return Reading(
        article_id=article.id,
        publisher_id=article.publisher.id,
        published_at=article.published_at,
        engine=ENGINE,
        title_vector=vector,
        lead_vector=vector,
        sketch=sketch(article.text),
        terms=terms(article.title, article.text),
        content=read_content(article.title, article.text),
        opening=(article.title, article.text[:300]),
        words=len(article.text.split()),
        facts=Facts(
            article.id,
            type,
            ((Theme.SECURITY, ("breach",)),),
            (),
            language_supported,
            type_probabilities=tuple(0.9 if one is type else 0.02 for one in ArticleType),
            theme_probabilities=tuple(0.9 if one is Theme.SECURITY else 0.1 / 18 for one in Theme),
        ),
    )


def make_feed(url: str = "https://ledgerpost.example/feed", **changed: Any) -> FeedStatus:
    """A feed that was never polled and is due at noon."""
    fields: dict[str, Any] = dict.fromkeys(
        ("last_poll_at", "last_success_at", "last_outcome", "etag", "last_modified", "body_hash")
    )
    fields |= {"id": 1, "publisher": make_publisher(), "next_poll_at": NOON, "failures": 0}
    return FeedStatus(url=url, **(fields | changed))
