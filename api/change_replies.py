"""The shape of a row of the change log as followers are sent it, wherever they follow."""

from typing import Literal

from pydantic import Field

from api.replies import ARTICLE_ID, EVENT_ID, ChangeReply


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
