"""An editor's browser without a screen: reads the forms of a page and sends them as they stand."""

import re
from collections.abc import Mapping
from datetime import timedelta

from httpx2 import Response
from lxml import html
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.store import EditorStore
from tests.builders import NOON as PUBLISHED_AT
from tests.builders import make_article
from tests.integration.cluster.pipeline import publish
from tests.unit.api.builders import NOON

PAGE = {"accept": "text/html"}
TALK = "Regulator opens a consultation on staking"


def publish_breach_and_talk(engine: Engine) -> dict[str, str]:
    """Two events, one of `art_1` and `art_2` and one of `art_3`; the event id of each article."""
    return publish(
        engine,
        make_article("art_1", "ledgerpost"),
        make_article("art_2", "coinherald", published_at=PUBLISHED_AT + timedelta(minutes=30)),
        make_article("art_3", "blockgazette", title=TALK, text="Comments are due by the end of May."),
    )


def sign_in(client: TestClient, engine: Engine, name: str = "Ada") -> None:
    """Lets the client be an editor's."""
    token = EditorStore(engine).invite(name, NOON)
    assert client.post("/desk/sign-in", data={"token": token}).status_code == 303


def form_of(page: Response, action: str) -> dict[str, str]:
    """The fields of the form that is sent to an address, as the page filled them in."""
    form = next(one for one in html.fromstring(page.text).forms if (one.method, one.action) == ("POST", action))
    # As browsers do, without the line break that a box of several lines begins with.
    return {name: value.removeprefix("\n") for name, value in form.form_values() if isinstance(value, str)}


def send(client: TestClient, page: Response, action: str, typed: Mapping[str, str] | None = None) -> Response:
    """Sends a form of a page, with what an editor typed or chose in it."""
    return client.post(action, data=form_of(page, action) | dict(typed or {}), headers=PAGE)


def words(page: Response) -> str:
    """What stands on a page, with single spaces."""
    tree = html.fromstring(page.text)
    return re.sub(r"\s+", " ", " ".join(tree.find(".//main").itertext()))
