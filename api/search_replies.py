"""The shape of what the search answers."""

from typing import Literal

from pydantic import Field

from api import article_replies, event_replies, replies


class HitReply(replies.Reply):
    """An article or an event that has every word."""

    kind: Literal["article", "event"] = Field(description="Which of the two it is.")
    found_in: str = Field(
        examples=["title"],
        description="The most telling place that has all words: `title`; `headlines`, an article's first one or those "
        "of an event's members; `facts`, which are excerpts, publishers, assets and themes, together with the rest.",
    )
    article: article_replies.ArticleAloneReply | None = Field(default=None, description="null for an event.")
    event: event_replies.ListedEventReply | None = Field(default=None, description="null for an article.")


class FoundReply(replies.Envelope[list[HitReply]]):
    """A page of hits, best first: by where the words stand, and of those the newest first."""
