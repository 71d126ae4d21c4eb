"""The query parameters of the lists, read and bounded before any store is asked."""

import re
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import Path
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StringConstraints

from api.replies import ARTICLE_ID, EVENT_ID
from cluster.event import ArticleType, Level, Status, Theme
from cluster.filter_store import EventFilter
from storage.search_words import sought

MAX_LIMIT = 100
MAX_QUERY = 200  # characters; each word costs a look into the index
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _utc(instant: datetime) -> datetime:
    try:
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("this instant lies outside the calendar") from error


def _written_out(given: object) -> object:
    # Alone, a number would be read as seconds since 1970, and a mistyped date as the beginning of all news.
    if isinstance(given, str) and not _DATE.match(given):
        raise ValueError("an instant looks like 2026-11-24T12:00:00Z")
    return given


def _with_words(query: str) -> str:
    if sought(query) is None:
        raise ValueError("there is no word in it to look for")
    return query


Instant = Annotated[datetime, BeforeValidator(_written_out), AfterValidator(_utc)]
# Printable without spaces: PostgreSQL refuses a NUL inside a string with an error of its own.
Word = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,80}$")]
EventId = Annotated[str, Path(description="An event's id.", examples=[EVENT_ID])]
ArticleId = Annotated[str, Path(description="An article's id.", examples=[ARTICLE_ID])]
Symbol = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,40}$", to_upper=True)]

SOUGHT = (
    'Words that must all be there, in any form; "quoted" ones in this order. The last one, from four letters, may be '
    "the beginning of a longer one. Looks into titles, excerpts, publishers, assets and themes."
)
Query = Annotated[str, StringConstraints(min_length=1, max_length=MAX_QUERY), AfterValidator(_with_words)]


class ListQuery(BaseModel):
    """What every list takes."""

    limit: int = Field(default=20, ge=1, le=MAX_LIMIT, description="How many at most.")
    cursor: str | None = Field(default=None, max_length=500, description="`next_cursor` of the page before.")


class ArticleQuery(ListQuery):
    """What the list of articles takes."""

    publisher: Word | None = Field(default=None, description="A publisher's id.")


class SearchQuery(ListQuery):
    """What the search takes."""

    q: Query = Field(description=SOUGHT, examples=["bitcoin liquidations"])


class Conditions(BaseModel):
    """What events can be narrowed to, in lists and in feeds; instants without a zone are UTC."""

    asset: Symbol | None = Field(default=None, description="A ticker such as BTC.")
    theme: Theme | None = Field(default=None, description="Events of this theme, primary or not.")
    type: ArticleType | None = Field(default=None, description="What kind of text the event is told in.")
    publisher: Word | None = Field(default=None, description="Events that this publisher reports.")
    exclude_publisher: Word | None = Field(default=None, description="Events that this publisher does not report.")
    min_sources: int | None = Field(default=None, ge=1, le=1000, description="At least this many independent sources.")
    signal: Level | None = Field(default=None, description="Events of exactly this level.")
    status: Literal["active", "closed"] | None = Field(default=None, description="Both when left out.")
    published_from: Instant | None = Field(default=None, alias="from", description="Newest article not before it.")
    published_to: Instant | None = Field(default=None, alias="to", description="Newest article not after it.")
    updated_since: Instant | None = Field(default=None, description="Changed at this instant or later.")
    q: Query | None = Field(default=None, description=SOUGHT)

    def only(self) -> EventFilter:
        """The conditions among the parameters."""
        conditions = self.model_dump(include=set(Conditions.model_fields) - {"status", "q"})
        status = Status(self.status) if self.status else None
        return EventFilter(**conditions, status=status, sought=sought(self.q) if self.q else None)

    def given(self) -> dict[str, str]:
        """The conditions that are set, as the parameters of an address, in one order however they were asked for."""
        asked = self.model_dump(include=set(Conditions.model_fields), exclude_none=True, by_alias=True, mode="json")
        return {name: str(value) for name, value in asked.items()}


class EventQuery(ListQuery, Conditions):
    """What the list of events takes."""

    sort: Literal["signal", "recency", "sources"] | None = Field(
        default=None,
        description="Best first by the level of the signal, newest first, or most sources first. Left out: by the "
        "signal or, with `q`, by relevance as `/v1/search` has it.",
    )


class FeedQuery(Conditions):
    """What a feed of events takes."""

    limit: int = Field(default=30, ge=1, le=MAX_LIMIT, description="How many at most.")

    def own(self) -> dict[str, str]:
        """The parameters of the feed's own address: its conditions and, unless it is the usual one, the limit."""
        usual = FeedQuery.model_fields["limit"].default
        return self.given() | ({"limit": str(self.limit)} if self.limit != usual else {})
