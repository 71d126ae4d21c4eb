"""The shape of an article in a reply: by itself, as a part of more, and where an address leads."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from api.replies import ARTICLE_ID, EVENT_ID, INSTANT, Reply


class PublisherReply(Reply):
    id: str = Field(examples=["harbour-ledger"], description="Permanent; what `publisher` filters take.")
    name: str = Field(examples=["Harbour Ledger"], description="As readers know it.")
    standing: Literal["established", "unrated"] = Field(description="Only established publishers can confirm an event.")


class ArticleReply(Reply):
    id: str = Field(examples=[ARTICLE_ID], description="Permanent.")
    publisher: PublisherReply = Field(description="Whose article it is.")
    title: str = Field(
        examples=["Bitcoin slips under $60,000 as liquidations pass $1 billion"],
        description="What the headline says now.",
    )
    first_title: str | None = Field(
        description="What the headline said when the article was first seen; null while it says the same.",
        examples=["Bitcoin slips under $60,000"],
    )
    url: str = Field(
        examples=["https://harbour-ledger.example/bitcoin-slips"],
        description="Where to read it: its canonical address.",
    )
    excerpt: str = Field(
        description="The first own words of the text; empty when there are none or the publisher reserves its use."
    )
    published_at: datetime = Field(examples=[INSTANT], description="When it was published, UTC.")
    published_at_basis: Literal["feed", "page", "header", "first_seen"] = Field(
        description="Where that date comes from; first_seen: nobody gave one."
    )
    seen_at: datetime = Field(examples=[INSTANT], description="When we first read it, UTC.")


class ArticleAloneReply(ArticleReply):
    event_id: str | None = Field(description="null until the article was placed.", examples=[EVENT_ID])
    authors: list[str] = Field(description="As the publisher names them; empty when it names none.")
    language: str = Field(examples=["en"], description="ISO 639 code of the text.")
    flags: list[Literal["paywall", "teaser_only", "reserved"]] = Field(
        description="paywall: its page is not free for everybody; teaser_only: its page gave no text, so the feed's "
        "words stand in; reserved: the publisher reserves its use, so only title and link are shown."
    )


class RevisionReply(Reply):
    revision: int = Field(examples=[2], description="What the article became; as we stored it first it was 1.")
    at: datetime = Field(examples=[INSTANT], description="When we found it changed, UTC.")
    title: str | None = Field(
        examples=["Bitcoin slips under $60,000"],
        description="What the headline said until then; null where it stayed or may not be shown.",
    )
    words_added: int = Field(examples=[12], description="Words of the text that came.")
    words_removed: int = Field(examples=[3], description="Words of the text that went.")


class ArticleFullReply(ArticleAloneReply):
    revisions: list[RevisionReply] = Field(description="How its publisher changed it, newest first; at most 20.")


class ResolvedReply(Reply):
    event_id: str | None = Field(description="null while the article waits for its place.", examples=[EVENT_ID])
    article_id: str = Field(
        examples=[ARTICLE_ID], description="Of the article at that address; for an event, of its lead."
    )
    url: str = Field(description="The article's canonical address.")
