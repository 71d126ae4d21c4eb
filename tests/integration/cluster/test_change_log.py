"""Who follows the log from a cursor misses nothing, whoever writes at the same time."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from sqlalchemy import Engine, delete

from cluster.change_log import Span, Stretch, Wanted
from cluster.change_log_store import ChangeLogStore
from cluster.changes import change_events
from cluster.event import ChangeType, Level
from cluster.tables import changes
from storage.engine import writing
from tests.ending import beside
from tests.integration.api.seeding import seed_event, seed_many
from tests.integration.cluster.pipeline import NOW
from tests.unit.api.builders import make_full_event

WRITERS, CHANGES_EACH = 4, 12


class Abandoned(Exception):
    """A change that was begun and not made."""


def lock_and_unlock(engine: Engine, event_id: str, times: int) -> None:
    """Changes an event that often; every third change takes its numbers and is rolled back."""
    for number in range(times):
        try:
            with change_events(engine, by="Ada", at=NOW) as ledger:
                ledger.lock(event_id, number % 2 == 0)
                if number % 3 == 0:
                    raise Abandoned
        except Abandoned:
            pass


def test_a_follower_misses_no_change_of_several_writers(engine: Engine) -> None:
    ids = seed_many(engine, WRITERS)
    log = ChangeLogStore(engine)
    begin = log.span().newest
    seen, are_done = list[int](), threading.Event()

    def follow() -> None:
        position, last_look = begin, False
        while not last_look:
            last_look = are_done.is_set()
            for one in log.after(position, 7):
                seen.append(one.change.seq)
                position, last_look = one.change.seq, False

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        following = pool.submit(follow)
        try:
            for writing_one in [pool.submit(lock_and_unlock, engine, event_id, CHANGES_EACH) for event_id in ids]:
                writing_one.result()
        finally:
            are_done.set()  # the pool waits for who follows
        following.result()

    committed = [one.change.seq for one in log.after(begin, 1000)]
    assert len(committed) == WRITERS * CHANGES_EACH * 2 // 3
    assert seen == committed


def test_a_number_is_taken_only_when_all_lesser_ones_can_be_seen(engine: Engine) -> None:
    first, second = seed_many(engine, 2)
    log = ChangeLogStore(engine)
    begin = log.span().newest
    is_through = threading.Event()

    def change_quickly() -> None:
        lock_and_unlock(engine, second, 2)
        is_through.set()

    with ExitStack() as meanwhile, change_events(engine, by="Ada", at=NOW) as slow:
        slow.lock(first, True)
        meanwhile.enter_context(beside(change_quickly))
        assert not is_through.wait(0.2)
        assert log.after(begin, 10) == []

    assert [one.change.event_id for one in log.after(begin, 10)] == [first, second]


def test_a_row_stands_beside_what_its_event_is_about(engine: Engine) -> None:
    seed_event(engine, make_full_event())

    found = ChangeLogStore(engine).after(0, 10)

    assert found[0].change.type is ChangeType.CREATED
    (subject,) = {one.subject for one in found}
    assert (subject.assets, subject.level) == (frozenset({"BTC"}), Level.HIGH)
    assert "derivatives" in subject.themes


def test_the_span_is_of_what_is_kept(engine: Engine) -> None:
    log = ChangeLogStore(engine)
    assert log.span() == Span(0, 0)

    seed_many(engine, 3)
    newest = log.span().newest
    with writing(engine) as connection:
        connection.execute(delete(changes).where(changes.c.seq < newest))

    assert log.span() == Span(newest, newest)


def test_a_stretch_has_what_is_wanted_and_says_how_far_it_was_looked_for(engine: Engine) -> None:
    _, second = seed_many(engine, 2)
    log = ChangeLogStore(engine)
    rows = log.after(0, 100)
    newest = log.span().newest
    created = Wanted(types=frozenset({ChangeType.CREATED}))

    of_second = log.stretch(0, 10, Wanted(event_id=second))
    assert [one.change.event_id for one in of_second.rows] == [second] * (len(rows) // 2)
    assert of_second.reached == newest
    assert log.stretch(0, 1, created) == Stretch((rows[0],), rows[0].change.seq)
    assert log.stretch(0, 10, created).reached == newest
    assert log.stretch(0, 2, Wanted(asset="DOGE")) == Stretch((), rows[1].change.seq)
    assert log.stretch(newest, 10, Wanted()) == Stretch((), newest)
    assert log.stretch(newest + 5, 10, Wanted()).reached == newest + 5
