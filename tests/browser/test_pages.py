"""The pages in a real browser: readable, reachable by keyboard, in the reader's time, and free of errors."""

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect

from tests.browser.moving import moved
from tests.browser.reading import unfold

EVENT = "/events/evt_1/bitcoin-slips-under-60-000-as-forced-closings-pass-1-billion"
PATHS = (
    "/",
    "/?q=bitcoin&min_sources=2&publisher=coin-courier",
    "/?asset=BTC&min_sources=9",
    EVENT,
    "/articles/art_4",
    "/publishers/harbour-ledger",
    "/status",
    "/api",
    "/events/evt_none",
)
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def complaints(page: Page) -> list[str]:
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.mark.parametrize("path", PATHS[:-1])
def test_a_page_loads_without_a_complaint(page: Page, site: str, complaints: list[str], path: str) -> None:
    page.goto(site + path)

    expect(page.locator("h1")).to_have_count(1)
    assert complaints == []


@pytest.mark.parametrize("path", PATHS)
def test_everyone_can_read_it(page: Page, site: str, path: str) -> None:
    page.goto(site + path)
    unfold(page)

    for size in (DESKTOP, PHONE):
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        for dark in (False, True):
            page.emulate_media(color_scheme="dark" if dark else "light")
            results = Axe().run(page)
            assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("path", PATHS)
def test_nothing_sticks_out_sideways_or_moves_while_it_loads(browser: Browser, site: str, path: str) -> None:
    context = browser.new_context(timezone_id="Asia/Tokyo")  # where every instant has a second clock
    page = context.new_page()
    for size in (DESKTOP, PHONE, {"width": 320, "height": 600}):
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        page.goto(site + path)

        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert moved(page) == 0
    context.close()


def test_a_longer_side_column_does_not_pull_the_text_apart(page: Page, site: str) -> None:
    page.set_viewport_size({"width": DESKTOP["width"], "height": DESKTOP["height"]})
    page.goto(site + EVENT)
    parts = page.locator(".event-head, .event-body > section").all()
    before = [part.bounding_box() for part in parts]

    page.locator(".event-side").evaluate("element => { element.style.minHeight = '5000px' }")

    assert [part.bounding_box() for part in parts] == before


def test_the_front_page_leads_to_an_event_and_its_rows(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_role("link", name="Bitcoin slips under").first.click()

    expect(page).to_have_url(site + EVENT)
    coverage = page.get_by_role("region", name="Same story, other sources")
    expect(coverage.locator("li.row")).to_have_count(1)
    expect(coverage.get_by_text("Long bets lose")).to_be_hidden()
    coverage.get_by_text("1 more with the same origin").click()
    expect(coverage.get_by_text("Long bets lose")).to_be_visible()


def test_receipts_are_shown_on_demand(page: Page, site: str) -> None:
    page.goto(site + EVENT)
    row = page.locator("li.row").first
    receipt = row.get_by_text("Both give $1 billion in forced closings.").first

    expect(receipt).to_be_hidden()
    row.get_by_text("Why it is here").first.click()
    expect(receipt).to_be_visible()


def test_instants_are_also_shown_in_the_readers_own_time(browser: Browser, site: str) -> None:
    context = browser.new_context(timezone_id="Asia/Tokyo", locale="en-GB")
    page = context.new_page()
    page.goto(site + EVENT)

    expect(page.locator("time").first).to_have_text("24 Nov 2026, 12:00 UTC (21:00 local)")
    context.close()


def test_the_list_can_be_narrowed_by_keyboard_alone(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_label("Sources", exact=True).select_option("4")
    page.get_by_role("button", name="Show").press("Enter")

    expect(page.locator("article.card")).to_have_count(1)
    expect(page.get_by_role("heading", name="Lantern Bridge")).to_be_visible()


def test_an_address_that_is_passed_on_has_no_empty_fields(page: Page, site: str) -> None:
    page.goto(f"{site}/?asset=BTC")
    page.get_by_label("Theme", exact=True).select_option("derivatives")
    page.get_by_role("button", name="Show").click()

    expect(page).to_have_url(f"{site}/?theme=derivatives&asset=BTC")
    page.get_by_role("searchbox").fill("closings")
    page.get_by_role("searchbox").press("Enter")
    expect(page).to_have_url(f"{site}/?q=closings&asset=BTC&theme=derivatives")
    page.get_by_role("link", name="Remove BTC").click()
    expect(page).to_have_url(f"{site}/?q=closings&theme=derivatives")
    expect(page.locator("article.card")).to_have_count(1)


def test_filters_are_folded_on_a_phone_and_open_where_there_is_room(page: Page, site: str) -> None:
    page.goto(site)
    expect(page.get_by_label("Theme", exact=True)).to_be_visible()
    expect(page.get_by_text("Order and filters")).to_be_hidden()

    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_label("Theme", exact=True)).to_be_hidden()
    page.get_by_text("Order and filters").press("Enter")
    expect(page.get_by_label("Theme", exact=True)).to_be_visible()


def test_printed_it_is_unfolded_and_says_where_its_reports_are(page: Page, site: str) -> None:
    page.goto(site + EVENT)
    page.emulate_media(media="print")
    folded = page.get_by_text("Both give $1 billion in forced closings.").first
    expect(page.get_by_role("navigation")).to_be_hidden()
    expect(page.get_by_role("search")).to_be_hidden()
    expect(folded).to_be_visible()
    assert "·" not in page.locator(".foot").inner_text()

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    address = page.locator(".row h3 a").first.evaluate("one => getComputedStyle(one, '::after').content")
    assert "https://coin-courier.example/art_3" in address
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]").count() == 0


def test_the_first_key_leads_past_what_is_on_every_page(page: Page, site: str) -> None:
    page.goto(site)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the news")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
