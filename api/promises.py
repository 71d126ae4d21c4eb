"""Errors that a route promises in the OpenAPI document, each with an example."""

from collections.abc import Mapping
from typing import Any

from api.problems import members
from api.replies import Problem


def promised(status: int, description: str, detail: str) -> dict[str, Any]:
    """An entry of a route's `responses`: when the error comes, and what it may say."""
    example = {"example": members(status, detail)}
    return {"model": Problem, "description": description, "content": {"application/json": example}}


def promised_for(status: int, details: Mapping[str, str]) -> dict[str, Any]:
    """The same for an error with several causes: what it says of each, by when that is."""
    examples = {cause: {"value": members(status, detail)} for cause, detail in details.items()}
    content = {"application/json": {"examples": examples}}
    return {"model": Problem, "description": f"{'; or '.join(details)}.", "content": content}


def bad_body(detail: str) -> dict[int | str, dict[str, Any]]:
    """What a route that takes a body answers to one that it cannot read; `detail` says what may be wrong with it."""
    return {
        400: promised(400, "The body is no text in UTF-8.", "There was an error parsing the body"),
        422: promised(422, "The body does not parse.", detail),
    }
