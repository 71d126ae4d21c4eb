"""The query parameters of the lists, read and bounded before any store is asked."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from cluster.event import ArticleType, Level, Status, Theme
from cluster.store import EventFilter

MAX_LIMIT = 100


def _utc(instant: datetime) -> datetime:
    try:
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("this instant lies outside the calendar") from error


Instant = Annotated[datetime, AfterValidator(_utc)]
# Printable without spaces: PostgreSQL refuses a NUL inside a string with an error of its own.
Word = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,80}$")]
Symbol = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,40}$", to_upper=True)]


class ListQuery(BaseModel):
    """What every list takes."""

    limit: int = Field(default=20, ge=1, le=MAX_LIMIT)
    cursor: str | None = Field(default=None, max_length=500, description="`next_cursor` of the page before.")


class ArticleQuery(ListQuery):
    """What the list of articles takes."""

    publisher: Word | None = Field(default=None, description="A publisher's id.")


class Conditions(BaseModel):
    """What events can be narrowed to, in lists and in feeds; instants without a zone are UTC."""

    asset: Symbol | None = Field(default=None, description="A ticker such as BTC.")
    theme: Theme | None = None
    type: ArticleType | None = None
    publisher: Word | None = Field(default=None, description="Events that this publisher reports.")
    exclude_publisher: Word | None = Field(default=None, description="Events that this publisher does not report.")
    min_sources: int | None = Field(default=None, ge=1, le=1000, description="At least this many independent sources.")
    signal: Level | None = None
    status: Literal["active", "closed"] | None = Field(default=None, description="Both when left out.")
    published_from: Instant | None = Field(default=None, alias="from", description="Newest article not before it.")
    published_to: Instant | None = Field(default=None, alias="to", description="Newest article not after it.")
    updated_since: Instant | None = None

    def only(self) -> EventFilter:
        """The conditions among the parameters."""
        conditions = self.model_dump(include=set(Conditions.model_fields) - {"status"})
        return EventFilter(**conditions, status=Status(self.status) if self.status else None)

    def given(self) -> dict[str, str]:
        """The conditions that are set, as the parameters of an address, in one order however they were asked for."""
        asked = self.model_dump(include=set(Conditions.model_fields), exclude_none=True, by_alias=True, mode="json")
        return {name: str(value) for name, value in asked.items()}


class EventQuery(ListQuery, Conditions):
    """What the list of events takes."""

    sort: Literal["signal", "recency", "sources"] = "signal"


class FeedQuery(Conditions):
    """What a feed of events takes."""

    limit: int = Field(default=30, ge=1, le=MAX_LIMIT)
