"""How the widget looks, is worked, and keeps what the reader sees where it is."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reading import is_readable, unfold
from tests.browser.serving import HostSite
from tests.browser.test_widget import ALONE, ASKED, LEAD, REGION, ROWS, is_empty


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


@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everyone_can_read_it(page: Page, site: str, host: HostSite, theme: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    host.show(site, canonical=LEAD, attributes=f'theme="{theme}"')
    page.goto(host.address)
    expect(page.locator(ROWS)).to_be_visible()
    unfold(page.locator("same-story"))

    is_readable(page)


def test_it_is_worked_by_keyboard_and_shows_where_that_is(page: Page, site: str, host: HostSite) -> None:
    host.show(site, canonical=LEAD, below=9)
    page.goto(host.address)
    summary = page.locator("same-story summary").first
    expect(summary).to_be_visible()
    expect(page.locator(ROWS)).to_be_hidden()
    page.keyboard.press("Tab")

    expect(summary).to_be_focused()
    assert summary.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator(ROWS)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(f"{ROWS} a").first).to_be_focused()


_WATCH = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
_TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
_AT_THE_END = "scrollY + innerHeight >= document.documentElement.scrollHeight - 1"
_PLACES = {"at the end": (1, 0), "in view": (2, 9), "below the view": (20, 9)}


def _scroll_through(page: Page) -> None:
    """To the end of the page and back, as a wheel does it, with the widget having its say on the way."""
    for step, arrived in ((400, _AT_THE_END), (-400, "scrollY === 0")):
        for _ in range(12):
            page.mouse.wheel(0, step)
            page.evaluate(_TWO_FRAMES)
        page.wait_for_function(arrived)  # a busy machine scrolls later than it is told
        page.evaluate(_TWO_FRAMES)


@pytest.mark.parametrize("is_reserved", [False, True], ids=["free", "reserved"])
@pytest.mark.parametrize("canonical", [LEAD, ALONE], ids=["something", "nothing"])
@pytest.mark.parametrize("place", _PLACES)
def test_nothing_that_the_reader_sees_is_moved(
    page: Page, site: str, host: HostSite, place: str, canonical: str, is_reserved: bool
) -> None:
    page.set_viewport_size({"width": 600, "height": 700})
    page.add_init_script(_WATCH)
    above, below = _PLACES[place]
    host.css = "same-story { display: block; min-height: 48px }" if is_reserved else ""
    host.show(site, canonical=canonical, above=above, below=below)
    with page.expect_response(ASKED):
        page.goto(host.address)
    page.wait_for_load_state("networkidle")
    if canonical == LEAD:
        shown = page.locator(ROWS if place != "in view" else "same-story h2")
        expect(shown).to_be_visible()
    elif not is_reserved:
        assert is_empty(page)

    _scroll_through(page)

    if canonical == LEAD:
        expect(page.locator(ROWS)).to_be_visible()
    elif place != "at the end":
        # A line kept free is given back a moment after it has left the view.
        expect(page.locator("same-story")).to_have_js_property("offsetHeight", 0)
    assert page.evaluate("window.shifted") == 0


def test_opening_it_where_it_stands_in_the_text_is_the_readers_doing(page: Page, site: str, host: HostSite) -> None:
    page.add_init_script(_WATCH)
    host.show(site, canonical=LEAD, below=9)
    page.goto(host.address)
    page.locator("same-story").get_by_text(REGION).click()

    expect(page.locator(ROWS)).to_be_visible()
    assert page.locator("same-story").evaluate("element => element.getBoundingClientRect().height") > 200
    assert page.evaluate("window.shifted") == 0


@pytest.mark.parametrize("width", [1280, 390])
def test_the_button_between_paragraphs_covers_no_line_and_is_met_from_a_finger_around_it(
    page: Page, site: str, host: HostSite, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    host.show(site, canonical=LEAD, below=9)
    page.goto(host.address)
    expect(page.locator("same-story h2")).to_be_visible()

    button, above, beneath = (
        page.locator(one).evaluate("one => one.getBoundingClientRect().toJSON()")
        for one in ("same-story section", "p:has(+ same-story)", "same-story + p")
    )
    assert above["bottom"] <= button["top"] < button["bottom"] <= beneath["top"]
    at = "([x, y]) => document.elementFromPoint(x, y).localName"
    hit = [page.evaluate(at, [button["right"] - 40, y]) for y in (button["top"] - 3, button["bottom"] + 3)]
    assert hit == ["same-story", "same-story"]
    is_readable(page)


def test_what_the_reader_has_opened_or_stands_in_stays_as_it_is(page: Page, site: str, host: HostSite) -> None:
    host.show(site, canonical=LEAD, above=2, below=40)
    page.set_viewport_size({"width": 600, "height": 700})
    page.goto(host.address)
    summary = page.locator("same-story summary").first
    expect(summary).to_be_visible()
    page.keyboard.press("Tab")
    expect(summary).to_be_focused()
    _scroll_through(page)
    expect(summary).to_be_focused()
    expect(page.locator(ROWS)).to_be_hidden()

    for press, state in (("Enter", "to_be_visible"), ("Enter", "to_be_hidden")):
        page.keyboard.press(press)
        getattr(expect(page.locator(ROWS)), state)()
        _scroll_through(page)
        expect(summary).to_be_focused()
        getattr(expect(page.locator(ROWS)), state)()


_ASIDE = "main { display: grid; grid-template-columns: 1fr 1fr; grid-template-rows: auto }"
_FLEX = "main { display: flex;"
_TABLE = "main { display: table; table-layout: fixed; width: 100% }"
_ALIGNED = {
    "a column in the middle": f"{_FLEX} flex-direction: column; justify-content: center; min-height: 90vh }}",
    "a row in the middle": f"{_FLEX} align-items: center }} main > * {{ flex: 1 }}",
    "an aside at the end": f"{_ASIDE} p {{ align-self: end }} h1 {{ display: none }}",
    "a cell in the middle": f"{_TABLE} main > * {{ display: table-cell; vertical-align: middle }}",
    "text in the middle": f"{_ASIDE} p {{ display: flex; align-items: center }} h1 {{ display: none }}",
}


@pytest.mark.parametrize("aligned", _ALIGNED)
def test_where_a_page_aligns_to_middle_or_end_nothing_is_moved_either(
    page: Page, site: str, host: HostSite, aligned: str
) -> None:
    page.set_viewport_size({"width": 900, "height": 700})
    page.add_init_script(_WATCH)
    host.css = _ALIGNED[aligned]
    host.show(site, canonical=LEAD)
    page.goto(host.address)
    # Open or not: on a slow machine it is there before anything of the page is in sight, and may open.
    expect(page.locator("same-story h2")).to_be_visible()
    _scroll_through(page)

    assert page.evaluate("window.shifted") == 0


def test_a_head_that_stays_in_view_keeps_no_widget_closed(page: Page, site: str, host: HostSite) -> None:
    page.set_viewport_size({"width": 600, "height": 700})
    page.add_init_script(_WATCH)
    host.css = "h1 { position: sticky; top: 0 }"
    host.show(site, canonical=LEAD, above=2, below=40)
    page.goto(host.address)
    expect(page.locator("same-story h2")).to_be_visible()
    _scroll_through(page)

    expect(page.locator(ROWS)).to_be_visible()
    assert page.evaluate("window.shifted") == 0
