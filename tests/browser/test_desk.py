"""An editor at the desk in a real browser: signs in, merges, moves and undoes; a re-clustering changes none of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from api.store import EditorStore
from cluster.editing_store import EditingStore
from cluster.reclustering import recluster
from cluster.store import EventStore
from tests.browser.reading import is_readable, unfold
from tests.browser.serving import serving
from tests.builders import NOON, make_article
from tests.integration.api.seeding import migrated, settings_in
from tests.integration.cluster.pipeline import publish

TALK = "Regulator opens a consultation on staking"
BREACH = "Corvane halts withdrawals after a breach"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return migrated(settings_in(tmp_path))


@pytest.fixture
def placed(engine: Engine) -> dict[str, str]:
    return publish(
        engine,
        make_article("art_1", "ledgerpost"),
        make_article("art_2", "coinherald", published_at=NOON + timedelta(minutes=30)),
        make_article("art_3", "blockgazette", title=TALK, text="Comments are due by the end of May."),
    )


@pytest.fixture
def desk(tmp_path: Path, engine: Engine, placed: dict[str, str], page: Page) -> Iterator[str]:
    """The address of a site on whose desk the page is signed in."""
    with serving(settings_in(tmp_path)) as address:
        page.goto(f"{address}/desk/sign-in?token={EditorStore(engine).invite('Ada', datetime.now(UTC))}")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_text("Signed in as Ada")).to_be_visible()
        yield address
        page.close()


def _event_of(engine: Engine, article_id: str) -> str:
    return EventStore(engine).event_of([article_id])[article_id]


def test_a_merge_holds_through_a_re_clustering_and_its_undo_revives_the_id(
    page: Page, desk: str, engine: Engine, placed: dict[str, str]
) -> None:
    kept, gone = EventStore(engine).by_age([placed["art_1"], placed["art_3"]])
    page.goto(f"{desk}/desk/events/{placed['art_1']}")
    page.get_by_label("Another event, by the address of its page").fill(f"{desk}/events/{placed['art_3']}")
    page.get_by_role("button", name="Merge with it").click()

    expect(page.get_by_role("status")).to_contain_text("merged “")
    expect(page.locator("li[data-article]")).to_have_count(3)
    page.goto(f"{desk}/events/{gone}")
    expect(page).to_have_url(f"{desk}/events/{kept}/{page.url.rsplit('/', 1)[-1]}")
    assert recluster(engine, NOON - timedelta(days=1), NOON + timedelta(hours=6)).moved == ()
    assert {_event_of(engine, one) for one in placed} == {kept}

    page.goto(f"{desk}/desk")
    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_role("status")).to_contain_text("undid action 1")
    assert {one: _event_of(engine, one) for one in placed} == placed
    page.goto(f"{desk}/events/{gone}")
    assert f"/events/{gone}/" in page.url


def test_an_article_moved_out_stays_out(page: Page, desk: str, engine: Engine, placed: dict[str, str]) -> None:
    page.goto(f"{desk}/desk/events/{placed['art_1']}")
    row = page.locator("li[data-article=art_2]")
    row.get_by_text("Move", exact=True).click()
    row.get_by_label("To", exact=True).select_option("new")
    row.get_by_role("button", name="Move this article").click()

    expect(page.get_by_role("status")).to_contain_text(f"moved “{BREACH}”")
    expect(page.locator("li[data-article]")).to_have_count(1)
    assert recluster(engine, NOON - timedelta(days=1), NOON + timedelta(hours=6)).moved == ()
    assert _event_of(engine, "art_2") != placed["art_1"]


def test_a_locked_event_keeps_its_articles_until_it_is_unlocked(
    page: Page, desk: str, engine: Engine, placed: dict[str, str]
) -> None:
    page.goto(f"{desk}/desk/events/{placed['art_1']}")
    page.get_by_role("button", name="Lock as it is").click()

    expect(page.get_by_role("status")).to_contain_text("locked “")
    expect(page.get_by_text("No rule adds an article or takes one away.")).to_be_visible()
    expect(page.get_by_role("button", name="Merge")).to_have_count(0)
    assert EditingStore(engine).locked() == [placed["art_1"]]

    page.get_by_role("button", name="Unlock").click()

    expect(page.get_by_role("button", name="Lock as it is")).to_be_visible()
    assert EditingStore(engine).locked() == []


def test_the_desk_is_worked_by_keyboard_alone(page: Page, desk: str, placed: dict[str, str]) -> None:
    page.goto(f"{desk}/desk")
    page.get_by_role("link", name=TALK).first.press("Enter")

    expect(page.locator("li[data-article=art_3]")).to_be_visible()
    page.get_by_role("button", name="Sign out").press("Enter")
    page.goto(f"{desk}/desk")
    expect(page.get_by_role("heading", name="Not signed in")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everyone_can_read_the_desk(page: Page, desk: str, placed: dict[str, str], scheme: str, width: int) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{desk}/desk/events/{placed['art_1']}")
    unfold(page)

    is_readable(page)
