"""The frame on a page that allows no script at all."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.reading import is_readable, unfold
from tests.browser.serving import HostSite

LEAD = "https://harbour-ledger.example/art_1"
SANDBOX = 'sandbox="allow-popups allow-popups-to-escape-sandbox"'  # as docs/widget.md has it


def test_the_frame_works_without_a_script(browser: Browser, site: str, host: HostSite) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    host.frame(site, LEAD)
    page.goto(host.address)
    frame = page.frame_locator("iframe")

    expect(frame.get_by_role("heading", name="Same story, other sources")).to_be_visible()
    expect(frame.locator("ol > li")).to_have_count(1)
    expect(frame.get_by_text("Long bets lose")).to_be_hidden()
    frame.get_by_text("1 more with the same origin").click()
    expect(frame.get_by_text("Long bets lose")).to_be_visible()
    with context.expect_page() as opened:
        frame.get_by_role("link", name="How these sources were counted").click()
    expect(opened.value.get_by_role("heading", level=1)).to_contain_text("Bitcoin slips")
    context.close()


def test_the_documented_sandbox_leaves_the_frame_its_styles_and_links(page: Page, site: str, host: HostSite) -> None:
    host.frame(site, LEAD, attributes=SANDBOX)
    page.goto(host.address)
    frame = page.frame_locator("iframe")

    expect(frame.locator("ol")).to_have_css("list-style-type", "none")
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="How these sources were counted").click()
    expect(opened.value.get_by_role("heading", level=1)).to_contain_text("Bitcoin slips")


def test_no_other_page_can_be_framed(page: Page, site: str, host: HostSite) -> None:
    host.frame(site, LEAD)
    host.page = host.page.replace(f"{site}/embed", f"{site}/status")
    page.goto(host.address)

    expect(page.frame_locator("iframe").get_by_role("heading")).to_have_count(0)


@pytest.mark.parametrize("width", [640, 300])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everyone_can_read_the_frame(page: Page, site: str, theme: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 480})
    page.goto(f"{site}/embed?url={LEAD}&theme={theme}")
    unfold(page)

    is_readable(page)


@pytest.mark.parametrize(("width", "height"), [(600, 480), (320, 640)])
def test_three_rows_and_a_dispute_fit_into_the_documented_height(
    page: Page, site: str, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": 100})
    page.goto(f"{site}/embed?url=https://coin-courier.example/art_0_0")

    expect(page.locator("ol > li")).to_have_count(3)
    expect(page.locator("dd")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollHeight") <= height
