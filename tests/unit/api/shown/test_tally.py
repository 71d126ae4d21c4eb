"""What was shown is counted in memory, however many names somebody makes up."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from api.shown.tally import NAMES, NAMES_OF_ONE, OTHER, Tally
from tests.unit.api.builders import NOON

LATER = NOON + timedelta(hours=1)


def test_what_was_counted_is_taken_once() -> None:
    tally = Tally()
    for site in ("a.example", "b.example", "a.example"):
        tally.count("evt_1", site)

    assert tally.take(NOON) == {("evt_1", "a.example"): 2, ("evt_1", "b.example"): 1}
    assert tally.take(NOON) == {}


def test_however_many_hosts_are_made_up_they_take_the_room_of_a_hundred_until_the_next_hour() -> None:
    tally = Tally()
    tally.take(NOON)
    for number in range(100_000):
        tally.count("evt_1", f"{number}.example")
    tally.count("evt_2", "late.example")
    taken = tally.take(NOON)

    assert taken["evt_1", OTHER] == 100_000 - NAMES_OF_ONE
    assert taken["evt_2", "late.example"] == 1
    assert len(taken) == NAMES_OF_ONE + 2
    tally.count("evt_1", "late.example")
    assert tally.take(LATER) == {("evt_1", OTHER): 1}
    tally.count("evt_1", "late.example")
    assert tally.take(LATER) == {("evt_1", "late.example"): 1}


def test_events_without_end_leave_what_was_known_before_them_counted() -> None:
    tally = Tally()
    tally.count("evt_1", "a.example")
    for number in range(2 * NAMES):
        tally.count(f"evt_many{number}", "a.example")
    tally.count("evt_1", "a.example")
    taken = tally.take(NOON)

    assert taken["evt_1", "a.example"] == 2
    assert len(taken) == NAMES


def test_what_could_not_be_written_is_counted_with_what_came_meanwhile() -> None:
    tally = Tally()
    tally.count("evt_1", "a.example")
    taken = tally.take(NOON)
    tally.count("evt_1", "a.example")
    tally.put_back(taken)

    assert tally.take(NOON) == {("evt_1", "a.example"): 2}


def test_no_count_is_lost_between_threads() -> None:
    tally, taken = Tally(), Counter[tuple[str, str]]()

    def count_all() -> None:
        for _ in range(20_000):
            tally.count("evt_1", "a.example")

    with ThreadPoolExecutor(4) as threads:
        for _ in range(4):
            threads.submit(count_all)
        for _ in range(50):
            taken.update(tally.take(NOON))
    taken.update(tally.take(NOON))

    assert taken == {("evt_1", "a.example"): 80_000}
