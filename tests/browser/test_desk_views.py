"""Two editors at one event in two real browsers, and the pages of comparing, of a conflict and of the history."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from cluster.editing_store import EditingStore
from cluster.store import EventStore
from tests.browser.reading import is_readable, unfold
from tests.browser.serving import serving
from tests.browser.signing_in import sign_in
from tests.integration.api.at_desk import publish_breach_and_talk
from tests.integration.api.seeding import migrated, settings_in


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return migrated(settings_in(tmp_path))


@pytest.fixture
def placed(engine: Engine) -> dict[str, str]:
    return publish_breach_and_talk(engine)


@pytest.fixture
def editors(
    tmp_path: Path, engine: Engine, placed: dict[str, str], browser: Browser
) -> Iterator[tuple[str, Page, Page]]:
    """The address of a site, and the pages of Ada and Grace, each in a browser of her own, on its desk."""
    with serving(settings_in(tmp_path)) as address, ExitStack() as open_:
        pages = list[Page]()
        for name in ("Ada", "Grace"):
            context = browser.new_context()
            open_.callback(context.close)
            page = context.new_page()
            sign_in(page, address, engine, name)
            pages.append(page)
        ada, grace = pages
        yield address, ada, grace


def _everyone_can_read(page: Page) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        for width in (1280, 820, 390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            unfold(page)
            is_readable(page)
    page.set_viewport_size({"width": 1280, "height": 800})


def test_of_two_editors_the_second_sees_what_the_first_did_and_loses_nothing(
    editors: tuple[str, Page, Page], engine: Engine, placed: dict[str, str]
) -> None:
    address, ada, grace = editors
    one, other = placed["art_1"], placed["art_3"]
    ada.goto(f"{address}/desk/compare/{one}/{other}")
    _everyone_can_read(ada)
    ada.get_by_label("Another title").fill("A breach, and what follows")
    ada.get_by_role("region", name="Decide").get_by_label("Why (welcome)").first.fill("Told by one of their clerks")
    ada.get_by_label("The report that leads").select_option("art_2")

    grace.goto(f"{address}/desk/events/{one}")
    grace.locator("li[data-article=art_1]").get_by_role("button", name="Detach").click()
    expect(grace.locator("#said")).to_contain_text("moved “")
    ada.get_by_role("button", name="Same happening: merge").click()

    expect(ada.get_by_role("alert")).to_contain_text("Nothing was done, and what you typed is kept below.")
    told = ada.get_by_role("region", name="What happened meanwhile")
    expect(told).to_contain_text("Grace")
    expect(told).to_contain_text("Went: Corvane halts withdrawals after a breach")
    expect(ada.get_by_label("Title")).to_have_value("A breach, and what follows")
    assert [action.draft.by for action in EditingStore(engine).latest(9)] == ["Grace"]
    _everyone_can_read(ada)
    with ada.expect_popup() as looking:
        ada.get_by_role("link", name="Look first").first.press("Enter")
    expect(looking.value.locator("li[data-article=art_2]")).to_be_visible()

    grace.goto(f"{address}/desk/events/{one}")
    ada.get_by_label("Why").fill("Told by two of their clerks")
    ada.get_by_role("button", name="Do it all the same").press("Enter")

    expect(ada.locator("#said")).to_contain_text("merged “")
    kept = EventStore(engine).event_of(["art_2", "art_3"])
    assert kept["art_2"] == kept["art_3"]
    action = EditingStore(engine).latest(1)[0]
    assert (action.draft.by, action.draft.reason) == ("Ada", "Told by two of their clerks")
    assert action.draft.settings_after[0].value == "A breach, and what follows"

    grace.get_by_role("button", name="Lock as it is").click()
    expect(grace.get_by_role("alert")).to_contain_text("You wanted to lock an event as it is")
    expect(grace.get_by_role("region", name="What happened meanwhile")).to_contain_text("Why: Told by two")


def test_the_history_says_why_an_undo_has_to_wait_and_undoes_one_after_the_other(
    editors: tuple[str, Page, Page], engine: Engine, placed: dict[str, str]
) -> None:
    address, ada, _ = editors
    one, other = placed["art_1"], placed["art_3"]
    ada.goto(f"{address}/desk/events/{one}")
    ada.locator("li[data-article=art_2]").get_by_role("button", name="Detach").click()
    expect(ada.locator("#said")).to_contain_text("moved “")
    fresh = EventStore(engine).event_of(["art_2"])["art_2"]
    ada.goto(f"{address}/desk/compare/{fresh}/{other}")
    ada.get_by_role("button", name="Same happening: merge").click()
    expect(ada.locator("#said")).to_be_visible()

    ada.goto(f"{address}/desk/events/{one}/history")
    _everyone_can_read(ada)
    ada.get_by_role("link", name="See action 2").press("Enter")
    expect(ada.locator("#action-2:target")).to_contain_text("Merged “")
    ada.get_by_role("button", name="Undo action 2").press("Enter")
    expect(ada.locator("#said")).to_contain_text("undid action 2")
    ada.goto(f"{address}/desk/events/{one}/history")
    ada.get_by_role("button", name="Undo action 1").click()
    expect(ada.locator("#said")).to_contain_text("undid action 1")

    assert EventStore(engine).event_of(list(placed)) == placed
    ada.goto(f"{address}/events/{fresh}")
    expect(ada).to_have_url(f"{address}/events/{one}/{ada.url.rsplit('/', 1)[-1]}")


def test_two_events_are_kept_apart_by_keyboard_alone(
    editors: tuple[str, Page, Page], engine: Engine, placed: dict[str, str]
) -> None:
    address, ada, _ = editors
    ada.goto(f"{address}/desk/compare/{placed['art_1']}/{placed['art_3']}")
    reason = ada.get_by_label("Why (welcome)").last
    reason.focus()
    ada.keyboard.type("One is a talk")
    ada.keyboard.press("Enter")

    expect(ada.locator("#said")).to_contain_text("stay apart")
    assert EditingStore(engine).latest(1)[0].draft.reason == "One is a talk"
