"""Pages that tell of changes through the stream, and move nothing that is being read."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Locator, Page, Route, expect
from sqlalchemy import Engine

from cluster.changes import change_events
from cluster.event import Event, Member, Role
from ingest.store import ArticleStore
from tests.browser.day import seed_day
from tests.browser.moving import moved
from tests.ending import wait_until
from tests.integration.api.seeding import migrated, seed_event, settings_in
from tests.integration.api.streaming import served_live
from tests.unit.api.builders import make_article, make_event, make_member

HIDDEN = """(hidden) => {
  Object.defineProperty(document, "visibilityState", { value: hidden ? "hidden" : "visible", configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


class Newsroom:
    """A served day to which more is reported."""

    def __init__(self, engine: Engine, address: str) -> None:
        self.engine, self.address = engine, address
        self._reported = 0

    def report(self) -> Event:
        """Another event, described."""
        self._reported += 1
        event = make_event(_report(self._reported), event_id=f"evt_n{self._reported}")
        seed_event(self.engine, event)
        return event

    def confirm(self) -> None:
        """Another source for the last event, which is described anew."""
        number = self._reported
        other = make_article(
            f"art_c{number}", "Coin Courier", "The same, told elsewhere", minutes=70, text="In other words. "
        )
        event = make_event(_report(number), make_member(other, origin="org_2"), event_id=f"evt_n{number}")
        ArticleStore(self.engine).add_many([other])
        with change_events(self.engine, by="placing", at=event.updated_at) as ledger:
            ledger.grow(replace(event.members[-1].placement, event_id=event.id))
            assert event.description is not None
            ledger.describe(event.id, event.description, 3, None)


def _report(number: int) -> Member:
    return make_member(
        make_article(f"art_n{number}", title=f"Something new, number {number}", minutes=60), Role.ORIGINAL
    )


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    settings = settings_in(tmp_path_factory.mktemp("newsroom"))
    engine = migrated(settings)
    seed_day(engine)
    with served_live(settings) as served:
        yield Newsroom(engine, f"http://127.0.0.1:{served.port}")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone in Tokyo, where each instant has a second clock; its clock can be set forward."""
    context = browser.new_context(timezone_id="Asia/Tokyo", viewport={"width": 390, "height": 844})
    made = context.new_page()
    made.clock.install()
    yield made
    context.close()


def streams_of(page: Page) -> list[str]:
    """The addresses of the streams that the page asks for, from now on."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/v1/stream" in request.url else None)
    return asked


def told(page: Page) -> Locator:
    return page.get_by_role("status").get_by_role("button")


def hear(page: Page, words: str) -> None:
    """Lets time go by until the page says so: a screen reader is not told of each change at once."""

    def is_told() -> bool:
        page.clock.run_for(11_000)
        return told(page).all_text_contents() == [f"{words} · show"]

    wait_until(is_told)


def test_a_list_says_what_changed_and_shows_it_when_asked(page: Page, newsroom: Newsroom) -> None:
    asked = streams_of(page)
    with page.expect_response(re.compile("/v1/stream")):
        page.goto(newsroom.address)
    page.evaluate("scrollTo(0, 600)")
    expect(told(page)).to_have_count(0)

    newsroom.report()
    expect(told(page)).to_have_text("1 event changed · show")
    newsroom.report()
    newsroom.report()
    hear(page, "3 events changed")
    expect(page.get_by_text("Something new")).to_have_count(0)
    assert page.evaluate("scrollY") == 600
    assert moved(page) == 0

    page.evaluate(HIDDEN, True)
    newsroom.report()
    page.evaluate(HIDDEN, False)
    hear(page, "4 events changed")
    first, second = (int(one.partition("after=")[2]) for one in asked)
    assert first < second

    told(page).press("Enter")
    expect(page.get_by_role("heading", name="Something new, number 1")).to_be_visible()
    expect(told(page)).to_have_count(0)
    page.evaluate(HIDDEN, True)
    page.clock.run_for(31 * 60_000)
    page.evaluate(HIDDEN, False)
    expect(told(page)).to_have_text("This page is older than half an hour · show")


def test_an_event_says_how_it_changed(page: Page, newsroom: Newsroom) -> None:
    event = newsroom.report()
    with page.expect_response(re.compile("/v1/stream")):
        page.goto(f"{newsroom.address}/events/{event.id}")
    expect(page.get_by_text("No independent source yet.")).to_be_visible()
    expect(told(page)).to_have_count(0)

    newsroom.confirm()
    hear(page, "This page has changed: +1 source")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert moved(page) == 0
    told(page).click()
    expect(page.get_by_role("heading", name="The same, told elsewhere")).to_be_visible()


def answers_to(page: Page, event: Event) -> list[Route]:
    """What the page asks about the event from now on; it waits for each until it is answered here."""
    held: list[Route] = []
    page.route(re.compile(f"/v1/events/{event.id}$"), lambda route: held.append(route))
    return held


def test_the_last_word_on_an_event_is_not_taken_back_by_an_answer_that_comes_late(
    page: Page, newsroom: Newsroom
) -> None:
    event = newsroom.report()
    held = answers_to(page, event)
    page.goto(f"{newsroom.address}/events/{event.id}")
    poll(page, lambda: len(held) == 1)
    with change_events(newsroom.engine, by="placing", at=event.updated_at) as ledger:
        ledger.withdraw([event.members[0].article.id])
    poll(page, lambda: len(held) == 2)

    held[1].fulfill(status=410, json={})
    expect(told(page)).to_have_text("This event was removed · show")
    held[0].fulfill(json={"data": said(version=9, sources=7)})
    page.evaluate("fetch('/healthz')")  # comes back behind it

    expect(told(page)).to_have_text("This event was removed · show")


def test_a_hidden_page_does_not_go_on_asking_for_what_is_not_to_be_seen_yet(page: Page, newsroom: Newsroom) -> None:
    event = newsroom.report()
    held = answers_to(page, event)
    page.goto(f"{newsroom.address}/events/{event.id}")
    poll(page, lambda: len(held) == 1)
    newsroom.confirm()
    poll(page, lambda: len(held) > 1)
    asked = len(held)
    held[-1].fulfill(json={"data": said(version=1, sources=1)})
    poll(page, lambda: len(held) > asked)

    page.evaluate(HIDDEN, True)
    asked = len(held)
    held[-1].fulfill(json={"data": said(version=1, sources=1)})
    page.evaluate("fetch('/healthz')")
    page.clock.run_for(5_000)
    page.evaluate("fetch('/healthz')")

    assert len(held) == asked


def said(version: int, sources: int) -> dict[str, object]:
    """What the page reads of an event."""
    counts = {"independent_sources": sources, "articles": sources}
    return {"version": version, "counts": counts, "signal": {"level": "low"}, "title": "Something new"}


def poll(page: Page, holds: Callable[[], bool]) -> None:
    """Lets time go by on the page until it has done something."""

    def look() -> bool:
        page.clock.run_for(200)
        return holds()

    wait_until(look)


def test_a_page_that_no_stream_is_left_for_stays_quiet_and_asks_rarely(page: Page, newsroom: Newsroom) -> None:
    def refuse(route: Route) -> None:
        route.fulfill(status=503, headers={"retry-after": "30"}, json={"title": "Service Unavailable"})

    page.route(re.compile("/v1/stream"), refuse)
    asked = streams_of(page)
    with page.expect_response(re.compile("/v1/stream")):
        page.goto(newsroom.address)
    newsroom.report()
    page.clock.run_for(4 * 60_000)
    assert len(asked) == 1
    expect(told(page)).to_have_count(0)

    page.unroute(re.compile("/v1/stream"))
    page.clock.run_for(6 * 60_000)
    hear(page, "1 event changed")
    assert len(asked) == 2
