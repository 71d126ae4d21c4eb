"""Every route for editors, as the application itself lists them, and what is sent there that must be refused."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from httpx2 import Response
from sqlalchemy import Engine, select
from starlette.testclient import TestClient

from storage.engine import reading
from storage.schema import metadata

EDITORS = ("/desk", "/v1/editor")
OPEN = {("GET", "/desk/sign-in"), ("POST", "/desk/sign-in")}
PASSWORD = "four plain words suffice"
# What the forms of all routes ask for, so that nothing but the refusal stands in their way.
FORM = {
    **{"name": "Grace", "role": "admin", "scope_read": "on", "one": "evt_none 1", "other": "new"},
    **{"new": PASSWORD, "again": PASSWORD},
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """A way in, and the status of its refusal at the desk and in the API. `session` is a cookie's token."""

    says: str
    desk: int
    api: int
    headers: Mapping[str, str] = field(default_factory=dict)
    session: str = ""
    form_token: str = ""
    only_forms: bool = False


def routes(app: FastAPI) -> list[tuple[str, str]]:
    """Method and path of every route for editors that is not open."""
    found = {
        (method, str(one.path))
        for one in iter_route_contexts(app.routes)
        if str(getattr(one, "path", "")).startswith(EDITORS)
        for method in getattr(one, "methods", None) or ()
    }
    return sorted(found - OPEN)


def let_in(
    client: TestClient, asked: Iterable[tuple[str, str]], attempt: Attempt, ids: Mapping[str, str]
) -> Iterator[str]:
    """The routes that do not refuse an attempt, or whose refusal says whether there is what was asked for."""
    for method, path in asked:
        if method == "GET" and attempt.only_forms:
            continue
        expected = attempt.desk if path.startswith("/desk") else attempt.api
        there = ask(client, method, path, attempt, ids)
        nowhere = ask(client, method, path, attempt, {}) if "{" in path else there
        if there.status_code != expected or (nowhere.status_code, nowhere.text) != (expected, there.text):
            yield f"{method} {path} with {attempt.says}: {there.status_code}, {nowhere.status_code}"


def ask(client: TestClient, method: str, path: str, attempt: Attempt, ids: Mapping[str, str]) -> Response:
    """Sends what a route asks for, about what has these ids; to the API a body that is none."""
    filled = re.sub(r"\{(\w+)[^}]*\}", lambda found: ids.get(found[1], "none"), path)
    client.cookies.clear()
    if attempt.session:
        client.cookies.set("secondsource_session", attempt.session)
    if method == "GET":
        return client.get(filled, headers=attempt.headers)
    if path.startswith("/v1/"):
        headers = {"content-type": "application/json", **attempt.headers}
        return client.request(method, filled, content="{", headers=headers)
    return client.request(method, filled, data=FORM | {"form_token": attempt.form_token}, headers=attempt.headers)


def contents(engine: Engine) -> dict[str, list[str]]:
    """Every row of every table."""
    with reading(engine) as connection:
        return {one.name: sorted(str(row) for row in connection.execute(select(one))) for one in metadata.sorted_tables}
