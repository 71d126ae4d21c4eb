"""What does not parse is said without a library's words."""

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from storage.complaints import complaint


def _refuse(_: object) -> object:
    raise ValueError("an instant looks like 2026-11-24T12:00:00Z")


class Asked(BaseModel, extra="forbid"):
    limit: int = Field(default=1, ge=1, le=100)
    days: float = Field(default=1, gt=0)
    level: Literal["high", "low"] = "low"
    at: Annotated[object, BeforeValidator(_refuse)] = None
    ids: list[str] = Field(default=[], max_length=2)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"limit": "many"}, "it has to be a whole number"),
        ({"limit": 101}, "it has to be at most 100"),
        ({"limit": 0}, "it has to be at least 1"),
        ({"days": 0}, "it has to be more than 0"),
        ({"level": "loud"}, "it has to be 'high' or 'low'"),
        ({"at": "soon"}, "an instant looks like 2026-11-24T12:00:00Z"),
        ({"ids": ["a", "b", "c"]}, "it has too many entries: at most 2"),
        ({"limt": 1}, "there is no such field here"),
    ],
)
def test_what_is_allowed_is_said_in_our_words(given: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Asked.model_validate(given)

    assert [complaint(one) for one in caught.value.errors()] == [said]
