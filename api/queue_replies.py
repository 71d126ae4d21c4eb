"""The shape of the editors' queue: doubts about events, with what speaks for and against each."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from api.article_replies import PublisherReply
from api.replies import ARTICLE_ID, EVENT_ID, INSTANT, Reply
from cluster.doubts import DoubtKind, Side


class QueuedEventReply(Reply):
    """An event that is asked about."""

    id: str = Field(examples=[EVENT_ID], description="Permanent.")
    version: int = Field(examples=[7], description="What an action on it has to name.")
    title: str = Field(description="Its title.", examples=["Bitcoin slips under $60,000"])
    signal: Literal["high", "medium", "low"] = Field(description="Its level.")
    independent_sources: int = Field(examples=[2], description="How many sources report it independently.")
    articles: int = Field(examples=[5], description="How many articles it has.")
    first_published_at: datetime = Field(examples=[INSTANT], description="When its first article was published, UTC.")
    last_published_at: datetime = Field(examples=[INSTANT], description="When its newest article was published, UTC.")


class ClueArticleReply(Reply):
    """An article that a clue is found in."""

    id: str = Field(examples=[ARTICLE_ID], description="Permanent.")
    publisher: PublisherReply = Field(description="Whose article it is.")
    url: str = Field(examples=["https://harbour-ledger.example/bitcoin-slips"], description="Where to read it.")
    published_at: datetime = Field(examples=[INSTANT], description="When it was published, UTC.")


class ClueReply(Reply):
    """One thing to weigh. What stands on one side alone speaks for two happenings, what stands on both for one."""

    what: str = Field(examples=["figure"], description="report, figure, name, asset or source.")
    side: Side = Field(description="here: the event, or its part with the lead; there: the other one; or both.")
    text: str = Field(examples=["$1 billion"], description="As an article has it; of a report its title.")
    articles: list[ClueArticleReply] = Field(description="Where it is found; empty for what each side says as a whole.")


class DoubtReply(Reply):
    """A question for a person."""

    kind: DoubtKind = Field(description="What is asked.")
    doubt: float = Field(
        examples=[0.84], description="0 to 1: twice the probability that what stands is wrong, at most 1."
    )
    text: str = Field(description="What is doubtful, in a sentence.", examples=["These two events may be one."])
    event: QueuedEventReply = Field(description="The event; of two the one that was opened first.")
    other: QueuedEventReply | None = Field(description="The second event of a near_miss; null for all other kinds.")
    about: str = Field(
        examples=[""],
        description="What of the event is asked about, an article's id, a source, quantities or a day; empty: all of "
        "it. `dismiss` takes it.",
    )
    evidence: list[ClueReply] = Field(description="The reports of each side, then what they say.")


class QueueReply(Reply):
    """What needs a person first."""

    doubts: list[DoubtReply] = Field(description="By the level of the signal (3, 2, 1) times the doubt.")
    counts: dict[str, int] = Field(
        description="How many there are of each kind under the same theme and signal.", examples=[{"near_miss": 12}]
    )
