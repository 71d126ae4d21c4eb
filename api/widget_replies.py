"""The shape of `/v1/widget`: what an article's page says of who else reports the same, and nothing more."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from api.replies import ARTICLE_ID, EVENT_ID, INSTANT, Reply


class WidgetReportReply(Reply):
    id: str = Field(examples=[ARTICLE_ID], description="Of the article.")
    publisher: str = Field(examples=["Harbour Ledger"], description="Whose article it is, as readers know them.")
    title: str = Field(
        examples=["Bitcoin slips under $60,000 as liquidations pass $1 billion"], description="Its headline."
    )
    url: str = Field(examples=["https://harbour-ledger.example/bitcoin-slips"], description="Where to read it.")
    published_at: datetime = Field(examples=[INSTANT], description="When it was published, UTC.")


class WidgetRowReply(WidgetReportReply):
    """One origin: the report that speaks for it, and the others folded beneath."""

    note: str = Field(description="Why its reports count once, if so.", examples=["Rests on CoinGlass"])
    folded_label: str = Field(description="Empty when nothing is folded.", examples=["2 copies"])
    folded: list[WidgetReportReply] = Field(description="The other reports of this origin, earliest first.")


class FirstReply(Reply):
    publisher: str = Field(examples=["Harbour Ledger"], description="Who reported it.")
    published_at: datetime = Field(examples=[INSTANT], description="When, UTC.")
    is_this_page: bool = Field(description="Whether it is the article on whose page this is shown.")


class SaidReply(Reply):
    text: str = Field(examples=["above $1 billion"], description="The figure as it is written.")
    publishers: list[str] = Field(examples=[["Harbour Ledger"]], description="Who says so.")


class DisputedReply(Reply):
    what: str = Field(examples=["liquidations"], description="What is measured.")
    values: list[SaidReply] = Field(description="At least two that cannot both be true.")


class WidgetReasonReply(Reply):
    text: str = Field(examples=["Reported by 2 independent sources."], description="The reason in words.")
    passed: bool = Field(description="Whether it holds.")


class WidgetSignalReply(Reply):
    level: Literal["high", "medium", "low"] = Field(description="Follows from the reasons alone.")
    label: str = Field(examples=["High signal"], description="The level in words.")
    reasons: list[WidgetReasonReply] = Field(description="Everything that the level rests on.")


class WidgetReply(Reply):
    """Who else reports what a page reports."""

    event_id: str = Field(examples=[EVENT_ID], description="Of the event that the page stands in.")
    source_label: str = Field(examples=["2 sources"], description="The rows and, where it is known, this page's own.")
    rows: list[WidgetRowReply] = Field(description="Every origin but the page's own; never empty.")
    first: FirstReply = Field(description="The earliest report among those we read.")
    disputed: list[DisputedReply] = Field(description="Figures on which the reports disagree.")
    signal: WidgetSignalReply = Field(description="How much the event matters now.")
