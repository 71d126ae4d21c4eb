"""An editor's request to add an article that no feed has brought, by its address."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AdditionState(StrEnum):
    """How far a request has come; the last two are ends."""

    WAITING = "waiting"  # to be fetched
    FETCHED = "fetched"  # the article is stored, and is to be read and placed
    PLACED = "placed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Addition:
    """A request as it stands. `url` is canonical, as the editor gave it: the article's own may be another."""

    id: str
    url: str
    event_id: str
    by: str
    at: datetime
    reason: str = ""
    state: AdditionState = AdditionState.WAITING
    sentence: str = ""  # why it was refused
    article_id: str | None = None  # from fetched on
    action: int | None = None  # seq of the editors' action that placed it

    @property
    def is_open(self) -> bool:
        """Whether it is still worked on."""
        return self.state in (AdditionState.WAITING, AdditionState.FETCHED)
