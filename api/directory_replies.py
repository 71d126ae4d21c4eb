"""The shape of the lists that say what there is to ask for, and of the trends."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from api.replies import EVENT_ID, INSTANT, OTHER_EVENT_ID, Reply
from cluster.trends import RISEN_FROM, RISEN_TIMES

OF_DAY = "Active and closed events with a report of the last 24 hours."
OF_WEEK = "The same of the last 7 days."


class ThemeCountReply(Reply):
    theme: str = Field(examples=["etf"], description="As `/v1/events?theme=` takes it.")
    name: str = Field(examples=["ETF"], description="For readers.")
    events_of_day: int = Field(examples=[12], description=OF_DAY)
    events_of_week: int = Field(examples=[71], description=OF_WEEK)


class AssetCountReply(Reply):
    symbol: str = Field(examples=["BTC"], description="As `/v1/events?asset=` takes it.")
    name: str = Field(examples=["Bitcoin"], description="For readers.")
    rank: int = Field(examples=[1], description="By market value when the list was made; 1 is the largest.")
    events_of_day: int = Field(examples=[40], description=OF_DAY)
    events_of_week: int = Field(examples=[260], description=OF_WEEK)


class FeedReply(Reply):
    url: str = Field(
        examples=["https://harbour-ledger.example/feed"], description="Where it is polled, without a query."
    )
    enabled: bool = Field(description="One that is off is never polled.")
    state: str = Field(examples=["well"], description="not polled yet, well, quiet, failing, unreachable or gone.")
    last_success_at: datetime | None = Field(
        description="When it last answered with a feed; null: never.", examples=[INSTANT]
    )
    last_new_at: datetime | None = Field(
        description="When it last gave a new article; null: never.", examples=[INSTANT]
    )


class PublisherListingReply(Reply):
    id: str = Field(examples=["harbour-ledger"], description="As `/v1/events?publisher=` takes it.")
    name: str = Field(examples=["Harbour Ledger"], description="For readers.")
    home: str = Field(examples=["https://harbour-ledger.example"], description="Its front page.")
    owner: str | None = Field(
        description="Outlets of one owner count as one source; null: none known.", examples=["Tidewater Media"]
    )
    kind: Literal["newsroom", "press_wire", "regulator", "company_blog", "aggregator"] = Field(
        description="What it is: a press wire prints what it is handed, an aggregator repeats others."
    )
    standing: Literal["established", "unrated"] = Field(description="Only an established one can confirm an event.")
    language: str = Field(examples=["en"], description="BCP 47.")
    feeds: list[FeedReply] = Field(description="Empty where its articles came from a file.")
    articles_of_day: int = Field(examples=[9], description="Published within the last 24 hours.")
    articles_of_week: int = Field(examples=[58], description="Published within the last 7 days.")


class TrendReply(Reply):
    kind: str = Field(examples=["theme"], description="theme, asset or actor.")
    tag: str = Field(examples=["security"], description="A theme, an asset's symbol or an actor's name.")
    name: str = Field(examples=["Security"], description="For readers.")
    events: int = Field(examples=[9], description="Events of news that began within the last span.")
    baseline: float = Field(examples=[2.75], description="The mean of `before`, in events.")
    before: list[int] = Field(
        examples=[[3, 2, 4, 2]], description="Events in the same span of each week before, the last week first."
    )
    event_ids: list[str] = Field(
        examples=[[EVENT_ID, OTHER_EVENT_ID]], description="All events that `events` counts, newest first."
    )


class TrendsReply(Reply):
    """What has clearly more events than usual."""

    status: Literal["measured", "not_enough_history"] = Field(
        description="not_enough_history until at least half of the publishers were read ever since `compared_since`: "
        "what was not read is not what was not there."
    )
    span_hours: int = Field(examples=[24], description="How long the last span is; it ends now.")
    weeks: int = Field(examples=[4], description="How many weeks before it is held against.")
    compared_since: datetime = Field(examples=[INSTANT], description="When the earliest span that counts began.")
    observed_from: datetime | None = Field(
        examples=[INSTANT],
        description="Since when at least half of the publishers are read without a gap; null: not yet.",
    )
    trends: list[TrendReply] | None = Field(
        description=f"Those with at least {RISEN_FROM} events, at least {RISEN_TIMES:g} times the baseline and more "
        "than in any week before, the greatest rise first; null when not measured."
    )
