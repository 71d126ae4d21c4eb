"""The shapes of a request to add an article."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from api.editor.bodies import Body, Id
from api.replies import ARTICLE_ID, EVENT_ID, INSTANT, Reply
from cluster.refusing import MAX_REASON

ADDRESS = "https://harbour-ledger.example/corvane-halts-withdrawals"
ADDITION_ID = "add_5b0e6a1c93d74f28"
NEW = {"url": ADDRESS, "event_id": EVENT_ID, "reason": "The feed left it out."}
LONGEST_ADDRESS = 2000  # characters


class NewAddition(Body):
    """What is asked for."""

    url: str = Field(max_length=LONGEST_ADDRESS, examples=[ADDRESS], description="The address of the article's page.")
    event_id: Id = Field(examples=[EVENT_ID], description="The event that it belongs to.")
    reason: str = Field(
        default="",
        max_length=MAX_REASON,
        examples=["The feed left it out."],
        description="Why, for the editors' record.",
    )


class AdditionReply(Reply):
    id: str = Field(examples=[ADDITION_ID], description="The request's id.")
    url: str = Field(examples=[ADDRESS], description="The address, without what only tracks readers.")
    event_id: str = Field(description="The event that it was asked for.")
    by: str = Field(examples=["desk"], description="The key, or the editor, that asked.")
    at: datetime = Field(examples=[INSTANT], description="When it was asked for.")
    reason: str = Field(examples=["The feed left it out."], description="Why, as it was given.")
    state: Literal["waiting", "fetched", "placed", "refused"] = Field(
        description="waiting: to be fetched; fetched: to be read and placed; placed and refused are ends."
    )
    detail: str | None = Field(
        examples=["The site's robots.txt forbids programs to fetch this page."],
        description="Why it was refused; null otherwise.",
    )
    article_id: str | None = Field(examples=[ARTICLE_ID], description="The article; null until it is stored.")
    action: int | None = Field(
        examples=[12], description="The number of the action in the editors' record; null until it is placed."
    )
