"""Signing in, people, keys and the audit in a real browser, which says of itself where a form comes from."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from api.key_store import KeyStore
from api.roles import Role
from api.scopes import Scope
from api.store import EditorStore
from cluster.editing import Desk
from cluster.store import EventStore
from tests.browser.reading import is_readable, unfold
from tests.browser.serving import host_site, serving
from tests.browser.signing_in import use_link
from tests.builders import make_article
from tests.integration.api.seeding import migrated, settings_in
from tests.integration.cluster.pipeline import publish

PAGES = ("/desk/people", "/desk/keys", "/desk/audit", "/desk/account")
PASSWORD = "four plain words suffice"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return migrated(settings_in(tmp_path))


@pytest.fixture
def desk(tmp_path: Path, engine: Engine, page: Page) -> Iterator[str]:
    """The address of a site where Ada, an admin, is signed in; others and keys are there, and something was done."""
    now = datetime.now(UTC)
    placed = publish(engine, make_article("art_1", "ledgerpost"))
    store = EditorStore(engine)
    link = store.invite("Ada", now)
    for name, role in (("Grace Harbour-Wintersmith of the night desk", Role.EDITOR), ("Mary", Role.ADMIN)):
        store.add(name, role, now, by="Ada")
    KeyStore(engine).create("Harbour Ledger", [Scope.READ, Scope.EDITOR], now, by="Ada")
    KeyStore(engine).create("old wire", [Scope.WEBHOOKS], now, by="Mary")
    KeyStore(engine).revoke("old wire", now, by="Ada")
    Desk(engine, "Mary", now).lock(placed["art_1"], EventStore(engine).versions([placed["art_1"]]))
    with serving(settings_in(tmp_path)) as address:
        use_link(page, address, link, "Ada")
        yield address
        page.close()


def test_a_person_sets_a_password_and_signs_in_by_it(page: Page, desk: str) -> None:
    page.get_by_role("link", name="Account").click()
    page.get_by_label("A new one, of 15 characters or more").fill(PASSWORD)
    page.get_by_label("The new one again").fill(PASSWORD)
    page.get_by_role("button", name="Set this password").click()
    expect(page.get_by_role("status")).to_contain_text("your new password is set")
    page.get_by_role("button", name="Sign out", exact=True).click()

    page.goto(f"{desk}/desk")
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("Name").fill("Ada")
    page.get_by_label("Password").fill("not this one at all")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not go together")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")

    expect(page.get_by_text("Signed in as Ada")).to_be_visible()


def test_an_admin_works_with_people_and_keys(page: Page, desk: str, engine: Engine) -> None:
    page.get_by_role("link", name="People").click()
    page.get_by_label("Name, as it will stand in the record").fill("Ines")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_role("status")).to_contain_text(f"{desk}/desk/sign-in?token=")
    row = page.locator("li[data-name=Ines]")
    row.get_by_role("button", name="Make Ines an admin").click()
    expect(page.get_by_role("status")).to_contain_text("made Ines an admin")
    row.get_by_text("Remove", exact=True).click()
    row.get_by_role("button", name="Remove Ines").click()
    expect(page.get_by_role("status")).to_contain_text("removed Ines")
    expect(row).to_have_count(0)

    page.get_by_role("link", name="Keys").click()
    page.get_by_label("Name, for ever its own").fill("Wire")
    page.get_by_label("editor What editors do").check()
    page.get_by_role("button", name="Create the key").click()
    expect(page.get_by_role("status")).to_contain_text("ssk_")

    page.get_by_role("link", name="Audit").click()
    page.get_by_label("What", exact=True).select_option("remove")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("cell", name="removed Ines")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(1)


def test_another_sites_page_can_send_nothing_to_the_desk(page: Page, desk: str, engine: Engine) -> None:
    form = (
        f'<form method="post" action="{desk}/desk/people/remove"><input name="name" value="Mary"><button>Win</button>'
    )
    with host_site() as host:
        host.page = f"<!doctype html><title>Host</title>{form}</form>"
        page.goto(host.address)
        page.get_by_role("button", name="Win").click()

        expect(page.get_by_role("heading", name="Not signed in")).to_be_visible()  # the cookie was not sent along
    assert "Mary" in [one.name for one in EditorStore(engine).all()]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390), ("light", 320)])
def test_everyone_can_read_the_pages(page: Page, desk: str, scheme: str, width: int) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 800})
    for path in PAGES:
        page.goto(f"{desk}{path}")
        unfold(page)
        is_readable(page)
    page.goto(f"{desk}/desk/people")
    page.get_by_role("button", name="New link for Mary").click()
    is_readable(page)
    page.goto(f"{desk}/desk/sign-in")
    is_readable(page)
