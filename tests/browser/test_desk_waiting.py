"""What an editor does at the desk while an answer is on its way, in a real browser: it waits, and never goes astray."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import Engine

from cluster.editing import Desk
from cluster.editing_store import EditingStore
from cluster.store import EventStore
from tests.browser.serving import serving
from tests.browser.signing_in import sign_in
from tests.builders import NOON, make_article
from tests.integration.api.at_desk import TALK
from tests.integration.api.seeding import migrated, settings_in
from tests.integration.cluster.pipeline import publish

BREACH = "Corvane halts withdrawals after a breach"
EVENT = re.compile(r"/desk/events/evt_\w+(\?|$)")


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return migrated(settings_in(tmp_path))


@pytest.fixture
def placed(engine: Engine) -> dict[str, str]:
    """An event of three articles and one of one; the event id of each article."""
    return publish(
        engine,
        make_article("art_1", "ledgerpost"),
        make_article("art_2", "coinherald", published_at=NOON + timedelta(minutes=30)),
        make_article("art_3", "blockgazette", published_at=NOON + timedelta(minutes=40)),
        make_article("art_4", "tallypost", title=TALK, text="Comments are due by the end of May."),
    )


@pytest.fixture
def desk(tmp_path: Path, engine: Engine, placed: dict[str, str], page: Page) -> Iterator[Page]:
    """The event of three articles open on the desk, beside the list of all."""
    page.set_viewport_size({"width": 1280, "height": 800})
    with serving(settings_in(tmp_path)) as address:
        sign_in(page, address, engine)
        page.goto(f"{address}/desk/events/{placed['art_1']}?tab=newest")
        page.locator("#merge[data-htmx-powered]").wait_for()  # before that it leads to a page of its own
        yield page
        page.close()


@contextmanager
def held(page: Page, address: re.Pattern[str] | str) -> Iterator[list[Route]]:
    """Keeps back the answer to the next request for an address until the block ends, unless the block gives one."""
    routes: list[Route] = []
    page.route(address, lambda route: routes.append(route), times=1)
    yield routes
    if routes:
        routes.pop().continue_()


def said(page: Page, text: str) -> None:
    expect(page.locator("#said")).to_contain_text(text, timeout=15_000)  # it describes the event first


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def ask(page: Page, *keys: str) -> None:
    """Presses keys of which the last sends a request."""
    with page.expect_request(lambda request: "/desk/" in request.url):
        press(page, *keys)


def done(engine: Engine) -> list[str]:
    """What was done, the first first."""
    return [f"{one.draft.type} {one.draft.led_to}" for one in reversed(EditingStore(engine).latest(9))]


OURS, FOREIGN = '<div id="problem">The desk is away.</div>', "<h1>Bad gateway</h1>"


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (0, "", "did not answer"),
        (502, FOREIGN, "did not answer"),
        (503, OURS, "The desk is away."),
        (409, OURS, "The desk is away."),
    ],
)
def test_a_key_that_waited_for_an_answer_is_forgotten_when_none_comes(
    desk: Page, engine: Engine, placed: dict[str, str], status: int, body: str, words: str
) -> None:
    desk.locator("#list").get_by_role("link", name=TALK).focus()
    with held(desk, EVENT) as routes:
        ask(desk, "Enter")
        press(desk, "h")
        if status:
            routes.pop().fulfill(status=status, content_type="text/html", body=body)
        else:
            routes.pop().abort()
    said(desk, words)

    press(desk, "l")

    said(desk, "locked")
    assert done(engine) == [f"lock {placed['art_1']}"]


def test_a_key_that_waited_does_nothing_beside_the_page_of_a_conflict(
    desk: Page, engine: Engine, placed: dict[str, str]
) -> None:
    one = placed["art_1"]
    with held(desk, "**/set/pinned"):
        ask(desk, "p")
        Desk(engine, "Grace", NOON).lock(one, EventStore(engine).versions([one]))
        press(desk, "h")

    expect(desk.get_by_role("heading", name="Changed meanwhile")).to_be_visible()
    assert done(engine) == [f"lock {one}"]


def test_what_is_typed_before_a_dialog_is_there_acts_on_nothing_behind_it(
    desk: Page, engine: Engine, placed: dict[str, str]
) -> None:
    with held(desk, re.compile("/merge")):
        ask(desk, "m")
        press(desk, "h", "t", "t", "p")
    dialog = desk.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_role("link", name="Cancel").click()

    press(desk, "l")

    said(desk, "locked")
    assert done(engine) == [f"lock {placed['art_1']}"]


def test_keys_that_wait_act_in_turn_on_what_has_come(desk: Page, engine: Engine, placed: dict[str, str]) -> None:
    desk.goto(desk.url.replace(placed["art_1"], placed["art_4"]))
    desk.locator("#list").get_by_role("link", name=BREACH).focus()
    with held(desk, EVENT):
        ask(desk, "Enter")
        press(desk, "x", "j", "x", "Shift", "s")

    said(desk, "moved 2 articles")
    assert len(done(engine)) == 1
    assert len(set(EventStore(engine).event_of(list(placed)).values())) == 3


def test_other_keys_do_what_they_always_do_while_an_answer_is_on_its_way(desk: Page) -> None:
    rows = desk.locator("#list [data-row]")
    rows.first.focus()
    with held(desk, EVENT):
        ask(desk, "Enter")
        press(desk, "Tab")
        expect(rows.nth(1)).to_be_focused()


def test_a_key_held_down_acts_once_and_walks_on(desk: Page, engine: Engine, placed: dict[str, str]) -> None:
    for _ in range(9):
        desk.keyboard.down("l")
    desk.keyboard.up("l")
    said(desk, "locked")
    desk.keyboard.down("p")
    said(desk, "pinned")
    for _ in range(3):
        desk.keyboard.down("p")
    desk.keyboard.up("p")
    desk.locator("#open-event").focus()
    for _ in range(3):
        desk.keyboard.down("j")
    desk.keyboard.up("j")

    expect(desk.locator("#of-art_3 a")).to_be_focused()
    press(desk, "h")
    said(desk, "hid ")
    assert [one.split()[0] for one in done(engine)] == ["lock", "set", "set"]


def test_a_click_on_the_list_waits_for_the_answer_that_is_on_its_way(desk: Page, placed: dict[str, str]) -> None:
    desk.get_by_role("link", name="Newest").click()
    expect(desk.locator("#open-event")).to_have_count(0)
    rows = desk.locator("#list")
    with held(desk, EVENT):
        with desk.expect_request(EVENT):
            rows.get_by_role("link", name=TALK).click()
        rows.get_by_role("link", name=BREACH).click()

    expect(desk.locator(f"[data-event={placed['art_1']}]")).to_be_visible()


def test_a_click_on_what_the_answer_takes_away_is_said_to_be_left_out(
    desk: Page, engine: Engine, placed: dict[str, str]
) -> None:
    with held(desk, "**/set/pinned"):
        with desk.expect_request("**/set/pinned"):
            desk.get_by_role("button", name="Pin", exact=True).dblclick()
        desk.get_by_role("button", name="Hide", exact=True).click()

    said(desk, "pinned")
    said(desk, "what you clicked meanwhile was left out")
    desk.get_by_role("button", name="Hide", exact=True).dblclick()
    said(desk, "hid ")
    expect(desk.locator("#said")).not_to_contain_text("left out")
    assert [one.split()[0] for one in done(engine)] == ["set", "set"]


def test_a_click_is_left_out_whose_button_does_something_else_by_the_time(
    desk: Page, engine: Engine, placed: dict[str, str]
) -> None:
    another = Desk(engine, "Grace", NOON)
    expect(desk.get_by_role("button", name="Lock as it is")).to_be_visible()
    another.lock(placed["art_1"], EventStore(engine).versions([placed["art_1"]]))
    show = desk.locator(".live button")
    show.wait_for()
    with held(desk, EVENT):
        with desk.expect_request(EVENT):
            show.click()
        desk.get_by_role("button", name="Lock as it is").click()

    said(desk, "what you clicked meanwhile was left out")
    assert EditingStore(engine).locked() == [placed["art_1"]]


def test_in_a_dialog_it_is_said_there_what_was_left_out_and_that_no_answer_came(
    desk: Page, engine: Engine, placed: dict[str, str]
) -> None:
    dialog = desk.get_by_role("dialog")
    address, merge = dialog.get_by_label("by the address of its page"), dialog.get_by_role("button", name="Merge")
    press(desk, "m")
    address.fill(placed["art_4"])
    address.press("Enter")
    expect(merge).to_be_visible()
    address.fill(placed["art_4"])
    with held(desk, re.compile("/merge")):
        with desk.expect_request(re.compile("/merge")):
            address.press("Enter")
        merge.click()
    expect(dialog).to_contain_text("what you clicked meanwhile was left out")

    desk.route(re.compile("/merge"), lambda route: route.abort(), times=1)
    merge.click()

    expect(dialog).to_contain_text("did not answer")
    assert done(engine) == []
    merge.click()
    said(desk, "merged")


def test_what_was_done_can_be_undone_by_key_after_something_was_refused(
    desk: Page, engine: Engine, placed: dict[str, str]
) -> None:
    press(desk, "p")
    said(desk, "pinned")
    desk.locator("#edit > summary").click()
    desk.get_by_label("Note, for editors alone").fill("Ask the exchange.")
    desk.route("**/note", lambda route: route.abort())
    desk.get_by_role("button", name="Write it down").click()
    said(desk, "did not answer")

    desk.get_by_role("button", name="Write it down").focus()
    press(desk, "u")

    said(desk, "undid action 1")


def test_what_one_did_can_be_undone_by_key_however_much_others_did_since(
    desk: Page, engine: Engine, placed: dict[str, str]
) -> None:
    press(desk, "p")
    said(desk, "pinned")
    program = Desk(engine, "a program", NOON)
    for number in range(12):
        program.note(placed["art_4"], f"Seen {number}.", EventStore(engine).versions([placed["art_4"]]))
    desk.goto(re.sub(r"done=\d+&?", "", desk.url))

    press(desk, "u")

    said(desk, "undid action 1")
