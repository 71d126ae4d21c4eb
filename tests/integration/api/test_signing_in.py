"""Passwords, and how sessions begin, are renewed and end."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, select
from starlette.testclient import TestClient

from api.app import create_app
from api.passwords import Passwords
from api.rate_limits import SIGN_IN_AS
from api.roles import Role
from api.session_store import LINK_IS_FRESH_FOR, RENEWED_EVERY, SESSION_ENDS_AFTER, SESSION_LASTS, SessionStore
from api.store import EditorStore
from api.tables import editors
from storage.engine import reading
from storage.settings import Settings
from tests.integration.api.seeding import BASE_URL
from tests.integration.at_once import at_once
from tests.unit.api.builders import NOON

PAGE = {"accept": "text/html"}
ONE, OTHER = "four plain words suffice", "five other words would do too"
DAY = timedelta(days=1)
QUICK = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)  # where what one costs is of no matter


class Hand:
    """The hand of a clock that the test moves."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def hand() -> Hand:
    return Hand()


@contextmanager
def browser(
    settings: Settings, hand: Hand, base_url: str = BASE_URL, hasher: PasswordHasher = QUICK
) -> Iterator[TestClient]:
    """A browser of its own, with a process of its own: limits count anew."""
    app = create_app(settings, clock=hand)
    app.state.service = replace(app.state.service, passwords=Passwords(hasher))
    with TestClient(app, base_url=base_url, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


@pytest.fixture
def client(engine: Engine, settings: Settings, hand: Hand) -> Iterator[TestClient]:
    """Ada's browser: she has signed in by a link."""
    with browser(settings, hand) as client:
        assert client.post("/desk/sign-in", data={"token": EditorStore(engine).invite("Ada", NOON)}).status_code == 303
        yield client


def form_token(client: TestClient) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', client.get("/desk/account").text)
    assert found
    return found[1]


def set_password(client: TestClient, new: str, *, again: str = "", current: str = "") -> int:
    fields = {"form_token": form_token(client), "new": new, "again": again or new, "current": current}
    return client.post("/desk/account/password", data=fields).status_code


def sign_in(client: TestClient, name: str, password: str) -> int:
    return client.post("/desk/sign-in", data={"name": name, "password": password}).status_code


def test_a_password_set_by_its_owner_signs_in_and_ends_every_other_session(
    client: TestClient, engine: Engine, settings: Settings, hand: Hand
) -> None:
    unused = EditorStore(engine).invite("Ada", NOON)
    with browser(settings, hand) as other:
        other.post("/desk/sign-in", data={"token": EditorStore(engine).invite("Ada", NOON)})
        before = client.cookies["secondsource_session"]

        assert set_password(client, ONE) == 303

        assert "Change your password" in client.get("/desk/account").text
        assert client.cookies["secondsource_session"] != before
        assert SessionStore(engine).find(before, NOON) is None
        assert other.get("/desk").status_code == 401
        assert other.post("/desk/sign-in", data={"token": unused}).status_code == 401
        assert [sign_in(other, " Ada ", ONE), other.get("/desk").status_code] == [303, 200]
    with reading(engine) as connection:
        assert ONE not in str(connection.execute(select(editors)).all())


def test_a_password_that_is_guessed_or_short_or_not_confirmed_is_not_set(
    client: TestClient, engine: Engine, settings: Settings, hand: Hand
) -> None:
    assert [set_password(client, "a" * 20), set_password(client, "short"), set_password(client, "é" * 201)] == [422] * 3
    assert set_password(client, ONE, again=OTHER) == 422
    assert set_password(client, ONE) == 303

    hand.at += LINK_IS_FRESH_FOR  # by which the link stands for the password no longer; its session was ended as well
    assert set_password(client, OTHER, current="not that") == 422
    assert set_password(client, OTHER, current=ONE) == 303
    guesses = [set_password(client, ONE, current="not that") for _ in range(SIGN_IN_AS.anonymous)]

    assert guesses[-1] == 429
    with browser(settings, hand) as other:
        assert [sign_in(other, "Ada", ONE), sign_in(other, "Ada", OTHER)] == [401, 303]


def test_who_forgot_it_sets_another_within_an_hour_of_a_link(client: TestClient, engine: Engine, hand: Hand) -> None:
    set_password(client, ONE)
    client.post("/desk/sign-in", data={"token": EditorStore(engine).invite("Ada", NOON)})

    hand.at += LINK_IS_FRESH_FOR - timedelta(seconds=1)
    assert "The password you have now" not in client.get("/desk/account").text
    hand.at += timedelta(seconds=1)
    assert "The password you have now" in client.get("/desk/account").text
    assert set_password(client, OTHER) == 422


def test_an_unknown_name_is_answered_like_a_known_one_and_takes_as_long(
    client: TestClient, engine: Engine, settings: Settings, hand: Hand
) -> None:
    set_password(client, ONE)
    EditorStore(engine).invite("Grace", NOON)  # who has no password
    answers, costs = [], []
    with browser(settings, hand, hasher=PasswordHasher()) as other:
        assert sign_in(other, "Ada", ONE) == 303  # from here on her hash costs as much as anybody's
        other.cookies.clear()
        for name in ("Ada", "Grace", "nobody", "", "n" * 5000, "\u202e"):
            began = time.process_time()
            reply = other.post("/desk/sign-in", data={"name": name, "password": OTHER}, headers=PAGE)
            costs.append(time.process_time() - began)
            answers.append(
                (reply.status_code, reply.text.replace(f'value="{name}"', 'value=""').replace(" autofocus", ""))
            )

    assert {status for status, _ in answers} == {401}
    assert len(set(answers)) == 1
    assert min(costs) > max(costs) / 3  # of CPU, so that a busy machine tells nothing; without the hash a twentieth


def test_tries_are_counted_by_name_whoever_makes_them_and_a_link_still_signs_in(
    client: TestClient, engine: Engine, settings: Settings, hand: Hand
) -> None:
    set_password(client, ONE)
    with browser(settings, hand) as other:
        tried = [sign_in(other, "Ada", "a guess") for _ in range(SIGN_IN_AS.anonymous)]
        refused = other.post("/desk/sign-in", data={"name": "Ada", "password": ONE}, headers=PAGE)

        assert (tried, refused.status_code) == ([401] * SIGN_IN_AS.anonymous, 429)
        assert 0 < int(refused.headers["retry-after"]) <= 60
        assert sign_in(other, "Grace", "a guess") == 401
        assert other.post("/desk/sign-in", data={"token": EditorStore(engine).invite("Ada", NOON)}).status_code == 303


def test_a_hash_of_earlier_parameters_is_made_anew_at_the_next_sign_in(
    client: TestClient, engine: Engine, settings: Settings, hand: Hand
) -> None:
    set_password(client, ONE)
    with browser(settings, hand, hasher=PasswordHasher()) as today:
        assert [sign_in(today, "Ada", OTHER), sign_in(today, "Ada", ONE)] == [401, 303]

    assert EditorStore(engine).all()[0].has_password
    found = EditorStore(engine).credentials("Ada")
    assert found is not None
    assert str(found.password_hash).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_password_checked_before_it_was_changed_begins_no_session(client: TestClient, engine: Engine) -> None:
    set_password(client, ONE)
    former = EditorStore(engine).credentials("Ada")

    assert former is not None
    checked = (former.editor_id, former.password_hash or "", NOON)
    assert SessionStore(engine).by_password(*checked) is not None
    set_password(client, OTHER, current=ONE)
    assert SessionStore(engine).by_password(*checked) is None


def test_a_name_signs_in_however_it_is_written_and_has_one_number_of_tries(
    client: TestClient, engine: Engine, settings: Settings, hand: Hand
) -> None:
    EditorStore(engine).invite("Ada \u00c1", NOON)
    client.post("/desk/sign-in", data={"token": EditorStore(engine).invite("Ada \u00c1", NOON)})
    set_password(client, ONE)
    with browser(settings, hand) as other:
        assert sign_in(other, " ADA  a\u0301", ONE) == 303
        tries = [sign_in(other, name, OTHER) for name in ("ada \u00e1", "Ada \u00c1", "ADA A\u0301") * 2]

    assert tries == [401] * (SIGN_IN_AS.anonymous - 1) + [429] * 2


def test_of_a_renewal_and_a_sign_out_at_once_nobody_fails_and_the_person_is_out(engine: Engine) -> None:
    store, signed_in = EditorStore(engine), SessionStore(engine)
    later = NOON + RENEWED_EVERY
    for behind in ("UPDATE sessions", "SELECT sessions"):
        token = signed_in.by_link(store.invite("Ada", NOON), NOON) or ""

        found, was_out = at_once(
            engine,
            lambda token=token: signed_in.find(token, later),  # type: ignore[misc]
            lambda: store.sign_out("Ada", NOON, by="Ada"),
            behind,
        )

        assert was_out is True
        was_ended_before = behind.startswith("SELECT")
        assert (found is None) is was_ended_before
        assert store.all()[0].last_seen_at == (NOON if was_ended_before else later)
        assert signed_in.find(token, later) is None


@pytest.mark.parametrize("act", ["sign_out", "remove"])
def test_whoever_uses_a_link_while_it_is_voided_is_out(engine: Engine, act: str) -> None:
    store, signed_in = EditorStore(engine), SessionStore(engine)
    store.invite("Ada", NOON)
    link = store.invite("Grace", NOON)

    token, was_out = at_once(
        engine,
        lambda: signed_in.by_link(link, NOON),
        lambda: getattr(store, act)("Grace", NOON, by="Ada"),
        "DELETE FROM sign_in_links",
    )

    assert was_out is True
    assert signed_in.find(str(token), NOON) is None


def test_a_link_that_two_use_at_once_signs_one_in(engine: Engine) -> None:
    link = EditorStore(engine).invite("Ada", NOON)

    def use() -> str | None:
        return SessionStore(engine).by_link(link, NOON)

    assert at_once(engine, use, use, "SELECT sign_in_links").count(None) == 1


def test_a_session_that_is_used_is_renewed_now_and_then_and_not_for_ever(
    client: TestClient, engine: Engine, hand: Hand
) -> None:
    hand.at += RENEWED_EVERY - timedelta(seconds=1)
    assert "set-cookie" not in client.get("/desk").headers
    assert EditorStore(engine).all()[0].last_seen_at == NOON

    hand.at += timedelta(seconds=1)
    renewed = client.get("/desk/events/evt_none").headers["set-cookie"].lower()
    assert {"httponly", "samesite=strict", "path=/", f"max-age={14 * 24 * 3600}"} <= set(renewed.split("; "))
    assert EditorStore(engine).all()[0].last_seen_at == NOON + RENEWED_EVERY
    hand.at += SESSION_LASTS - timedelta(seconds=1)
    assert client.get("/desk").status_code == 200
    while hand.at < NOON + SESSION_ENDS_AFTER - DAY:
        hand.at += DAY
        assert client.get("/desk").status_code == 200

    hand.at = NOON + SESSION_ENDS_AFTER
    assert client.get("/desk").status_code == 401


def test_behind_tls_only_the_cookie_that_no_other_host_can_set_counts(
    engine: Engine, settings: Settings, hand: Hand
) -> None:
    behind = settings.model_copy(update={"public_url": "https://news.example"})
    with browser(behind, hand, "https://news.example") as client:
        ours = {"origin": "https://news.example", "sec-fetch-site": "same-origin"}
        form = {"token": EditorStore(engine).invite("Ada", NOON)}
        cookie = client.post("/desk/sign-in", data=form, headers=ours).headers["set-cookie"]
        token = client.cookies["__Host-secondsource_session"]

        assert cookie.startswith("__Host-secondsource_session=")
        assert {"secure", "httponly", "samesite=strict", "path=/"} <= set(cookie.lower().split("; "))
        assert "domain" not in cookie.lower()
        assert client.get("/desk").status_code == 200
        client.cookies.clear()
        client.cookies.set("secondsource_session", token)
        assert client.get("/desk").status_code == 401
        client.cookies.set("__Host-secondsource_session", token)
        gone = client.post("/desk/sign-out", data={"form_token": form_token(client)}, headers=ours)
        assert "secure" in gone.headers["set-cookie"].lower()
        assert client.get("/desk").status_code == 401


def test_the_first_editor_is_an_admin_and_one_always_remains(engine: Engine) -> None:
    store = EditorStore(engine)
    for name in ("Ada", "Grace"):
        store.invite(name, NOON)
    store.invite("Mary", NOON, Role.ADMIN)
    store.invite("Grace", NOON, Role.ADMIN)  # a further link gives no role

    assert [(one.name, one.role) for one in store.all()] == [("Ada", "admin"), ("Grace", "editor"), ("Mary", "admin")]
