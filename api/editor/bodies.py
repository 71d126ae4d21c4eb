"""The shape of what editors' programs send: what they want done, why, and the events as they saw them."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, Strict, StringConstraints

from api.cursors import MAX_INTEGER
from api.log_cursor import SeqInBody
from api.replies import ARTICLE_ID, EVENT_ID, OTHER_ARTICLE_ID, OTHER_EVENT_ID
from cluster.action import Link
from cluster.doubts import DoubtKind
from cluster.event import Level, Theme
from cluster.refusing import MAX_REASON
from cluster.setting import MAX_TITLE

MOST_ARTICLES = 500  # at once; far more than any event has
MOST_VERSIONS = 20  # of events; no action touches more
MOST_ABOUT = 2000  # characters; all the quantities that an event's reports differ on come to a few hundred
Id = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,8}_[0-9A-Za-z_-]{1,32}$")]
Version = Annotated[int, Strict(), Field(ge=0, le=MAX_INTEGER)]
Why = Annotated[
    str, Field(max_length=MAX_REASON, examples=["Both tell of one filing."], description="Why, for the record.")
]
Articles = Annotated[list[Id], Field(min_length=1, max_length=MOST_ARTICLES)]


class Body(BaseModel):
    """A body with its own fields and no other."""

    model_config = ConfigDict(extra="forbid")


class Seen(Body):
    """On what somebody decided."""

    versions: dict[Id, Version] = Field(
        default={},
        max_length=MOST_VERSIONS,
        examples=[{EVENT_ID: 7}],
        description="The events as you saw them: by id, the version that a reply gave. When one has changed since, "
        "nothing is done and the answer is 409. Left out: whatever they are by now.",
    )


class Act(Seen):
    """What nearly every action takes."""

    reason: Why = ""

    def seen_because(self) -> dict[str, Any]:
        """What every action of the desk takes."""
        return {"versions": self.versions, "reason": self.reason}


class Merging(Act):
    """Which event is the same happening."""

    other: Id = Field(examples=[OTHER_EVENT_ID], description="The other event's id.")
    keep: Id | None = Field(default=None, description="Which of the two ids stays. Left out: the older one's.")
    title: str | None = Field(default=None, max_length=MAX_TITLE, description="The title of the event that stays.")
    lead: Id | None = Field(default=None, description="The article of either that leads it.")


class Splitting(Act):
    """Which articles tell of another happening."""

    articles: Articles = Field(examples=[[ARTICLE_ID]], description="Their ids. They become an event of their own.")


class Titling(Act):
    """What the event is called."""

    title: str | None = Field(max_length=MAX_TITLE, description="null: the title that its reports agree on again.")


class Leading(Act):
    """Which article leads the event."""

    article: Id | None = Field(description="One of its articles; null: the one by the rules again.")


class Theming(Act):
    """What the event is about."""

    theme: Theme | None = Field(description="null: what its reports say again.")


class Grading(Act):
    """How much the event matters."""

    level: Level | None = Field(
        description="Stands beside the automatic level and needs a reason; null: the automatic one alone again."
    )


class Noting(Seen):
    """What is to be remembered of the event, by editors alone."""

    text: str = Field(min_length=1, max_length=MAX_REASON, description="The note.")


class Dismissing(Act):
    """Which suggestion is not to be made again."""

    kind: DoubtKind = Field(examples=["near_miss"], description="Of the suggestion, as the queue has it.")
    other: Id | None = Field(default=None, description="The other event, where the suggestion is on two.")
    about: str | None = Field(
        default=None,
        max_length=MOST_ABOUT,
        description="What it asks about, as the queue has it: when something else is asked by now, nothing is done and "
        "the answer is 409. Left out: whatever is asked now and, where nothing is, all that ever will be.",
    )


class Moving(Act):
    """Where the article belongs."""

    event: Id | None = Field(examples=[OTHER_EVENT_ID], description="The event's id; null: an event of its own.")


class Pairing(Act):
    """What is said of two articles."""

    link: Link = Field(description="Whether they must, or cannot, stand in one event.")
    article: Id = Field(examples=[ARTICLE_ID], description="The one that moves where they do not stand so.")
    other: Id = Field(examples=[OTHER_ARTICLE_ID], description="The other one.")


class Undoing(Body):
    """Which action is to be taken back."""

    seq: SeqInBody = Field(examples=[1], description="Its number in the record.")
    reason: Why = ""
