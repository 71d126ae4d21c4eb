"""The widget on a page of another origin, under a policy that allows nothing inline."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from cluster.event import Role
from tests.browser.serving import HostSite, serving
from tests.integration.api.seeding import migrated, seed_event, settings_in
from tests.unit.api.builders import make_article, make_event, make_full_event, make_member

LEAD = "https://harbour-ledger.example/art_1"
SECOND = "https://coin-courier.example/art_3"


def test_a_page_shows_every_origin_but_its_own(page: Page, site: str, host: HostSite) -> None:
    host.show(site, canonical=LEAD)
    page.goto(host.address)
    widget = page.locator("same-story")

    expect(widget.get_by_role("heading")).to_have_text("Same story, other sources")
    expect(widget.locator("ol > li")).to_have_count(1)
    expect(widget.get_by_text("2 sources")).to_be_visible()
    expect(widget.get_by_role("link", name="Tidewatch: $967 million")).to_have_attribute("href", SECOND)
    widget.get_by_text("1 more with the same origin").click()
    expect(widget.get_by_text("Long bets lose")).to_be_visible()


def test_the_lead_is_a_row_on_another_origins_page(page: Page, site: str, host: HostSite) -> None:
    host.show(site, canonical=None, attributes=f'url="{SECOND}"')
    page.goto(host.address)

    expect(page.locator("same-story ol > li")).to_have_count(1)
    expect(page.locator("same-story").get_by_role("link", name="Bitcoin slips").first).to_be_visible()


def test_the_page_of_an_event_is_linked(page: Page, site: str, host: HostSite) -> None:
    host.show(site, canonical=LEAD)
    page.goto(host.address)
    page.locator("same-story").get_by_role("link", name="How these sources were counted").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Bitcoin slips")


@pytest.mark.parametrize(
    "canonical", ["https://the-tally.example/art_3_0", "https://nobody.example/unknown"], ids=["alone", "unknown"]
)
def test_nothing_is_shown_when_no_row_is_left(page: Page, site: str, host: HostSite, canonical: str) -> None:
    host.show(site, canonical=canonical)
    with page.expect_response("**/v1/**"):
        page.goto(host.address)
    page.wait_for_load_state("networkidle")

    assert page.evaluate("document.querySelector('same-story').shadowRoot.childElementCount") == 0


def test_only_the_address_without_its_query_is_sent(page: Page, site: str, host: HostSite) -> None:
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if "/v1/" in request.url else None)
    host.show(site, canonical=None)
    with page.expect_response("**/v1/resolve*"):
        page.goto(f"{host.address}/a-page?reader=42#part")

    headers = sent[0].all_headers()
    assert sent[0].url.endswith("/v1/resolve?url=" + f"{host.address}/a-page".replace(":", "%3A").replace("/", "%2F"))
    assert "referer" not in headers
    assert "cookie" not in headers


def test_hostile_titles_stay_text(page: Page, host: HostSite, tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    lead = make_member(make_article(), Role.ORIGINAL)
    title = "<img src=x onerror=\"document.title='owned'\"> & more"
    other = replace(make_article("art_3", "Coin Courier", title, minutes=3), url="javascript:alert(1)")
    seed_event(migrated(settings), make_event(lead, make_member(other, origin="org_2")))
    with serving(settings) as site:
        host.show(site, canonical=LEAD)
        page.goto(host.address)
        link = page.locator("same-story ol a")

        expect(link).to_have_text(title)
        assert link.get_attribute("href") is None
        assert page.title() == "Host"


def test_the_banner_of_invented_news_reaches_the_widget(page: Page, host: HostSite, tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    (tmp_path / "banner.txt").write_text("This is an invented day of news.")
    seed_event(migrated(settings), make_full_event())
    with serving(settings) as site:
        host.show(site, canonical=LEAD)
        page.goto(host.address)

        expect(page.locator("same-story footer")).to_contain_text("Invented news.")


@pytest.mark.parametrize(
    ("attributes", "scheme", "expected"),
    [
        ("", "dark", "rgb(27, 29, 34)"),
        ('theme="light"', "dark", "rgb(255, 255, 255)"),
        ('theme="dark"', "light", "rgb(27, 29, 34)"),
    ],
)
def test_the_widget_follows_the_reader_or_its_host(
    page: Page, site: str, host: HostSite, attributes: str, scheme: str, expected: str
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    host.show(site, canonical=LEAD, attributes=attributes)
    page.goto(host.address)

    expect(page.locator("same-story section")).to_have_css("background-color", expected)
