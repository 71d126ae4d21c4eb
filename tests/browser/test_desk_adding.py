"""An editor adds a missing article by its address in a real browser, sees how it goes, and takes it out again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import Engine

from cluster.adding import place_added
from cluster.editing_store import EditingStore
from cluster.store import EventStore
from ingest.addition_store import AdditionStore
from ingest.article import Article
from tests.browser.reading import is_readable
from tests.browser.serving import serving
from tests.browser.signing_in import sign_in
from tests.builders import NOON, make_article
from tests.integration.api.seeding import migrated, settings_in
from tests.integration.cluster.other_rules import recluster_by_other_rules
from tests.integration.cluster.pipeline import NOW, publish, read

MISSING = make_article("art_9", "harbour", title="Corvane opens again", published_at=NOON + timedelta(hours=1))


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return migrated(settings_in(tmp_path))


@pytest.fixture
def event(engine: Engine, tmp_path: Path, page: Page) -> Iterator[str]:
    """The address of an event at the desk, where the page is signed in."""
    placed = publish(engine, make_article("art_1", "ledgerpost"), make_article("art_2", "coinherald"))
    with serving(settings_in(tmp_path)) as address:
        sign_in(page, address, engine)
        yield f"{address}/desk/events/{placed['art_1']}"
        page.close()


def bring(engine: Engine, article: Article) -> None:
    """What the workers of ingest and embed do."""
    for one in AdditionStore(engine).claim(datetime.now(UTC), 8):
        AdditionStore(engine).end_fetching(one, article)
    read(engine, [article.id])


def test_a_missing_article_is_added_by_keyboard_and_taken_out_again(page: Page, event: str, engine: Engine) -> None:
    page.goto(event)
    page.get_by_label("The article's address").focus()
    page.keyboard.type(f"{MISSING.url}?utm_source=newsletter")
    page.keyboard.press("Tab")
    page.keyboard.type("The feed left it out.")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Being fetched")).to_be_visible()
    is_readable(page)
    bring(engine, MISSING)
    expect(page.get_by_text("Being read and placed")).to_be_visible()  # it looks again by itself
    place_added(engine, NOW)
    page.get_by_role("link", name="See it in the event").click()

    expect(page.locator("#said")).to_contain_text("added “Corvane opens again” to")
    expect(page.locator("li[data-article]")).to_have_count(3)
    recluster_by_other_rules(engine, NOON - timedelta(days=1), NOW)
    assert f"/desk/events/{EventStore(engine).event_of([MISSING.id])[MISSING.id]}" in event
    page.locator("#said").get_by_role("button", name="Undo").click()
    expect(page.locator("li[data-article]")).to_have_count(2)
    recluster_by_other_rules(engine, NOON - timedelta(days=1), NOW)
    assert EventStore(engine).event_of([MISSING.id]) == {}


def test_what_cannot_be_added_says_why(page: Page, event: str, engine: Engine) -> None:
    page.goto(event)
    page.get_by_label("The article's address").fill("https://harbour.example/secret")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("Being fetched")).to_be_visible()
    for one in AdditionStore(engine).claim(datetime.now(UTC), 8):
        AdditionStore(engine).refuse(one.id, "The site's robots.txt forbids programs to fetch this page.")

    expect(page.get_by_text("Not added.")).to_be_visible()
    expect(page.locator("li[data-article]")).to_have_count(2)  # nothing else of the page was taken away
    page.reload()
    expect(page.get_by_text("Not added.")).to_be_visible()
    is_readable(page)


def add(page: Page, url: str) -> None:
    page.get_by_label("The article's address").fill(url)
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("Being fetched")).to_be_visible()


def test_what_is_done_meanwhile_is_not_mixed_up_with_looking_again(page: Page, event: str, engine: Engine) -> None:
    page.goto(event)
    add(page, MISSING.url)
    page.locator("#open-event").focus()
    held: list[Route] = []
    page.route("**/lock", lambda route: held.append(route), times=1)
    with page.expect_request("**/lock"):
        page.keyboard.press("l")
    page.locator(".addition").evaluate("(one) => { one.dataset.isOld = true; }")
    expect(page.locator("[data-is-old]")).to_have_count(0)  # it was looked at again

    page.keyboard.press("p")
    held[0].continue_()

    expect(page.locator("#said")).to_contain_text("pinned", timeout=15_000)
    assert [one.draft.type for one in EditingStore(engine).latest(9)] == ["set", "lock"]


@pytest.mark.parametrize("status", [0, 503])
def test_an_answer_that_does_not_come_is_asked_for_again(page: Page, event: str, engine: Engine, status: int) -> None:
    def fail(route: Route) -> None:
        if status:
            route.fulfill(status=status, content_type="text/html", body='<div id="problem">Busy</div>')
        else:
            route.abort()
        failed.append(route)

    failed: list[Route] = []
    page.goto(event)
    page.route("**/desk/additions/*", fail, times=1)
    add(page, MISSING.url)
    bring(engine, MISSING)

    expect(page.get_by_text("Being read and placed")).to_be_visible(timeout=15_000)
    assert failed
    expect(page.locator("#said")).to_be_hidden()


def test_what_is_no_address_is_said_without_leaving_the_event(page: Page, event: str, engine: Engine) -> None:
    page.goto(event)
    page.get_by_label("The article's address").fill("harbour")
    page.get_by_role("button", name="Add it").click()

    expect(page.locator("#said")).to_contain_text("This has to be the address of an article's page")
    assert AdditionStore(engine).claim(datetime.now(UTC), 8) == []
