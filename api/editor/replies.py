"""The shape of what editors' programs are answered: an action, what it did, and what stood in its way."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from api.change_replies import FollowedChangeReply
from api.replies import ARTICLE_ID, EVENT_ID, INSTANT, OTHER_ARTICLE_ID, OTHER_EVENT_ID, Problem, Reply

Status = Literal["active", "closed", "merged", "removed"]


class PlaceReply(Reply):
    """Where an article stood, or stands."""

    event_id: str = Field(examples=[EVENT_ID], description="The event.")
    copy_of: str | None = Field(examples=[None], description="The article whose text it repeats; null: its own text.")


class ArticleMovedReply(Reply):
    article_id: str = Field(examples=[ARTICLE_ID], description="The article.")
    before: PlaceReply | None = Field(description="Where it stood; null: it was not there.")
    after: PlaceReply | None = Field(description="Where it stands then; null: nowhere.")


class SettingReply(Reply):
    event_id: str = Field(examples=[EVENT_ID], description="The event.")
    field: Literal["title", "lead", "theme", "signal", "pinned", "hidden"] = Field(description="What was set.")
    before: str | None = Field(examples=[None], description="What was set before; null: nothing, the rules decided.")
    after: str | None = Field(
        examples=["Two desks, one filing"],
        description="What is set then: words, an article's id, a theme, a level, or `true`; null: nothing.",
    )


class LinkReply(Reply):
    article_id: str = Field(examples=[ARTICLE_ID], description="One article.")
    other_id: str = Field(examples=[OTHER_ARTICLE_ID], description="The other one.")
    link: Literal["must_link", "cannot_link"] = Field(description="That both must, or cannot, stand in one event.")


class DismissedReply(Reply):
    kind: str = Field(examples=["near_miss"], description="Of the suggestion.")
    event_id: str = Field(examples=[EVENT_ID], description="The event that it was on.")
    other_id: str | None = Field(examples=[OTHER_EVENT_ID], description="The other one, where it was on two.")
    about: str = Field(
        examples=[""], description="What of the event it asked about; empty: whatever of this kind is asked."
    )


class ActionReply(Reply):
    """One row of the editors' record. It stays as it was written, but for `undone_by`."""

    seq: int = Field(examples=[12], description="Its number; `undo` takes it.")
    type: str = Field(
        examples=["merge"],
        description="merge, move, split, link, lock, unlock, set, add, dismiss, note or undo.",
    )
    by: str = Field(examples=["Ada"], description="An editor's name or a key's.")
    at: datetime = Field(examples=[INSTANT], description="When, UTC.")
    reason: str = Field(examples=["Both tell of one filing."], description="Why; of a note what it says.")
    text: str = Field(examples=["noted on “Bridge halts”: Ask them"], description="What was done, in words.")
    event_id: str = Field(examples=[EVENT_ID], description="The event to look at afterwards.")
    event_ids: list[str] = Field(examples=[[EVENT_ID]], description="Every event that it touched.")
    url: str | None = Field(examples=[None], description="The address that was given of an article that it added.")
    moved: list[ArticleMovedReply] = Field(description="The articles that it moved.")
    settings: list[SettingReply] = Field(description="What it set on events.")
    added: list[LinkReply] = Field(description="What it said of pairs of articles, also without naming them.")
    superseded: list[LinkReply] = Field(description="What had been said of pairs and no longer holds.")
    dismissed: DismissedReply | None = Field(description="The suggestion that it dismissed.")
    undoes: int | None = Field(examples=[None], description="The seq of the action that it takes back.")
    undone_by: int | None = Field(examples=[None], description="The seq of the action that took it back.")


class EventNowReply(Reply):
    """An event after an action."""

    id: str = Field(examples=[EVENT_ID], description="Its id.")
    version: int = Field(examples=[8], description="What to send with the next action on it.")
    status: Status = Field(description="merged: its id leads to another event.")
    merged_into: str | None = Field(examples=[None], description="Where it leads.")


class DoneReply(Reply):
    """An action that was carried out."""

    action: ActionReply = Field(description="As it stands in the record.")
    events: list[EventNowReply] = Field(description="The events that it touched, as they are now.")


class EventChangedReply(Reply):
    """An event that is not any more as it was seen."""

    id: str = Field(examples=[EVENT_ID], description="Its id.")
    seen: int = Field(examples=[7], description="The version that was sent.")
    version: int | None = Field(examples=[9], description="The version that it has; null: there is no such event.")
    status: Status | None = Field(description="What became of it; null: there is no such event.")
    merged_into: str | None = Field(examples=[None], description="Where it leads.")
    changes: list[FollowedChangeReply] = Field(
        description="What happened since, newest first, at most 20; `by` names editors here."
    )


class ConflictProblem(Problem):
    """Why an action was not carried out."""

    events: list[EventChangedReply] | None = Field(
        default=None, description="Those that have changed since. Left out when the action is one that cannot be done."
    )
