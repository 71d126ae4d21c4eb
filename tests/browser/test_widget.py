"""The widget on a page of another origin, under a policy that allows nothing inline."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, Request, Route, expect

from cluster.event import Role, Status
from cluster.lending import headline
from tests.browser.serving import HostSite, serving
from tests.hostile import HEADLINES, hostile_event
from tests.integration.api.seeding import end_event, migrated, seed_event, settings_in
from tests.unit.api.builders import make_article, make_event, make_member

LEAD = "https://harbour-ledger.example/art_1"
SECOND = "https://coin-courier.example/art_3"
ALONE = "https://the-tally.example/art_3_0"
FOUR = "https://coin-courier.example/art_0_0"  # sources
ROWS = "same-story ol > li"
REGION = "Same story, other sources"
ASKED = "**/v1/widget?**"


def is_empty(page: Page) -> bool:
    """Whether the widget shows nothing and takes no space."""
    return bool(
        page.evaluate(
            """() => {
                const widget = document.querySelector("same-story");
                return widget.shadowRoot.childElementCount === 0 && widget.getBoundingClientRect().height === 0;
            }"""
        )
    )


@pytest.fixture
def complaints(page: Page) -> list[str]:
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("dialog", lambda dialog: found.append(dialog.message))
    return found


def test_a_page_shows_every_origin_but_its_own(page: Page, site: str, host: HostSite) -> None:
    host.show(site, canonical=LEAD)
    page.goto(host.address)
    widget = page.get_by_role("region", name=REGION)

    expect(widget.get_by_role("heading", name=REGION)).to_be_visible()
    expect(page.locator(ROWS)).to_have_count(1)
    expect(widget.get_by_text("2 sources")).to_be_visible()
    expect(widget.get_by_text("Earliest report we read: this page, 24 Nov")).to_be_visible()
    expect(widget.get_by_role("link", name="Tidewatch: $967 million")).to_have_attribute("href", SECOND)
    expect(widget.get_by_role("link", name="Tidewatch: $967 million")).to_have_attribute("rel", "noopener noreferrer")
    expect(widget.locator("dd").first).to_have_text("above $1 billionHarbour Ledger, Harbour Markets")
    for folded, within in (("1 more with the same origin", "Long bets lose"), ("High signal: why", "Four or more")):
        expect(widget.get_by_text(within)).to_be_hidden()
        widget.get_by_text(folded).click()
        expect(widget.get_by_text(within)).to_be_visible()


@pytest.mark.parametrize(
    "article",
    ["harbour-ledger.example/art_1", "mirror-wire.example/art_2", "coin-courier.example/art_3"],
)
def test_rows_and_the_page_itself_come_to_the_count_on_the_event_page(
    page: Page, site: str, host: HostSite, article: str
) -> None:
    host.show(site, attributes=f'url="https://{article}"')
    page.goto(host.address)
    expect(page.locator(ROWS).first).to_be_visible()
    rows = page.locator(ROWS).count()
    linked = page.locator("same-story a").evaluate_all("links => links.map(link => link.href)")
    page.get_by_role("link", name="How these sources were counted").click()

    expect(page.locator(".event-head .chip", has_text=f"{rows + 1} sources")).to_be_visible()
    assert f"https://{article}" not in linked


@pytest.mark.parametrize("canonical", [ALONE, "https://nobody.example/unknown"], ids=["alone", "unknown"])
def test_nothing_is_shown_when_no_row_is_left(page: Page, site: str, host: HostSite, canonical: str) -> None:
    host.show(site, canonical=canonical)
    with page.expect_response(ASKED):
        page.goto(host.address)
    page.wait_for_load_state("networkidle")

    assert is_empty(page)


def test_one_request_says_the_address_without_its_query_and_nothing_of_the_reader(
    page: Page, site: str, host: HostSite
) -> None:
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.url.startswith(site) else None)
    host.show(site)
    with page.expect_response(ASKED):
        page.goto(f"{host.address}/a-page?reader=42#part")
    page.wait_for_load_state("networkidle")

    script, asked = sent
    address = f"{host.address}/a-page".replace(":", "%3A").replace("/", "%2F")
    assert (script.url, asked.url) == (f"{site}/widget.js", f"{site}/v1/widget?url={address}")
    assert not {"referer", "cookie"} & {*script.all_headers(), *asked.all_headers()}
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_elements_that_ask_for_the_same_ask_once_and_never_again(page: Page, site: str, host: HostSite) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/v1/widget" in request.url else None)
    host.show(site, canonical=ALONE)
    host.page = host.page.replace("</same-story>", f'</same-story><same-story></same-story><same-story url="{LEAD}">')
    page.goto(host.address)
    expect(page.locator(ROWS)).to_have_count(1)
    page.evaluate("document.querySelectorAll('same-story').forEach(one => document.body.firstChild.append(one))")
    page.wait_for_load_state("networkidle")

    assert [url.partition("?url=")[2] for url in asked] == [quote(address, safe="") for address in (ALONE, LEAD)]
    expect(page.locator(ROWS)).to_have_count(1)


def test_a_canonical_address_that_is_none_gives_way_to_the_pages_own(page: Page, site: str, host: HostSite) -> None:
    host.show(site, canonical="javascript:alert(1)")
    with page.expect_response(ASKED) as asked:
        page.goto(f"{host.address}/a-page")

    assert asked.value.url.endswith("%2Fa-page")


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an application, under the banner of invented news, with hostile headlines and a merged event."""
    settings = settings_in(tmp_path_factory.mktemp("crowd"))
    (settings.data_dir / "banner.txt").write_text("This is an invented day of news.")
    engine = migrated(settings)
    seed_event(engine, hostile_event())
    seed_event(engine, make_event(make_member(make_article("old", "The Tally"), Role.ORIGINAL), event_id="evt_old"))
    end_event(engine, "evt_old", Status.MERGED, "evt_1")
    with serving(settings) as address:
        yield address


def test_hostile_headlines_stay_text(page: Page, crowd: str, host: HostSite, complaints: list[str]) -> None:
    elsewhere: list[str] = []
    page.on("request", lambda sent: None if sent.url.startswith((crowd, host.address)) else elsewhere.append(sent.url))
    host.show(crowd, canonical=LEAD)
    page.goto(host.address)
    page.get_by_role("button", name="Show all").click()
    expect(page.locator(ROWS).last).to_be_visible()

    titles = page.locator("same-story ol a").evaluate_all("links => links.map(link => link.textContent)")
    tags = page.locator("same-story ol *").evaluate_all("all => [...new Set(all.map(one => one.localName))].sort()")
    assert titles == [headline(title) for title in HEADLINES]
    assert tags == ["a", "b", "li", "p", "time"]
    assert (page.title(), elsewhere, complaints) == ("Host", [], [])


def test_a_link_that_is_no_web_address_leads_nowhere(page: Page, host: HostSite, tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    other = replace(make_article("art_3", "Coin Courier", minutes=3), url="javascript:alert(1)")
    seed_event(migrated(settings), make_event(make_member(make_article()), make_member(other, origin="org_2")))
    with serving(settings) as site:
        host.show(site, canonical=LEAD)
        page.goto(host.address)

        assert page.locator(f"{ROWS} a").get_attribute("href") is None
        page.goto(f"{site}/embed?url={LEAD}")
        assert page.locator("ol a").get_attribute("href") is None


def test_a_long_list_opens_and_takes_the_keyboard_along(page: Page, crowd: str, host: HostSite) -> None:
    host.show(crowd, canonical=LEAD)
    page.goto(host.address)
    expect(page.locator(f"{ROWS}:visible")).to_have_count(5)
    page.get_by_role("button", name=f"Show all {len(HEADLINES)}").press("Enter")

    expect(page.locator(f"{ROWS}:visible")).to_have_count(len(HEADLINES))
    expect(page.locator(ROWS).nth(5).get_by_role("link")).to_be_focused()


def test_an_event_that_was_merged_still_shows(page: Page, crowd: str, host: HostSite) -> None:
    host.show(crowd, canonical=LEAD, attributes='event="evt_old"')
    page.goto(host.address)

    expect(page.locator(ROWS)).to_have_count(len(HEADLINES))
    expect(page.locator("same-story .foot")).to_contain_text("Invented news.")


_ODD_REPLIES = {
    "down": None,
    "gone": {"status": 404},
    "busy": {"status": 429, "headers": {"retry-after": "60", "access-control-allow-origin": "*"}},
    "broken": {"status": 500},
    "a page": {"body": "<!doctype html><p>Sign in to the Wi-Fi", "content_type": "text/html"},
    "other data": {"json": {"data": {"rows": [{"title": 7}], "signal": None}}},
    "no data": {"json": [1, 2]},
    "rows of nothing": {"json": {"data": {"rows": [None]}}},
}


@pytest.mark.parametrize("odd", _ODD_REPLIES)
def test_whatever_the_service_answers_the_page_is_none_the_worse(
    page: Page, site: str, host: HostSite, complaints: list[str], odd: str
) -> None:
    reply = _ODD_REPLIES[odd]
    anyone = {"access-control-allow-origin": "*"}
    page.route(ASKED, lambda route: route.fulfill(**{"headers": anyone, **reply}) if reply else route.abort())
    host.show(site, canonical=LEAD)
    with page.expect_event("response" if reply else "requestfailed", lambda seen: "/v1/widget" in seen.url):
        page.goto(host.address)
    page.wait_for_load_state("networkidle")

    assert is_empty(page)
    assert complaints == []


def test_an_answer_that_takes_too_long_is_waited_for_no_more(
    page: Page, site: str, host: HostSite, complaints: list[str]
) -> None:
    page.clock.install()
    kept: list[Route] = []
    page.route(ASKED, lambda route: kept.append(route))
    host.show(site, canonical=LEAD)
    with page.expect_request(ASKED):
        page.goto(host.address)
    with page.expect_event("requestfailed"):
        page.clock.fast_forward(8000)

    assert is_empty(page)
    assert complaints == []


def test_it_shows_when_a_script_makes_it_when_it_comes_back_and_when_its_page_changes(
    page: Page, site: str, host: HostSite
) -> None:
    host.show(site, canonical=LEAD)
    page.goto(host.address)
    expect(page.locator(ROWS)).to_have_count(1)

    page.evaluate(f"""() => {{
        const made = document.createElement("same-story");
        made.setAttribute("url", "{SECOND}");
        document.querySelector("main").append(made);
    }}""")
    expect(page.locator(ROWS)).to_have_count(2)
    expect(page.locator("same-story").last.get_by_role("link", name="Bitcoin slips").first).to_be_visible()
    page.evaluate("window.first = document.querySelector('same-story'); window.first.remove()")
    expect(page.locator(ROWS)).to_have_count(1)
    page.evaluate("document.querySelector('main').append(window.first)")
    expect(page.locator(ROWS)).to_have_count(2)
    page.evaluate(f"window.first.setAttribute('url', '{ALONE}')")
    expect(page.locator(ROWS)).to_have_count(1)


_MOVE = """() => {
    const first = document.querySelector("same-story");
    first.remove();
    document.querySelector("main").append(first);
}"""


def test_an_element_that_is_moved_while_it_asks_shows_what_it_asked_for(page: Page, site: str, host: HostSite) -> None:
    kept: list[Route] = []
    page.route(ASKED, lambda route: kept.append(route))
    host.show(site, canonical=LEAD)
    with page.expect_request(ASKED):
        page.goto(host.address)
    page.evaluate(_MOVE)
    kept.pop().continue_()
    expect(page.locator(ROWS)).to_have_count(1)
    with page.expect_request(ASKED):
        page.evaluate(f"document.querySelector('same-story').setAttribute('url', '{SECOND}')")
    page.evaluate(_MOVE)
    kept.pop().continue_()
    expect(page.get_by_role("link", name="Bitcoin slips").first).to_be_visible()
    with page.expect_request(ASKED):
        page.evaluate(f"document.querySelector('same-story').setAttribute('url', '{FOUR}')")
    page.evaluate("window.first = document.querySelector('same-story'); window.first.remove()")
    with page.expect_response(ASKED):
        kept.pop().continue_()
    page.evaluate("document.querySelector('main').append(window.first)")
    expect(page.locator(ROWS)).to_have_count(3)


def test_what_a_page_hides_hides_the_widget(page: Page, site: str, host: HostSite) -> None:
    host.css = "main { visibility: hidden }"
    host.show(site, canonical=LEAD)
    page.goto(host.address)

    expect(page.locator(ROWS)).to_have_count(1)
    expect(page.locator("same-story h2")).to_be_hidden()
