"""People and keys in the hands of admins, and the audit of all that anybody did."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api import audit
from api.administration import COMMAND_LINE
from api.administration_store import AdministrationStore, NotAdmin
from api.key_store import KeyStore
from api.names import BadName
from api.roles import Role
from api.scopes import Scope
from api.session_store import SessionStore
from api.store import EditorStore, LastAdmin, Session
from cluster.editing import Desk
from cluster.store import EventStore
from storage.settings import Settings
from tests.builders import make_article
from tests.integration.api.seeding import client_of
from tests.integration.at_once import at_once
from tests.integration.cluster.pipeline import publish
from tests.unit.api.builders import NOON

MINUTE = timedelta(minutes=1)


@pytest.fixture
def admin(engine: Engine, settings: Settings) -> Iterator[TestClient]:
    """Ada, the first and so an admin, is signed in."""
    with client_of(settings) as client:
        client.post("/desk/sign-in", data={"token": EditorStore(engine).invite("Ada", NOON)})
        yield client


def post(client: TestClient, path: str, **fields: str) -> tuple[int, str]:
    found = re.search(r'name="form_token" value="([^"]+)"', client.get("/desk/account").text)
    assert found
    reply = client.post(path, data={"form_token": found[1], **fields}, headers={"accept": "text/html"})
    return reply.status_code, reply.text


def did(engine: Engine) -> list[tuple[str, str, str, str]]:
    measures = AdministrationStore(engine).latest(50)
    return [(one.by, one.type, one.about, one.detail) for one in reversed(measures)]


def test_an_admin_invites_promotes_signs_out_and_removes(admin: TestClient, engine: Engine) -> None:
    status, page = post(admin, "/desk/people/invite", name=" Grace ", role="editor")
    (link,) = re.findall(r"http://127.0.0.1:8000(/desk/sign-in\?token=[\w-]+)", page)
    token = link.partition("=")[2]
    session = SessionStore(engine).by_link(token, NOON) or ""

    assert status == 200
    assert token not in admin.get("/desk/people").text
    assert post(admin, "/desk/people/role", name="Grace", role="admin")[0] == 303
    assert "Done: you made Grace an admin." in admin.get("/desk/people?done=1").text
    found = SessionStore(engine).find(session, NOON)
    assert found is not None
    assert found.is_admin
    assert "A link for Grace" in post(admin, "/desk/people/link", name="Grace")[1]
    assert post(admin, "/desk/people/sign-out", name="Grace")[0] == 303
    assert SessionStore(engine).find(session, NOON) is None
    assert post(admin, "/desk/people/remove", name="Grace")[0] == 303
    assert [one.name for one in EditorStore(engine).all()] == ["Ada"]
    assert did(engine) == [
        (COMMAND_LINE, "invite", "Ada", "admin"),
        ("Ada", "invite", "Grace", "editor"),
        ("Ada", "role", "Grace", "admin"),
        ("Ada", "new_link", "Grace", ""),
        ("Ada", "sign_out", "Grace", ""),
        ("Ada", "remove", "Grace", ""),
    ]


def test_what_cannot_be_done_to_people_is_said_and_does_nothing(admin: TestClient, engine: Engine) -> None:
    EditorStore(engine).invite("Grace", NOON)
    KeyStore(engine).create("wire", [Scope.READ], NOON)
    before = did(engine)
    for path, fields, status, said in (
        ("invite", {"name": "Grace", "role": "editor"}, 409, "is an editor already"),
        ("invite", {"name": "WIRE", "role": "editor"}, 409, "There is or was a key wire"),
        ("invite", {"name": "grace", "role": "editor"}, 409, "There is or was an editor Grace"),
        ("invite", {"name": "Command  Line", "role": "editor"}, 409, "The record calls the"),
        ("invite", {"name": "a" * 41, "role": "editor"}, 409, "1 to 40 printable"),
        ("invite", {"name": "\u202eadA", "role": "editor"}, 409, "1 to 40 printable"),
        ("invite", {"name": "Mary", "role": "owner"}, 422, "A role is one of"),
        ("role", {"name": "Grace"}, 422, "A role is one of"),
        ("role", {"name": "Ada", "role": "editor"}, 409, "Another admin has to do that"),
        ("remove", {"name": "Ada"}, 409, "Another admin has to do that"),
        ("remove", {"name": "Nobody"}, 409, "Nobody has this name any more"),
        ("link", {"name": "Nobody"}, 409, "Nobody has this name any more"),
        ("sign-out", {}, 409, "Nobody has this name any more"),
    ):
        answered, page = post(admin, f"/desk/people/{path}", **fields)
        assert (answered, said in page) == (status, True), (path, fields, page)

    assert did(engine) == before


def test_an_admin_creates_a_key_that_is_shown_once_and_revokes_it_at_once(admin: TestClient, engine: Engine) -> None:
    status, page = post(admin, "/desk/keys/create", name="Wire", scope_editor="on", scope_read="on")
    (token,) = re.findall(r"ssk_[\w-]{43}", page)
    header = {"authorization": f"Bearer {token}"}

    assert status == 200
    assert token not in admin.get("/desk/keys").text
    assert admin.get("/healthz", headers=header).status_code == 200
    assert "Last used on 24 Nov 2026" in admin.get("/desk/keys").text
    for fields, said in (
        ({"name": "Wire", "scope_read": "on"}, "There is or was a key Wire"),
        ({"name": "Ada", "scope_read": "on"}, "There is or was an editor Ada"),
        ({"name": "Other"}, "Choose at least one"),
        ({"name": "", "scope_read": "on"}, "1 to 40 printable"),
    ):
        answered, page = post(admin, "/desk/keys/create", **fields)
        assert (answered, said in page) == (409, True), page
    assert post(admin, "/desk/keys/revoke", name="Wire")[0] == 303
    assert admin.get("/healthz", headers=header).status_code == 401
    assert post(admin, "/desk/keys/revoke", name="Wire")[0] == 409
    assert did(engine)[1:] == [("Ada", "create_key", "Wire", "editor, read"), ("Ada", "revoke_key", "Wire", "")]


def test_an_editor_sees_the_audit_and_no_way_to_people_or_keys(engine: Engine, settings: Settings) -> None:
    EditorStore(engine).invite("Ada", NOON)
    with client_of(settings) as client:
        client.post("/desk/sign-in", data={"token": EditorStore(engine).invite("Grace", NOON)})
        page = client.get("/desk/audit").text
        refused = client.get("/desk/people", headers={"accept": "text/html"})

    assert "/desk/keys" not in page
    assert "/desk/people" not in page
    assert (refused.status_code, "This is for admins" in refused.text) == (403, True)


def test_a_key_is_made_and_ended_by_admins_alone_whoever_was_one_when_they_asked(engine: Engine) -> None:
    people, keys = EditorStore(engine), KeyStore(engine)
    people.invite("Ada", NOON, Role.ADMIN)
    people.invite("Grace", NOON, Role.ADMIN)
    keys.create("wire", [Scope.EDITOR], NOON, by="Grace")
    people.give_role("Grace", Role.EDITOR, NOON, by="Ada")

    for act in (
        lambda: keys.create("again", [Scope.EDITOR], NOON, by="Grace"),
        lambda: keys.revoke("wire", NOON, by="Grace"),
    ):
        with pytest.raises(NotAdmin):
            act()
    assert [(one.name, one.revoked_at) for one in keys.all()] == [("wire", None)]


@pytest.mark.parametrize("others", [(), ("Mary",)])
def test_of_two_admins_who_end_each_other_at_once_one_remains(engine: Engine, others: Sequence[str]) -> None:
    store = EditorStore(engine)
    for name in ("Ada", "Grace", *others):
        store.invite(name, NOON, Role.EDITOR if name in others else Role.ADMIN)

    removed, refused = at_once(
        engine,
        lambda: store.remove("Grace", NOON, by="Ada"),
        lambda: store.remove("Ada", NOON, by="Grace"),
        "SELECT editors",
    )

    assert removed is True
    assert isinstance(refused, NotAdmin)
    assert [one.name for one in store.all()] == ["Ada", *others]
    with pytest.raises(LastAdmin):
        store.remove("Ada", NOON, by="Ada")
    assert not store.remove("Nobody", NOON)


def test_who_is_no_admin_any_more_does_nothing_to_people(
    admin: TestClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = EditorStore(engine)
    for name, role in (("Grace", Role.EDITOR), ("Mary", Role.ADMIN)):
        store.invite(name, NOON, role)
    monkeypatch.setattr(Session, "is_admin", property(lambda _session: True))  # was asked a moment ago
    store.give_role("Ada", Role.EDITOR, NOON)
    before = did(engine)

    for path in ("invite", "link", "role", "sign-out", "remove"):
        status, page = post(admin, f"/desk/people/{path}", name="John" if path == "invite" else "Grace", role="admin")
        assert (status, "This is for admins" in page) == (403, True), path
    assert post(admin, "/desk/people/link", name="Ada")[0] == 403, "nor for themselves"
    assert did(engine) == before


def test_a_further_link_brings_nobody_back_who_was_removed(engine: Engine) -> None:
    store = EditorStore(engine)
    store.invite("Ada", NOON)
    store.invite("Grace", NOON)

    linked, was_there = at_once(
        engine,
        lambda: store.link_for("Grace", NOON, by="Ada"),
        lambda: store.remove("Grace", NOON, by="Ada"),
        "SELECT editors",
    )

    assert was_there is True
    assert SessionStore(engine).by_link(str(linked), NOON) is None
    assert store.link_for("Grace", NOON, by="Ada") is None
    assert [one.name for one in store.all()] == ["Ada"]


def test_of_an_editor_and_a_key_of_one_name_at_once_there_is_one(engine: Engine) -> None:
    store, keys = EditorStore(engine), KeyStore(engine)

    _, refused = at_once(
        engine,
        lambda: store.add("Grace", Role.EDITOR, NOON),
        lambda: keys.create("GRACE", [Scope.EDITOR], NOON),
        "INSERT INTO names",
    )
    invited, not_invited = at_once(
        engine,
        lambda: store.add("Mary", Role.ADMIN, NOON),
        lambda: store.add("Mary", Role.EDITOR, NOON),
        "INSERT INTO names",
    )

    assert isinstance(refused, BadName)
    assert invited is not None
    assert not_invited is None
    assert [(one.name, one.role) for one in store.all()] == [("Grace", "admin"), ("Mary", "admin")]
    assert keys.all() == []


def test_the_name_of_who_was_removed_is_theirs_alone(admin: TestClient, engine: Engine) -> None:
    store = EditorStore(engine)
    store.invite("Grace", NOON)
    assert store.remove("Grace", NOON)

    answered, page = post(admin, "/desk/keys/create", name="grace", scope_editor="on")
    assert (answered, "There is or was an editor Grace" in page) == (409, True)
    assert post(admin, "/desk/people/invite", name="GRACE", role="editor")[0] == 409
    assert post(admin, "/desk/people/invite", name=" Grace ", role="editor")[0] == 200


def test_who_was_removed_is_signed_out_and_their_links_are_void(admin: TestClient, engine: Engine) -> None:
    store = EditorStore(engine)
    unused, other = store.invite("Ada", NOON), store.invite("Grace", NOON, Role.ADMIN)

    assert store.remove("Ada", NOON)

    assert admin.get("/desk").status_code == 401
    assert SessionStore(engine).by_link(unused, NOON) is None
    assert SessionStore(engine).by_link(other, NOON) is not None
    assert store.remove("Grace", NOON)  # nobody is left whom an admin would be missing to
    store.invite("Mary", NOON)
    assert [(one.name, one.role) for one in store.all()] == [("Mary", "admin")]


def test_the_audit_has_all_that_anybody_did_newest_first_page_by_page(
    admin: TestClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "ROWS", 3)
    placed = publish(engine, make_article("art_1", "ledgerpost"))
    for number in range(4):
        version = EventStore(engine).versions([placed["art_1"]])
        desk = Desk(engine, "Grace" if number else "wire", NOON + 2 * number * MINUTE)
        (desk.unlock if number % 2 else desk.lock)(placed["art_1"], version)
        KeyStore(engine).create(f"key {number}", [Scope.READ], NOON + (2 * number + 1) * MINUTE, by="Ada")

    rows, address = [], "/desk/audit?type="
    while address:
        page = admin.get(address).text
        rows += [re.sub(r"<[^>]+>|\s+", " ", one).split() for one in re.findall(r"<tr>\s*<td.*?</tr>", page, re.DOTALL)]
        further = re.search(r'href="([^"]+)" rel="next"', page)
        address = further[1].replace("&amp;", "&") if further else ""

    assert len(rows) == 9
    assert [" ".join(row).split("key ")[-1][:1] for row in rows if "key" in row] == ["3", "2", "1", "0"]
    assert [row[5] for row in rows] == ["Ada", "Grace"] * 3 + ["Ada", "wire", "command"]


def test_the_audit_is_narrowed_by_its_address_and_says_what_it_cannot_read(admin: TestClient, engine: Engine) -> None:
    placed = publish(engine, make_article("art_1", "ledgerpost"))
    Desk(engine, "Grace", NOON).lock(placed["art_1"], EventStore(engine).versions([placed["art_1"]]))
    post(admin, "/desk/keys/create", name="Wire", scope_read="on")

    by_grace, keys, nothing = (
        admin.get(f"/desk/audit?{query}").text for query in ("by=Grace", "type=create_key", "by=Grace&type=create_key")
    )

    assert by_grace.count("<tr>") == keys.count("<tr>") == 2  # the heads are rows as well
    assert "locked “" in by_grace
    assert "created the key Wire (read)" in keys
    assert "Nothing like that was done." in nothing
    assert "Nothing like that was done." in admin.get("/desk/audit?by=%00").text
    for query in ("type=rob", "before=x", f"before={'9' * 30}.1", "before=1"):
        assert admin.get(f"/desk/audit?{query}").status_code == 422
    assert admin.get(f"/desk/audit?before={'9' * 18}.").status_code == 200
