"""The shape of `/v1/widget`: what an article's page says of who else reports the same, and nothing more."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from api.replies import ARTICLE_ID, EVENT_ID, INSTANT, Reply


class WidgetReportReply(Reply):
    id: str = Field(examples=[ARTICLE_ID])
    publisher: str = Field(examples=["Harbour Ledger"])
    title: str = Field(examples=["Bitcoin slips under $60,000 as liquidations pass $1 billion"])
    url: str = Field(examples=["https://harbour-ledger.example/bitcoin-slips"])
    published_at: datetime = Field(examples=[INSTANT])


class WidgetRowReply(WidgetReportReply):
    """One origin: the report that speaks for it, and the others folded beneath."""

    note: str = Field(description="Why its reports count once, if so.", examples=["Rests on CoinGlass"])
    folded_label: str = Field(description="Empty when nothing is folded.", examples=["2 copies"])
    folded: list[WidgetReportReply]


class FirstReply(Reply):
    publisher: str = Field(examples=["Harbour Ledger"])
    published_at: datetime = Field(examples=[INSTANT])
    is_this_page: bool


class SaidReply(Reply):
    text: str = Field(examples=["above $1 billion"])
    publishers: list[str] = Field(examples=[["Harbour Ledger"]])


class DisputedReply(Reply):
    what: str = Field(examples=["liquidations"])
    values: list[SaidReply]


class WidgetReasonReply(Reply):
    text: str = Field(examples=["Reported by 2 independent sources."])
    passed: bool


class WidgetSignalReply(Reply):
    level: Literal["high", "medium", "low"]
    label: str = Field(examples=["High signal"])
    reasons: list[WidgetReasonReply]


class WidgetReply(Reply):
    """Who else reports what a page reports."""

    event_id: str = Field(examples=[EVENT_ID])
    source_label: str = Field(examples=["2 sources"], description="The rows and, where it is known, this page's own.")
    rows: list[WidgetRowReply] = Field(description="Every origin but the page's own; never empty.")
    first: FirstReply = Field(description="The earliest report among those we read.")
    disputed: list[DisputedReply]
    signal: WidgetSignalReply
