"""The shape of how an event came about: its milestones, and how its reports spread."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from api.article_replies import PublisherReply
from api.replies import ARTICLE_ID, INSTANT, OTHER_EVENT_ID, Reply


class ReportReply(Reply):
    id: str = Field(examples=[ARTICLE_ID], description="Of the article.")
    publisher: PublisherReply = Field(description="Whose article it is.")
    title: str = Field(
        examples=["Bitcoin slips under $60,000 as liquidations pass $1 billion"], description="Its headline."
    )
    url: str = Field(examples=["https://harbour-ledger.example/bitcoin-slips"], description="Where to read it.")


class OtherEventReply(Reply):
    id: str = Field(examples=[OTHER_EVENT_ID], description="Of the event.")
    title: str = Field(description="Its title.")
    independent_sources: int = Field(
        examples=[2], description="How many sources it has that report independently of each other."
    )


class MilestoneReply(Reply):
    happened: Literal[
        "earlier_event",
        "first_report",
        "new_source",
        "confirmed",
        "figure",
        "other_figure",
        "later_event",
        "closed",
    ] = Field(description="What kind of milestone it is.")
    at: datetime = Field(examples=[INSTANT], description="When, UTC.")
    text: str = Field(examples=["2 independent sources, with Harbour Ledger"], description="The milestone in words.")
    quote: str | None = Field(description="The report's words that give a figure; null for all else.")
    article: ReportReply | None = Field(description="The report that it came with.")
    event: OtherEventReply | None = Field(description="The other event of the chain, where the milestone is one.")


class BucketReply(Reply):
    starts_at: datetime = Field(examples=[INSTANT], description="Its beginning, UTC.")
    new_sources: int = Field(examples=[1], description="First reports of an origin; in all, the independent sources.")
    others: int = Field(examples=[2], description="Copies, and reports of origins that were there before.")


class SpreadReply(Reply):
    """When the members were published."""

    bucket_seconds: int = Field(examples=[1800], description="How long each bucket is.")
    buckets: list[BucketReply] = Field(description="At most 24, earliest first, without a gap.")


class TimelineReply(Reply):
    """How an event came about."""

    milestones: list[MilestoneReply] = Field(description="Earliest first.")
    spread: SpreadReply = Field(description="How its reports came, over time.")
