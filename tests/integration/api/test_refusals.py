"""Nothing for editors opens to anybody else: every route is tried, with everything that must not do."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import APIRouter, FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.app import create_app
from api.desk_door import MOST_BYTES
from api.forms import MAX_FIELDS
from api.key_store import KeyStore
from api.rate_limits import SIGN_IN
from api.scopes import Scope
from api.session_store import SESSION_LASTS, SessionStore
from api.store import EditorStore
from api.tokens import token_hash
from tests.builders import make_article
from tests.integration.api.refusals import OPEN, PASSWORD, Attempt, ask, contents, let_in, routes
from tests.integration.api.seeding import BASE_URL, migrated, settings_in
from tests.integration.cluster.pipeline import publish
from tests.unit.api.builders import NOON

EVIL = "https://evil.example"
FORWARDED = {"x-forwarded-host": "evil.example", "x-forwarded-proto": "https", "x-forwarded-for": "127.0.0.1"}
ELSEWHERE = (
    {"origin": EVIL},
    {"origin": "null"},
    {"origin": "http://127.0.0.1:9"},
    {"origin": "http://127.0.0.1:8000.evil.example"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": BASE_URL, "sec-fetch-site": "cross-site"},
    {"origin": EVIL, **FORWARDED},
    {"origin": EVIL, "forwarded": "host=evil.example;proto=https"},
)


@dataclass(frozen=True, slots=True)
class Site:
    """The application, and what its routes are about."""

    engine: Engine
    app: FastAPI
    client: TestClient
    ids: dict[str, str]

    def session(self, name: str = "Ada", lives_ago: int = 0) -> tuple[str, str]:
        """The tokens of a session: the cookie's and the forms'."""
        began = NOON - SESSION_LASTS * lives_ago
        token = SessionStore(self.engine).by_link(EditorStore(self.engine).invite(name, began), began) or ""
        found = SessionStore(self.engine).find(token, began)
        assert found is not None
        return token, found.form_token

    def key(self, scope: Scope) -> dict[str, str]:
        """The header with a new key, which was used already today."""
        token = KeyStore(self.engine).create(scope, [scope], NOON) or ""
        assert KeyStore(self.engine).find(token, NOON)
        return {"authorization": f"Bearer {token}"}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    settings = settings_in(tmp_path)
    engine = migrated(settings)
    placed = publish(engine, make_article("art_1", "ledgerpost"), make_article("art_2", "coinherald", title="A talk"))
    app = create_app(settings, clock=lambda: NOON)
    with TestClient(app, base_url=BASE_URL, raise_server_exceptions=False, follow_redirects=False) as client:
        yield Site(engine, app, client, {"event_id": placed["art_1"], "article_id": "art_1", "seq": "1"})
    engine.dispose()


def attempts(site: Site) -> list[Attempt]:
    session, right = site.session()
    _, of_another = site.session("Grace")
    expired, of_expired = site.session("Mary", lives_ago=1)
    assert token_hash(expired) in str(contents(site.engine)["sessions"])  # none that began since has swept it away
    reader = site.key(Scope.READ)
    tokens = {"no form token": "", "a wrong form token": "guessed", "another editor's form token": of_another}
    return [
        Attempt("nothing", 401, 401),
        Attempt("a guessed session", 401, 401, session="guessed", form_token=right),
        Attempt("an expired session", 401, 401, session=expired, form_token=of_expired),
        Attempt("a session in no cookie", 401, 401, headers={"authorization": f"Bearer {session}"}),
        Attempt("a reader's key", 401, 403, headers=reader),
        Attempt("forwarded headers", 401, 401, headers=FORWARDED),
        *(Attempt(says, 403, 401, {}, session, token, only_forms=True) for says, token in tokens.items()),
        Attempt("a reader's key and no form token", 403, 403, reader, session, only_forms=True),
        *(Attempt(str(headers), 403, 401, headers, session, right, only_forms=True) for headers in ELSEWHERE),
        Attempt("a spoofed Host", 400, 400, {"host": "evil.example"}, session, right),
        Attempt("a spoofed Host, forwarded", 400, 400, {"host": "evil.example", **FORWARDED}, session, right),
        Attempt("our Host, but forwarded", 400, 400, {"host": "x", "x-forwarded-host": "127.0.0.1:8000"}),
    ]


def test_no_route_for_editors_lets_anybody_else_in_or_says_what_there_is(site: Site) -> None:
    tried, asked = attempts(site), routes(site.app)
    before = contents(site.engine)

    assert [line for attempt in tried for line in let_in(site.client, asked, attempt, site.ids)] == []

    assert contents(site.engine) == before
    assert {path for _, path in asked} >= {"/desk", "/desk/people/remove", "/desk/keys/create", "/desk/audit"}


def test_a_key_for_the_api_opens_no_page_and_an_editor_no_page_of_admins(site: Site) -> None:
    site.session("Ada")
    session, right = site.session("Grace")
    key = Attempt("an editor's key", 401, 0, headers=site.key(Scope.EDITOR))
    editor = Attempt("an editor's session", 403, 0, session=session, form_token=right)
    pages = [one for one in routes(site.app) if one[1].startswith("/desk")]
    for_admins = [one for one in pages if one[1].startswith(("/desk/people", "/desk/keys"))]
    before = contents(site.engine)

    assert list(let_in(site.client, pages, key, site.ids)) == []
    assert list(let_in(site.client, for_admins, editor, site.ids)) == []
    assert len(for_admins) >= 9
    assert contents(site.engine) == before


def test_an_admin_is_let_in_everywhere_by_the_same_requests(site: Site) -> None:
    for method, path in (one for one in routes(site.app) if one[1].startswith("/desk")):
        EditorStore(site.engine).invite("Ada", NOON)
        EditorStore(site.engine).invite("Grace", NOON)
        session, right = site.session()
        ours = {"origin": BASE_URL, "sec-fetch-site": "same-origin", **FORWARDED}

        reply = ask(site.client, method, path, Attempt("all", 0, 0, ours, session, right), site.ids)

        assert reply.status_code in (200, 303, 404, 409, 422), (method, path, reply.text)
        assert reply.headers["cache-control"] == "no-store"


def test_a_route_that_was_left_open_is_found(site: Site) -> None:
    router = APIRouter()

    @router.post("/desk/left/{event_id}")
    def left(event_id: str) -> str:
        return event_id

    site.app.include_router(router)
    found = list(let_in(site.client, routes(site.app), Attempt("nothing", 401, 401), site.ids))

    assert [line.split()[1] for line in found] == ["/desk/left/{event_id}"]


def test_other_sites_pages_are_told_nothing_by_any_route_for_editors(site: Site) -> None:
    asking = {
        "origin": EVIL,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
    }
    paths = {path for _, path in (*routes(site.app), *OPEN, ("GET", "/v1/editor/none"))}
    for path, method in ((path, method) for path in sorted(paths) for method in ("OPTIONS", "GET", "POST")):
        reply = site.client.request(method, path, headers=asking)

        assert not [name for name in reply.headers if name.startswith("access-control-")], path
        assert reply.status_code >= 400 or (method, path) in OPEN


def test_signing_in_is_for_our_own_page_and_no_header_gives_further_tries(site: Site) -> None:
    EditorStore(site.engine).invite("Ada", NOON)
    before = contents(site.engine)
    for headers in ELSEWHERE:
        form = {"name": "Ada", "password": PASSWORD}
        assert site.client.post("/desk/sign-in", data=form, headers=headers).status_code == 403

    tried = [
        site.client.post("/desk/sign-in", data={"token": "x"}, headers={"x-forwarded-for": f"198.51.100.{number}"})
        for number in range(SIGN_IN.anonymous + 1)
    ]

    assert [one.status_code for one in tried] == [401] * SIGN_IN.anonymous + [429]
    assert contents(site.engine) == before
    assert site.client.post("/desk/sign-in", data={"token": "x"}, headers=site.key(Scope.READ)).status_code == 429


def test_a_form_has_an_end_and_no_text_that_a_database_could_not_hold(site: Site) -> None:
    kind = {"content-type": "application/x-www-form-urlencoded"}

    long = site.client.post("/desk/sign-in", content=b"name=" + b"a" * MOST_BYTES, headers=kind)
    many = site.client.post(
        "/desk/sign-in", content="&".join(f"f{number}=" for number in range(MAX_FIELDS + 1)), headers=kind
    )
    nul = site.client.post("/desk/sign-in", data={"name": "A\0da", "password": PASSWORD})

    assert [one.status_code for one in (long, many, nul)] == [413, 400, 400]


def test_what_programs_send_has_an_end(site: Site) -> None:
    for path, scope in (("/v1/editor/undo", Scope.EDITOR), ("/v1/webhooks", Scope.WEBHOOKS)):
        headers = {"content-type": "application/json", **site.key(scope)}

        reply = site.client.post(path, content=b" " * (MOST_BYTES + 1), headers=headers)

        assert (reply.status_code, reply.headers["content-type"]) == (413, "application/problem+json")
