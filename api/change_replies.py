"""The shape of a row of the change log: on its event, and as followers are sent it, wherever they follow."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from api.replies import ARTICLE_ID, EVENT_ID, INSTANT, Reply


class ChangeReply(Reply):
    """One row of the change log."""

    seq: int = Field(description="Orders all changes of all events.", examples=[4711])
    version: int = Field(description="Of the event, that this change made.", examples=[7])
    type: str = Field(
        examples=["grew"],
        description="created, grew, shrank, merged, split, described, edited, signal_changed, closed, reopened, "
        "removed, locked or unlocked.",
    )
    at: datetime = Field(examples=[INSTANT], description="When, UTC.")
    by: str = Field(examples=["placing"], description="The rules that made it, or editor.")
    fields: list[str] = Field(examples=[["articles"]], description="What is another now.")


class FollowedChangeReply(ChangeReply):
    """One row of the change log with all that is needed to rebuild its event's version, status and members."""

    event_id: str = Field(examples=[EVENT_ID], description="The event that changed.")
    status: Literal["active", "closed", "merged", "removed"] | None = Field(
        description="The event's from this version on, and `merged_into` with it; null where both stay as they were."
    )
    merged_into: str | None = Field(examples=[None], description="Where its id leads. Said with the status `merged`.")
    split_from: str | None = Field(examples=[None], description="Of a new event, the one its articles stood in.")
    came: list[str] = Field(examples=[[ARTICLE_ID]], description="Articles that it has from this version on.")
    went: list[str] = Field(examples=[[]], description="Articles that it has no longer.")
