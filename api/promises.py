"""Errors that a route promises in the OpenAPI document, each with an example."""

from typing import Any

from api.problems import members
from api.replies import Problem


def promised(status: int, description: str, detail: str) -> dict[str, Any]:
    """An entry of a route's `responses`: when the error comes, and what it may say."""
    example = {"example": members(status, detail)}
    return {"model": Problem, "description": description, "content": {"application/json": example}}
