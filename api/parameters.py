"""The query parameters of the lists, read and bounded before any store is asked."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from cluster.event import ArticleType, Level, Status, Theme
from cluster.store import EventFilter
from storage.search_words import sought

MAX_LIMIT = 100
MAX_QUERY = 200  # characters; each word costs a look into the index


def _utc(instant: datetime) -> datetime:
    try:
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("this instant lies outside the calendar") from error


def _with_words(query: str) -> str:
    if sought(query) is None:
        raise ValueError("there is no word in it to look for")
    return query


Instant = Annotated[datetime, AfterValidator(_utc)]
# Printable without spaces: PostgreSQL refuses a NUL inside a string with an error of its own.
Word = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,80}$")]
Symbol = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,40}$", to_upper=True)]

Query = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MAX_QUERY),
    AfterValidator(_with_words),
    Field(
        description='Words that must all be there, in any form; "quoted" ones in this order. The last one, from four '
        "letters, may be the beginning of a longer one. Looks into titles, excerpts, publishers, assets and themes.",
        examples=["bitcoin liquidations"],
    ),
]


class ListQuery(BaseModel):
    """What every list takes."""

    limit: int = Field(default=20, ge=1, le=MAX_LIMIT)
    cursor: str | None = Field(default=None, max_length=500, description="`next_cursor` of the page before.")


class ArticleQuery(ListQuery):
    """What the list of articles takes."""

    publisher: Word | None = Field(default=None, description="A publisher's id.")


class SearchQuery(ListQuery):
    """What the search takes."""

    q: Query


class EventQuery(ListQuery):
    """What the list of events takes; instants without a zone are UTC."""

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
    q: Query | None = None
    sort: Literal["signal", "recency", "sources"] = "signal"

    def only(self) -> EventFilter:
        """The conditions among the parameters."""
        conditions = self.model_dump(exclude={"limit", "cursor", "sort", "status", "q"})
        status = Status(self.status) if self.status else None
        return EventFilter(**conditions, status=status, sought=sought(self.q) if self.q else None)
