"""What the placing worker remembers between batches stays true: others change events, and transactions fail."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import cycle

import pytest
from sqlalchemy import Connection, Engine, event

from cluster.action import Link
from cluster.changes import change_events
from cluster.editing import Desk
from cluster.event import ChangeType, Status
from cluster.lease import LEASE_LASTS
from cluster.placing import Decided, Placer
from cluster.reading import Reading
from cluster.remembering import LOG_AT_ONCE, follow, load_window
from cluster.repair import repair
from cluster.store import EventStore
from cluster.window import WINDOW, Window
from ingest.store import ArticleStore
from tests.builders import NOON, make_article
from tests.integration.cluster.pipeline import NOW, fence, place, read, store

BREACH = make_article("art_1", "ledgerpost")
SAME = make_article("art_2", "coinherald", published_at=NOON + timedelta(minutes=30))
STAKING = {"title": "Regulator opens a consultation on staking", "text": "Comments are due by the end of May."}
TALK = make_article("art_3", "coinherald", **STAKING)
TALK_TOO = make_article("art_4", "ledgerpost", published_at=NOON + timedelta(hours=1), **STAKING)
LATER = NOON + timedelta(minutes=20)
LEAK = " ".join(f"Clerk {n} moved {n * 7} coins on the morning of the breach." for n in range(20))
ROUNDUP = make_article("art_5", "blockgazette", title="Daily roundup: Corvane halts withdrawals after a breach")


class ConnectionLost(Exception):
    """What a driver says when the server goes away."""


def lose_the_next_commit(engine: Engine) -> None:
    def lose(_: Connection) -> None:
        raise ConnectionLost

    event.listen(engine, "commit", lose, once=True)


def test_an_event_that_another_worker_opened_meanwhile_takes_the_next_report(engine: Engine) -> None:
    here, elsewhere = Placer(engine), Placer(engine)
    store(engine, BREACH, TALK, TALK_TOO)
    read(engine, ["art_1"])
    here.place_pending(fence(engine, "here"), NOW)

    read(engine, ["art_3"])
    elsewhere.place_pending(fence(engine, "elsewhere", NOW + LEASE_LASTS), NOW + LEASE_LASTS)
    read(engine, ["art_4"])
    here.place_pending(fence(engine, "here", NOW + 2 * LEASE_LASTS), NOW + 2 * LEASE_LASTS)

    placed = EventStore(engine).event_of(["art_1", "art_3", "art_4"])
    assert placed["art_3"] == placed["art_4"] != placed["art_1"]


def test_an_article_that_an_editor_moved_draws_the_next_report_to_where_it_is_now(engine: Engine) -> None:
    worker = Placer(engine)
    placed = place(engine, BREACH, TALK, placer=worker)
    Desk(engine, by="Ada", at=NOW).move(["art_3"], placed["art_1"], {})

    assert place(engine, TALK_TOO, placer=worker)["art_4"] == placed["art_1"]

    left = EventStore(engine).get(placed["art_3"])
    assert left is not None
    assert left.status is Status.MERGED


def test_what_breaks_off_while_the_window_is_brought_up_to_date_is_taken_up_by_the_next_try(engine: Engine) -> None:
    worker = Placer(engine)
    placed = place(engine, BREACH, TALK, placer=worker)
    Desk(engine, by="Ada", at=NOW).move(["art_3"], placed["art_1"], {})
    store(engine, TALK_TOO)
    read(engine, ["art_4"])
    number = fence(engine)

    def lose(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "members.article_id IN" in statement:
            raise ConnectionLost

    event.listen(engine, "before_cursor_execute", lose)
    with pytest.raises(ConnectionLost):
        worker.place_pending(number, NOW)
    event.remove(engine, "before_cursor_execute", lose)

    worker.place_pending(number, NOW)

    assert EventStore(engine).event_of(["art_4"])["art_4"] == placed["art_1"]


def test_an_event_that_repair_split_off_meanwhile_takes_the_next_report(engine: Engine) -> None:
    worker = Placer(engine)
    place(engine, BREACH, TALK, placer=worker)
    split_off = replace(EventStore(engine).placed(["art_3"])["art_3"], event_id="evt_split")
    with change_events(engine, by="repair", at=NOW) as ledger:
        ledger.regroup([split_off])

    assert place(engine, TALK_TOO, placer=worker)["art_4"] == "evt_split"


def test_what_a_failed_transaction_would_have_placed_is_forgotten(engine: Engine) -> None:
    worker = Placer(engine)
    place(engine, TALK, placer=worker)
    store(engine, BREACH)
    read(engine, ["art_1"])
    number = fence(engine)
    lose_the_next_commit(engine)
    with pytest.raises(ConnectionLost):
        worker.place_pending(number, NOW)
    assert EventStore(engine).event_of(["art_1"]) == {}

    worker.place_pending(number, NOW)

    event_id = EventStore(engine).event_of(["art_1"])["art_1"]
    log = [change.type for change in EventStore(engine).changes_after(0, 100) if change.event_id == event_id]
    assert log == [ChangeType.CREATED]
    assert place(engine, SAME, placer=worker)["art_2"] == event_id


def test_a_late_article_finds_an_event_of_its_own_days(engine: Engine) -> None:
    worker, days_later = Placer(engine), NOON + timedelta(days=5)
    known = place(engine, TALK)["art_3"]
    place(engine, make_article("art_9", "ledgerpost", published_at=days_later), placer=worker)

    assert place(engine, TALK_TOO, placer=worker)["art_4"] == known


@pytest.mark.parametrize("remembered", [True, False], ids=["remembered", "read back"])
def test_a_roundup_draws_no_report_to_it(engine: Engine, remembered: bool) -> None:
    worker = Placer(engine)
    roundup = place(engine, ROUNDUP, placer=worker)["art_5"]

    placed = place(engine, SAME, placer=worker if remembered else Placer(engine))["art_2"]

    assert placed != roundup
    assert place(engine, make_article("art_6", "ledgerpost"), placer=worker)["art_6"] == placed


def test_a_late_article_does_not_make_the_worker_forget_the_present(engine: Engine) -> None:
    worker, today = Placer(engine), NOON + timedelta(days=5)
    here = place(engine, make_article("art_8", "ledgerpost", published_at=today), placer=worker)["art_8"]
    place(engine, TALK, placer=worker)  # five days old

    late = make_article("art_9", "coinherald", published_at=today + timedelta(minutes=30))
    assert place(engine, late, placer=worker)["art_9"] == here


def test_who_acts_whenever_several_articles_are_decided_on_keeps_none_from_being_placed(engine: Engine) -> None:
    placed = place(engine, BREACH, SAME, TALK)
    ends = cycle([placed["art_3"], placed["art_1"]])

    class Disturbed(Placer):
        def _decide_in_time(self, waiting: Sequence[Reading], window: Window) -> list[Decided]:
            decided = super()._decide_in_time(waiting, window)
            if len(decided) > 1:
                Desk(engine, by="Ada", at=NOW).move(["art_2"], next(ends), {})
            return decided

    many = [make_article(f"art_m{number}", f"outlet{number}", **STAKING) for number in range(6)]

    assert len(place(engine, *many, placer=Disturbed(engine))) == len(many)


class TestFollowing:
    """A window that follows the log holds what one would that is loaded now."""

    def test_what_editors_did(self, engine: Engine) -> None:
        placed = place(engine, BREACH, SAME, TALK, TALK_TOO)
        window, seq = load_window(engine, NOON - WINDOW), _end(engine)
        desk = Desk(engine, by="Ada", at=NOW)
        desk.split(["art_4"], {})
        desk.merge(placed["art_1"], placed["art_3"], {})
        desk.link("art_1", "art_4", Link.CANNOT, {})
        desk.lock(EventStore(engine).event_of(["art_1"])["art_1"], {})

        assert follow(window, EventStore(engine).changes_after(seq, LOG_AT_ONCE), engine)

        _is_as_loaded(window, engine)

    def test_what_another_worker_placed(self, engine: Engine) -> None:
        ledger_first = make_article("art_6", "ledgerpost", text=f"{BREACH.text} {LEAK}")
        place(engine, make_article("art_7", "mirrorwire", text=f"{BREACH.text} {LEAK}", published_at=LATER), TALK)
        window, seq = load_window(engine, NOON - WINDOW), _end(engine)
        place(engine, ledger_first, TALK_TOO, ROUNDUP)

        assert follow(window, EventStore(engine).changes_after(seq, LOG_AT_ONCE), engine)

        assert window.originals["art_7"] == "art_6"  # which came late
        _is_as_loaded(window, engine)

    def test_what_was_taken_back_is_not_followed(self, engine: Engine) -> None:
        place(engine, BREACH, SAME)
        window, seq = load_window(engine, NOON - WINDOW), _end(engine)
        with change_events(engine, by="withdrawal", at=NOW) as ledger:
            ledger.withdraw(["art_2"])

        assert not follow(window, EventStore(engine).changes_after(seq, LOG_AT_ONCE), engine)


def _end(engine: Engine) -> int:
    last = EventStore(engine).last_change()
    assert last is not None
    return last.seq


def _is_as_loaded(followed: Window, engine: Engine) -> None:
    loaded = load_window(engine, followed.start)
    ids = {change.event_id for change in EventStore(engine).changes_after(0, LOG_AT_ONCE)}
    gone = ids - set(EventStore(engine).event_of(list(loaded.rows)).values())
    assert _standing(followed) == _standing(loaded)
    assert followed.originals == loaded.originals
    assert followed.held.locked == loaded.held.locked
    assert all(followed.held.has(event_id) for event_id in loaded.event_ids)
    assert not any(followed.held.has(event_id) for event_id in gone)
    for article_id in loaded.rows:
        assert followed.held.bound_to(article_id) == loaded.held.bound_to(article_id)
        assert followed.held.barred_from(article_id) == loaded.held.barred_from(article_id)
    event_ids, groups = followed.groups()
    assert [event_ids[group] for group in groups] == followed.event_ids


def _standing(window: Window) -> dict[str, str]:
    return {one.article_id: event_id for one, event_id in zip(window.readings, window.event_ids, strict=True)}


def test_an_article_whose_text_was_revised_draws_the_next_report_by_what_it_says_now(engine: Engine) -> None:
    worker = Placer(engine)
    revised = place(engine, BREACH, placer=worker)["art_1"]
    assert ArticleStore(engine).revise(replace(BREACH, title=TALK.title, text=TALK.text), NOON)
    read(engine, ["art_1"])
    repair(engine, NOW)

    assert place(engine, TALK, placer=worker)["art_3"] == revised
