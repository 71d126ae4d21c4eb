"""Turns articles into the JSON of the API."""

from collections.abc import Sequence
from typing import Any

from api import article_replies
from api.excerpts import Quoting
from cluster.lending import first_headline, headline
from ingest.article import Article
from ingest.revisions import Revision

SHOWN_REVISIONS = 20


def lone_article(article: Article, event_id: str | None) -> article_replies.ArticleAloneReply:
    """An article by itself; `event_id` is None until it was placed."""
    return article_replies.ArticleAloneReply(**_alone(article, event_id, Quoting([article])))


def _alone(article: Article, event_id: str | None, quoting: Quoting) -> dict[str, Any]:
    return article_fields(article, quoting) | {
        "event_id": event_id,
        "authors": list(article.authors),
        "language": article.language,
        "flags": sorted(flag.value for flag in article.flags),
    }


def full_article(
    article: Article, event_id: str | None, revisions: Sequence[Revision]
) -> article_replies.ArticleFullReply:
    """An article with what became of it, newest first; its headlines of between count as shown, as far as they fit."""
    quoting = Quoting([article])
    alone = _alone(article, event_id, quoting)
    titles = _titles_until(article, revisions)
    return article_replies.ArticleFullReply(
        **alone,
        revisions=[
            article_replies.RevisionReply(
                revision=one.number,
                at=one.at,
                title=title if title and _may_be_shown(title, alone, quoting, article.id) else None,
                words_added=one.words_added,
                words_removed=one.words_removed,
            )
            for one, title in zip(revisions[:SHOWN_REVISIONS], titles, strict=False)
        ],
    )


def _titles_until(article: Article, revisions: Sequence[Revision]) -> list[str]:
    """For each revision the headline that it changed, as it is shown; "" where that stayed."""
    after = [headline(article.title), *(headline(one.title) for one in revisions)]
    before = after[1:]
    return ["" if was == became else was for was, became in zip(before, after, strict=False)]


def _may_be_shown(title: str, alone: dict[str, Any], quoting: Quoting, article_id: str) -> bool:
    return title in (alone["title"], alone["first_title"]) or quoting.fits(article_id, title)


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
