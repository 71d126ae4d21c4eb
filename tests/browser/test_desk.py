"""Editors at the desk in a real browser, by keyboard alone and by mouse alone; a re-clustering changes none of it."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect
from sqlalchemy import Engine

from cluster.action import Field, Link
from cluster.doubt_store import replace_doubts
from cluster.doubts import Doubt, DoubtKind
from cluster.editing import Desk
from cluster.editing_store import EditingStore
from cluster.editorial_store import EditorialStore
from cluster.event import Event, Level, Overrides, Status
from cluster.store import EventStore
from storage.engine import writing
from tests.browser.reading import is_readable, unfold
from tests.browser.serving import serving
from tests.browser.signing_in import sign_in
from tests.builders import NOON, make_article
from tests.integration.api.seeding import migrated, settings_in
from tests.integration.cluster.other_rules import copied, recluster_as_a_worker, recluster_by_other_rules
from tests.integration.cluster.pipeline import publish

TALK = "Regulator opens a consultation on staking"
BY_ADDRESS = re.compile("event by the address of its page")
DAYS = NOON - timedelta(days=1), NOON + timedelta(hours=6)
BREACH = "Corvane halts withdrawals after a breach"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return migrated(settings_in(tmp_path))


@pytest.fixture
def placed(engine: Engine) -> dict[str, str]:
    """One event of three articles and one of one; the event id of each article."""
    found = publish(
        engine,
        make_article("art_1", "ledgerpost"),
        make_article("art_2", "coinherald", published_at=NOON + timedelta(minutes=30)),
        make_article("art_3", "blockgazette", published_at=NOON + timedelta(minutes=40)),
        make_article("art_4", "tallypost", title=TALK, text="Comments are due by the end of May."),
    )
    one, other = EventStore(engine).by_age([found["art_1"], found["art_4"]])
    near = Doubt(one, DoubtKind.NEAR_MISS, 0.9, "These two events may be one: both say Wednesday.", (), other)
    with writing(engine) as connection:
        replace_doubts(connection, [one, other], [DoubtKind.NEAR_MISS], [near])
    return found


@pytest.fixture
def desk(tmp_path: Path, engine: Engine, placed: dict[str, str], page: Page) -> Iterator[str]:
    """The address of a site on whose desk the page is signed in."""
    with serving(settings_in(tmp_path)) as address:
        sign_in(page, address, engine)
        yield address
        page.close()


class Editor:
    """What holds after each action, however it was done: it is said, it can be undone, and then all is as before."""

    def __init__(self, page: Page, engine: Engine, placed: dict[str, str]) -> None:
        self.page, self.engine, self.placed = page, engine, placed

    @property
    def places(self) -> dict[str, str]:
        return EventStore(self.engine).event_of(list(self.placed))

    @property
    def spoken(self) -> list[str]:
        return [line for line in EditorialStore(self.engine).lines() if '"kind":"membership"' not in line]

    @property
    def named(self) -> dict[str, Overrides]:
        """What is set on active events."""
        found = EventStore(self.engine).get_many([*self.placed.values(), *self.places.values()])
        active = {one.id: one.overrides for one in found.values() if one.status is Status.ACTIVE}
        return {event_id: overrides for event_id, overrides in active.items() if overrides != Overrides()}

    def said(self, text: str) -> None:
        expect(self.page.locator("#said")).to_contain_text(text, timeout=15_000)  # it describes both events first

    def undone(self, undo: Callable[[], None], *, regrouped: bool = True) -> None:
        if regrouped:
            with copied(self.engine) as copy:
                Editor(self.page, copy, self.placed).stands()
        last = EditingStore(self.engine).latest(1)[0].seq
        undo()
        self.said(f"undid action {last}")
        assert self.places == self.placed

    def stands(self) -> None:
        """Whatever other rules make of the articles, the editors' last word holds and every id leads to an event."""
        store, last = EditingStore(self.engine), EditingStore(self.engine).latest(1)[0]
        done = last.draft
        if done.settings_after:  # or the other event would be what is merged away
            Desk(self.engine, "Grace", NOON).set(self.placed["art_4"], Field.THEME, "mining", {})
        said, known = self.spoken, {*self.placed.values(), *self.places.values(), *done.event_ids}
        named = self.named
        assert {one.event_id for one in done.settings_after} <= named.keys()
        recluster_by_other_rules(self.engine, *DAYS)
        places = self.places
        assert self.spoken == said
        assert {one.article_id: one.event_id for one in done.after}.items() <= places.items()
        assert all((places[pair.one] == places[pair.other]) is (pair.link is Link.MUST) for pair in store.pairs())
        assert {self.led_to(event_id).status for event_id in known} == {Status.ACTIVE}
        assert self.named == named
        Desk(self.engine, "Ada", NOON).undo(last.seq)
        recluster_as_a_worker(self.engine, *DAYS)  # what nobody has spoken on may have gone elsewhere meanwhile
        assert _together(self.places) == _together(self.placed)

    def led_to(self, event_id: str) -> Event:
        event = EventStore(self.engine).get(event_id)
        assert event
        return self.led_to(event.merged_into) if event.merged_into else event

    def pick(self, article_id: str) -> Locator:
        return self.page.locator(f"#pick-{article_id}")


def _together(places: Mapping[str, str]) -> set[frozenset[str]]:
    """Which articles share an event, whatever its id."""
    grouped = defaultdict[str, set[str]](set)
    for article_id, event_id in places.items():
        grouped[event_id].add(article_id)
    return set(map(frozenset, grouped.values()))


@pytest.fixture
def editor(page: Page, desk: str, engine: Engine, placed: dict[str, str]) -> Editor:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{desk}/desk?tab=newest")
    return Editor(page, engine, placed)


def test_a_key_pressed_while_an_answer_comes_acts_once_it_is_there(page: Page, desk: str, editor: Editor) -> None:
    held: list[Route] = []
    page.route(re.compile("/desk/events/evt_"), lambda route: held.append(route), times=1)
    page.goto(f"{desk}/desk?kind=near_miss")
    page.keyboard.press("j")
    with page.expect_request(re.compile("/desk/events/evt_")):
        page.keyboard.press("Enter")
    page.keyboard.press("d")  # of the event that is not there yet
    held[0].continue_()
    editor.said("dismissed a suggestion")


def test_everything_is_done_and_undone_by_keyboard_alone(
    page: Page, desk: str, engine: Engine, placed: dict[str, str], editor: Editor
) -> None:
    def press(*keys: str) -> None:
        for key in keys:
            page.keyboard.press(key)

    def undo() -> None:
        press("u")

    page.goto(f"{desk}/desk?kind=near_miss")
    press("j", "Enter")
    expect(page.locator("#event")).to_contain_text("both say Wednesday")
    press("d")
    editor.said("dismissed a suggestion")
    expect(page.locator("#list")).to_contain_text("Nothing here waits")
    editor.undone(undo, regrouped=False)  # what is grouped anew is asked about anew
    expect(page.locator("#list")).to_contain_text("both say Wednesday")

    page.goto(f"{desk}/desk?tab=newest")
    press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    press("j", "Escape", "j")  # nothing happens behind a dialog
    expect(page.locator("#list").get_by_role("link", name=BREACH)).to_be_focused()
    press("j", "k", "Enter")
    expect(page.locator("#open-event")).to_be_focused()
    assert "/desk/events/" in page.url

    press("j", "j", "x", "j", "x")
    expect(editor.pick("art_3")).to_be_focused()
    expect(page.get_by_text("2 selected")).to_be_visible()
    press("s")
    editor.said("moved 2 articles")
    assert editor.places["art_2"] == editor.places["art_3"] != placed["art_1"]
    editor.undone(undo)

    page.goto(f"{desk}/desk/events/{placed['art_1']}")
    press("l")
    editor.said("locked “")
    assert EditingStore(engine).locked() == [placed["art_1"]]
    expect(page.locator("#merge")).to_have_count(0)
    editor.undone(undo)
    assert EditingStore(engine).locked() == []

    editor.pick("art_1").press("Space")
    press("j", "x")
    page.get_by_role("button", name="Must stay apart").press("Enter")
    editor.said("stay apart")
    assert editor.places["art_2"] != placed["art_1"]
    editor.undone(undo)

    page.goto(f"{desk}/desk/events/{placed['art_1']}")
    editor.pick("art_3").press("Space")
    page.get_by_text("Move to another event").press("Enter")
    page.get_by_label("or the address of an event's page").press_sequentially(f"{desk}/events/{placed['art_4']}")
    page.get_by_role("button", name="Move", exact=True).press("Enter")
    editor.said(f"moved “{BREACH}” from “{BREACH}” to “{TALK}”")
    assert editor.places["art_3"] == placed["art_4"]
    editor.undone(undo)

    page.goto(f"{desk}/desk/events/{placed['art_1']}")
    press("e")
    expect(page.get_by_label("Title")).to_be_visible()
    page.get_by_label("Title").fill("")
    page.get_by_label("Title").press_sequentially("Corvane is hacked; jkmsxul?")  # keys are letters in a field
    press("Enter")
    editor.said("set the title")
    editor.undone(undo)
    press("e")
    page.get_by_label("Signal", exact=True).last.press("h")
    page.get_by_label("Why (readers see it)").press_sequentially("the exchange has confirmed it")
    press("Enter")
    editor.said("set the signal")
    event = EventStore(engine).get(placed["art_1"])
    assert event
    assert event.level is Level.HIGH
    editor.undone(undo)

    press("m")
    page.get_by_label(BY_ADDRESS).press_sequentially(f"{desk}/events/{placed['art_4']}")
    press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Merge").press("Enter")
    editor.said("merged “")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert len(set(editor.places.values())) == 1
    editor.undone(undo)

    press("/")
    page.keyboard.type("consultation")
    press("Enter")
    expect(page.locator("#list [data-row]")).to_have_count(1)
    expect(page.get_by_role("link", name="Search")).to_be_visible()


def test_what_was_done_is_told_until_that_is_closed(
    page: Page, desk: str, placed: dict[str, str], editor: Editor
) -> None:
    page.goto(f"{desk}/desk/events/{placed['art_1']}")
    page.keyboard.press("l")
    editor.said("locked “")
    page.locator("#said").get_by_role("button", name="Close").click()

    expect(page.locator("#said")).to_be_hidden()
    expect(page.locator(".record").get_by_role("button", name="Undo").first).to_be_visible()


def test_everything_is_done_and_undone_by_mouse_alone(
    page: Page, desk: str, engine: Engine, placed: dict[str, str], editor: Editor
) -> None:
    def undo() -> None:
        page.locator("#said").get_by_role("button", name="Undo").click()

    def open_breach() -> None:
        page.locator("#list").get_by_role("link", name=BREACH).first.click()
        expect(page.locator(f"[data-event={placed['art_1']}]")).to_be_visible()
        expect(page.locator("#said")).to_be_hidden()

    open_breach()
    page.get_by_role("button", name=f"Detach {BREACH}").last.click()
    editor.said("to a new event of its own")
    editor.undone(undo)
    open_breach()
    for one in ("art_2", "art_3"):
        editor.pick(one).click()
    page.get_by_role("button", name="Must stay together").click()
    editor.said("belong together")
    editor.undone(undo)
    open_breach()
    for name, said in (("Lock as it is", "locked"), ("Pin", "pinned"), ("Hide", "hid ")):
        page.get_by_role("button", name=name, exact=True).click()
        editor.said(said)
        editor.undone(undo)

    page.locator("#edit > summary").click()
    page.get_by_label("Theme", exact=True).last.select_option("mining")
    page.get_by_role("button", name="Set theme").click()
    editor.said("set the theme")
    editor.undone(undo)
    page.locator("#edit > summary").click()
    page.get_by_label("Note, for editors alone").fill("Ask the exchange.")
    page.get_by_role("button", name="Write it down").click()
    editor.said("noted on")

    page.get_by_role("link", name="Merge…", exact=True).click()
    page.get_by_label(BY_ADDRESS).fill("nothing of the sort")
    page.get_by_role("button", name="Take this one").click()
    expect(page.get_by_role("dialog")).to_contain_text("give the address of its page")
    page.get_by_label(BY_ADDRESS).fill(f"{desk}/events/{placed['art_4']}")
    page.get_by_role("button", name="Take this one").click()
    page.get_by_role("group", name="The id that stays").get_by_role("radio", name=TALK).check()
    page.get_by_label("Another title").fill("Corvane, and what the regulator asks")
    page.get_by_role("dialog").get_by_role("button", name="Merge").click()
    editor.said("merged “")
    assert set(editor.places.values()) == {placed["art_4"]}
    page.goto(f"{desk}/events/{placed['art_1']}")
    assert f"/events/{placed['art_4']}/" in page.url
    for asked in (f"events/{placed['art_1']}", f"widget?event={placed['art_1']}"):
        assert placed["art_4"] in page.request.get(f"{desk}/v1/{asked}").text(), asked
    page.goto(f"{desk}/desk")
    page.locator(".record").get_by_role("button", name="Undo").first.click()
    editor.said("undid action")
    assert editor.places == placed


def test_what_was_typed_stays_when_an_action_is_refused(
    page: Page, desk: str, engine: Engine, placed: dict[str, str], editor: Editor
) -> None:
    page.locator("#list").get_by_role("link", name=BREACH).click()
    page.locator("#edit > summary").click()
    page.get_by_role("button", name="Set title").click()
    editor.said("set the title")
    page.locator("#edit > summary").click()
    page.get_by_label("Note, for editors alone").fill("Ask the exchange.")
    page.get_by_role("button", name="Set title").click()

    editor.said("This is set already.")
    expect(page.get_by_label("Note, for editors alone")).to_have_value("Ask the exchange.")
    page.route("**/note", lambda route: route.abort())
    page.get_by_role("button", name="Write it down").click()
    editor.said("did not answer")
    expect(page.get_by_label("Note, for editors alone")).to_have_value("Ask the exchange.")

    page.unroute("**/note")
    Desk(engine, "Grace", NOON).lock(placed["art_1"], EventStore(engine).versions([placed["art_1"]]))
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_role("heading", name="Changed meanwhile")).to_be_visible()
    expect(page.get_by_label("Note")).to_have_value("Ask the exchange.")
    assert len(EditingStore(engine).latest(9)) == 2


def test_what_changes_is_counted_and_moves_nothing_until_it_is_asked_for(
    page: Page, desk: str, engine: Engine, placed: dict[str, str], editor: Editor
) -> None:
    expect(page.locator("#list [data-row]")).to_have_count(2)
    publish(engine, make_article("art_5", "northwire", title="A bank opens a vault", text="It is for coins."))
    show = page.get_by_role("button", name="event changed · show")
    expect(show).to_be_visible(timeout=15_000)
    expect(page.locator("#list [data-row]")).to_have_count(2)

    show.click()

    expect(page.locator("#list [data-row]")).to_have_count(3)
    expect(show).to_have_count(0)


def test_the_way_back_leads_to_a_desk_where_all_can_be_done(
    page: Page, desk: str, placed: dict[str, str], editor: Editor
) -> None:
    for article, title in (("art_1", BREACH), ("art_4", TALK)):
        page.locator("#list").get_by_role("link", name=title).click()
        expect(page.locator(f"[data-event={placed[article]}]")).to_be_visible()
    page.go_back()
    expect(page.locator(f"[data-event={placed['art_1']}]")).to_be_visible()

    page.get_by_role("link", name="Merge…", exact=True).first.click()

    expect(page.get_by_role("dialog")).to_contain_text(f"Merge “{BREACH}”")
    page.get_by_role("dialog").get_by_role("link", name="Cancel").click()
    page.get_by_role("button", name="Pin", exact=True).click()
    editor.said("pinned")


def test_without_scripts_the_desk_is_links_and_forms(
    browser: Browser, tmp_path: Path, engine: Engine, placed: dict[str, str]
) -> None:
    with serving(settings_in(tmp_path)) as desk, browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        sign_in(page, desk, engine)
        page.get_by_role("link", name="Newest").click()
        page.get_by_role("link", name=BREACH).first.click()
        for one in ("art_2", "art_3"):
            page.locator(f"#pick-{one}").check()
        page.get_by_role("button", name="Split off").click()
        expect(page.locator("#said")).to_contain_text("moved 2 articles")
        page.locator("#said").get_by_role("button", name="Undo").click()
        expect(page.locator("#said")).to_contain_text("undid action 1")

        page.get_by_role("link", name="Merge…", exact=True).first.click()
        page.get_by_label(BY_ADDRESS).fill(placed["art_4"])
        page.get_by_role("button", name="Take this one").click()
        page.get_by_role("button", name="Merge", exact=True).click()
        expect(page.locator("#said")).to_contain_text("merged “")
        assert "tab=newest" in page.url
        assert len(set(EventStore(engine).event_of(list(placed)).values())) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everyone_can_read_the_desk(page: Page, desk: str, placed: dict[str, str], scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for width in (1280, 820, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        for path in ("", f"/events/{placed['art_1']}", f"/events/{placed['art_1']}/merge?other={placed['art_4']}"):
            page.goto(f"{desk}/desk{path}")
            unfold(page)
            is_readable(page)
    page.goto(f"{desk}/desk/events/{placed['art_1']}")
    merge = page.get_by_role("link", name="Merge…", exact=True)
    box = merge.bounding_box()
    assert box
    assert box["y"] < 800
    merge.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    is_readable(page)


@pytest.mark.parametrize("width", [1600, 1280, 390])
def test_the_pages_head_begins_and_ends_where_the_desk_does(page: Page, desk: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{desk}/desk")

    edges = "one => [one.getBoundingClientRect().left, one.getBoundingClientRect().right]"
    assert len({tuple(page.locator(one).evaluate(edges)) for one in (".top-row", "main", ".foot")}) == 1
