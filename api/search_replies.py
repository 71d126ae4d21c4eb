"""The shape of what the search answers."""

from typing import Literal

from pydantic import Field

from api import replies


class HitReply(replies.Reply):
    """An article or an event that has every word."""

    kind: Literal["article", "event"]
    found_in: str = Field(
        examples=["title"],
        description="The most telling place that has all words: `title`; `headlines`, an article's first one or those "
        "of an event's members; `facts`, which are excerpts, publishers, assets and themes, together with the rest.",
    )
    article: replies.ArticleAloneReply | None = Field(default=None, description="null for an event.")
    event: replies.ListedEventReply | None = Field(default=None, description="null for an article.")


class FoundReply(replies.Envelope[list[HitReply]]):
    """A page of hits, best first: by where the words stand, and of those the newest first."""


FOUND_EXAMPLE = FoundReply(
    data=[
        HitReply(
            kind="article",
            found_in="title",
            article=replies.ArticleAloneReply.model_validate(
                {
                    "id": replies.ARTICLE_ID,
                    "publisher": {"id": "harbour-ledger", "name": "Harbour Ledger", "standing": "established"},
                    "title": "Bitcoin slips under $60,000 as liquidations pass $1 billion",
                    "first_title": "Bitcoin slips under $60,000",
                    "url": "https://harbour-ledger.example/bitcoin-slips",
                    "excerpt": "Bitcoin fell through $60,000 on Tuesday morning.",
                    "published_at": replies.INSTANT,
                    "published_at_basis": "feed",
                    "seen_at": replies.INSTANT,
                    "event_id": replies.EVENT_ID,
                    "authors": ["Mara Quill"],
                    "language": "en",
                    "flags": [],
                }
            ),
        )
    ],
    next_cursor="WyJzZWFyY2giLDMsIjIwMjYtMTEtMjRUMTA6MTI6MDArMDA6MDAiLCJhcnRfN2QyMWMwNWJlOThhM2Y0NiJd",
    as_of=replies.INSTANT,  # type: ignore[arg-type]
)
