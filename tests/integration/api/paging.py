"""Goes through a list of the API page by page."""

from typing import Any

from starlette.testclient import TestClient

MOST_PAGES = 30  # a cursor that leads back would otherwise never end


def ids(reply: Any) -> list[str]:
    """The ids on one page."""
    return [one["id"] for one in reply.json()["data"]]


def all_ids(client: TestClient, path: str, **params: str) -> list[str]:
    """The ids on all pages, in the order in which the cursors lead through them."""
    found: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(MOST_PAGES):
        reply = client.get(path, params=params | cursor)
        found += ids(reply)
        if reply.json()["next_cursor"] is None:
            return found
        cursor = {"cursor": reply.json()["next_cursor"]}
    raise AssertionError(f"the cursors of {path} lead on after {MOST_PAGES} pages: {found}")
