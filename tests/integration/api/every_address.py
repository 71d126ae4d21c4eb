"""All that can be asked of the service, for those who look for what must be nowhere."""

from collections.abc import Iterator, Mapping, Sequence

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

ENDLESS = {"/v1/stream"}


def every_address(client: TestClient, placed: Mapping[str, str], urls: Sequence[str]) -> Iterator[str]:
    """Every address that can be read, with the ids of events and articles and the URLs of articles in their places.

    `placed` is the event id of each article id.
    """
    assert isinstance(client.app, FastAPI)
    values = {
        "event_id": [*placed.values(), *placed],
        "other_id": list(placed.values()),
        "article_id": list(placed),
        "publisher_id": ["ledgerpost", "coinherald"],
    }
    paths = [str(one.path) for one in iter_route_contexts(client.app.routes) if "GET" in (one.methods or ())]
    for path in sorted(set(paths) - ENDLESS):
        filled = [path.replace("{slug}", "x")]
        for name, found in values.items():
            filled = [one.replace(f"{{{name}}}", value) for one in filled for value in found]
        yield from dict.fromkeys(filled)
    for word in ("Corvane", "traders"):
        yield from (f"/v1/search?q={word}", f"/v1/events?q={word}", f"/?q={word}")
    for url in urls:
        yield from (f"/v1/resolve?url={url}", f"/v1/widget?url={url}", f"/embed?url={url}")
