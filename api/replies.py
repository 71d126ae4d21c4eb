"""What all replies share: their base, the envelope around them, errors, and the ids of the examples."""

from datetime import datetime
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Data = TypeVar("Data")

EVENT_ID = "evt_d659aecd31a53f49"
OTHER_EVENT_ID = "evt_078b7c31b8414b3a"
ARTICLE_ID = "art_3bf356a49bd2c011"
OTHER_ARTICLE_ID = "art_9d1c04e7a6b25f38"
INSTANT = "2026-11-24T10:12:00Z"


class Reply(BaseModel):
    """A part of a reply: complete when made, nothing beside its fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)


class CoverageReply(Reply):
    """Said only while under half of the publishers were reached in the last hour."""

    publishers_reached: int = Field(description="How many answered within the last hour.")
    publishers: int = Field(description="How many are polled.")


class Envelope(BaseModel, Generic[Data]):
    """Around every reply that succeeds."""

    model_config = ConfigDict(extra="forbid")

    data: Data = Field(description="What was asked for.")
    next_cursor: str | None = Field(description="Pass it as `cursor` for what follows; null at the end.")
    as_of: datetime | None = Field(description="The last change of what is shown.", examples=[INSTANT])
    demo: Literal[True] | None = Field(default=None, description="Only there when the news is invented.")
    coverage: CoverageReply | None = Field(default=None, description="Only there when too few publishers answered.")


class HealthReply(Reply):
    status: Literal["ok", "ready"] = Field(description="ok: the process lives; ready: it can serve.")


class FieldProblem(Reply):
    field: str = Field(examples=["limit"], description="Name of the parameter or field.")
    detail: str = Field(examples=["it has to be at most 100"], description="What is wrong with it.")


class Problem(BaseModel):
    """An error, as RFC 9457 has it."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(
        examples=["about:blank"], description="A URI for the kind of problem; about:blank: the status says it."
    )
    title: str = Field(examples=["Not Found"], description="The status in words.")
    status: int = Field(examples=[404], description="The HTTP status.")
    detail: str = Field(
        examples=["No event has this id."], description="What is wrong here, and where it helps, what to do."
    )
    errors: list[FieldProblem] | None = Field(default=None, description="Which parameters did not parse.")
    request_id: str | None = Field(
        default=None,
        examples=["req_4f0c1d2e3a4b5c6d"],
        description="Of an error on our side: the name under which it was logged.",
    )
