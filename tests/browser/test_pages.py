"""The pages in a real browser: readable, reachable by keyboard, in the reader's time, and free of errors."""

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect

EVENT = "/events/evt_1/bitcoin-slips-under-60-000-as-forced-closings-pass-1-billion"
PATHS = ("/", EVENT, "/articles/art_4", "/status", "/events/evt_none")
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
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everyone_can_read_it(page: Page, site: str, path: str, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(site + path)
    for folded in page.locator("details").all():
        folded.evaluate("element => { element.open = true }")

    results = Axe().run(page)

    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("size", [DESKTOP, PHONE, {"width": 320, "height": 600}], ids=["desktop", "phone", "narrow"])
@pytest.mark.parametrize("path", PATHS)
def test_nothing_sticks_out_sideways(page: Page, site: str, path: str, size: dict[str, int]) -> None:
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    page.goto(site + path)

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


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
