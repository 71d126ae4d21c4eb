"""Turns articles into the JSON of the API."""

from typing import Any

from api import article_replies
from api.excerpts import Quoting
from cluster.lending import first_headline, headline
from ingest.article import Article


def lone_article(article: Article, event_id: str | None) -> article_replies.ArticleAloneReply:
    """An article by itself; `event_id` is None until it was placed."""
    return article_replies.ArticleAloneReply(
        **article_fields(article, Quoting([article])),
        event_id=event_id,
        authors=list(article.authors),
        language=article.language,
        flags=sorted(flag.value for flag in article.flags),
    )


def resolved(article: Article, event_id: str | None) -> article_replies.ResolvedReply:
    """Where an address or id leads; `event_id` is None until the article was placed."""
    return article_replies.ResolvedReply(event_id=event_id, article_id=article.id, url=article.url)


def article_fields(article: Article, quoting: Quoting) -> dict[str, Any]:
    """What every reply with an article says of it, by field."""
    return {
        "id": article.id,
        "publisher": article_replies.PublisherReply.model_validate(article.publisher),
        "title": headline(article.title),
        "first_title": first_headline(article),
        "url": article.url,
        "excerpt": quoting.excerpt(article.id),
        "published_at": article.published_at,
        "published_at_basis": article.published_at_basis.value,
        "seen_at": article.seen_at,
    }
