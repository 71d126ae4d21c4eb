"""Grades follow time and coverage by rows of their own in the log, without a new description or new context."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update

from cluster import regrading
from cluster.change import Change
from cluster.changes import change_events
from cluster.describe_stage import describe_events, relate_events
from cluster.event import ChangeType, Description, Level, Signal
from cluster.filter_store import EventFilter
from cluster.regrading import regrade
from cluster.saying_changes import SIGNAL_RANK
from cluster.signal_level import level, points
from cluster.store import MAX_ATTEMPTS, EventStore
from cluster.tables import events
from ingest.article import Article
from ingest.feed_status import Poll
from ingest.outcome import Outcome
from ingest.publishers import Listed, ListedFeed
from ingest.store import FeedStore, PublisherStore
from storage.engine import reading, writing
from tests.builders import make_article, make_publisher
from tests.integration.cluster.meanwhile import before_the_door_opens
from tests.integration.cluster.pipeline import place
from tests.integration.cluster.standing import desk_of, event_now

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
TEN = datetime(2026, 3, 4, 10, tzinfo=UTC)
EUROPE_ENDS = TEN + timedelta(hours=4, minutes=30)
TITLE = "Bitcoin exchange Corvane halts withdrawals after a breach"
FIRST = make_article("art_1", "ledgerpost", title=TITLE, published_at=TEN)
SECOND = make_article("art_2", "coinherald", title=TITLE, published_at=TEN)
THIRD = make_article("art_3", "blockgazette", title=TITLE, published_at=TEN + 4 * HOUR)
OUTLETS = ("alpha", "beta", "gamma", "delta")


def describe(engine: Engine, now: datetime) -> None:
    """Whatever is due, as the sweep finds it."""
    due = EventStore(engine).undescribed(limit=100)
    describe_events(due, engine=engine, now=now)
    relate_events(due, engine=engine, now=now)


def publish(engine: Engine, *articles: Article, now: datetime = TEN) -> dict[str, str]:
    """Everything from storing to related events; the event id of each article."""
    placed = place(engine, *articles, now=now)
    describe(engine, now)
    return placed


def others(count: int) -> list[Article]:
    """Reports of as many other happenings, at ten."""
    told = (
        ("Regulator opens a consultation on staking", "Comments are due by the end of May."),
        ("Perch raises $20 million", "Two funds led the round for the custodian."),
        ("Court dismisses the case against Ostrava", "The lender was cleared by a judge in Delaware."),
        ("Miners in Paraguay face a higher tariff", "The grid operator wants a third more for power."),
        ("Sovrin upgrades its oracle network", "Validators switch clients at block nine million."),
    )
    return [
        make_article(f"art_9{number}", title=title, text=text, published_at=TEN)
        for number, (title, text) in enumerate(told[:count])
    ]


@pytest.fixture
def event_id(engine: Engine) -> str:
    """An event with a high signal: two newsrooms on Bitcoin at ten, in the session that ends at half past two."""
    placed = publish(engine, FIRST, SECOND)
    assert len(set(placed.values())) == 1
    assert signal_of(engine, placed["art_1"]).level is Level.HIGH
    return placed["art_1"]


def said_by(engine: Engine, event_id: str) -> Description:
    description = event_now(engine, event_id).description
    assert description is not None
    return description


def signal_of(engine: Engine, event_id: str) -> Signal:
    return said_by(engine, event_id).signal


def coverage_of(engine: Engine, event_id: str) -> list[tuple[float, float]]:
    """What the reason says that is there when too few are reached, which is at most one."""
    found = [one for one in signal_of(engine, event_id).reasons if one.code == "coverage"]
    assert all((one.passed, one.points) == (False, 0) for one in found)
    return [(one.value, one.threshold) for one in found]


def log_of(engine: Engine, event_id: str) -> list[Change]:
    return [change for change in EventStore(engine).changes_after(0, 1000) if change.event_id == event_id]


def poll(engine: Engine, reached: int, at: datetime) -> None:
    """Of four publishers as many answer, and the others do not."""
    listed = [Listed(make_publisher(one), (ListedFeed(f"https://{one}.example/feed"),)) for one in OUTLETS]
    PublisherStore(engine).add(listed, at)
    for number, feed in enumerate(PublisherStore(engine).list()):
        outcome = Outcome.OK if number < reached else Outcome.TIMEOUT
        FeedStore(engine).record(feed.id, Poll(at, outcome, at + MINUTE))


def test_a_high_event_is_medium_once_it_is_fresh_no_more(engine: Engine, event_id: str) -> None:
    before, said = event_now(engine, event_id), said_by(engine, event_id)
    assert regrade(engine, TEN + 2 * HOUR - MINUTE) == 0

    assert regrade(engine, EUROPE_ENDS) == 1

    after, row = event_now(engine, event_id), log_of(engine, event_id)[-1]
    assert said_by(engine, event_id) == replace(said, signal=signal_of(engine, event_id))
    assert (signal_of(engine, event_id).level, signal_of(engine, event_id).as_of) == (Level.MEDIUM, EUROPE_ENDS)
    assert (row.type, row.by, row.at, row.fields) == (ChangeType.SIGNAL_CHANGED, "regrade", EUROPE_ENDS, ("signal",))
    assert (after.version, after.updated_at) == (before.version + 1, EUROPE_ENDS)
    assert [one.id for one in EventStore(engine).page(EventFilter(signal=Level.MEDIUM), "signal", 10)] == [event_id]


def test_it_asks_for_no_new_description_and_no_new_context(engine: Engine, event_id: str) -> None:
    assert regrade(engine, EUROPE_ENDS) == 1

    assert EventStore(engine).undescribed(limit=10) == []


def test_each_step_of_a_grade_is_one_row_and_the_last_one_is_final(engine: Engine, event_id: str) -> None:
    rows = len(log_of(engine, event_id))
    for half_hours in range(48):
        regrade(engine, TEN + half_hours * HOUR / 2)

    steps = log_of(engine, event_id)[rows:]
    assert [(change.type, change.at) for change in steps] == [
        (ChangeType.SIGNAL_CHANGED, TEN + 2 * HOUR),
        (ChangeType.SIGNAL_CHANGED, EUROPE_ENDS),
    ]


def test_regrading_twice_at_one_instant_changes_nothing(engine: Engine, event_id: str) -> None:
    regrade(engine, EUROPE_ENDS)
    log, event = log_of(engine, event_id), event_now(engine, event_id)

    assert regrade(engine, EUROPE_ENDS) == 0

    assert (log_of(engine, event_id), event_now(engine, event_id)) == (log, event)


@pytest.mark.parametrize("is_described", [False, True])
def test_an_event_that_changes_meanwhile_is_left_to_its_new_description(
    engine: Engine, event_id: str, is_described: bool
) -> None:
    publish_or_place: Callable[..., object] = publish if is_described else place
    with before_the_door_opens(engine, lambda: publish_or_place(engine, THIRD, now=EUROPE_ENDS)):
        assert regrade(engine, EUROPE_ENDS) == 0

    assert "regrade" not in {change.by for change in log_of(engine, event_id)}
    describe(engine, EUROPE_ENDS)
    assert len(said_by(engine, event_id).origins) == 3
    assert regrade(engine, EUROPE_ENDS) == 0
    assert signal_of(engine, event_id).level is Level.HIGH


def test_an_event_that_is_to_be_described_anew_is_not_graded_before(engine: Engine, event_id: str) -> None:
    place(engine, THIRD, now=EUROPE_ENDS)

    assert regrade(engine, EUROPE_ENDS) == 0


def test_an_event_that_broke_its_description_too_often_still_goes_stale(engine: Engine, event_id: str) -> None:
    place(engine, THIRD, now=EUROPE_ENDS)
    for _ in range(MAX_ATTEMPTS):
        EventStore(engine).begin_describing([event_id])

    assert regrade(engine, EUROPE_ENDS) == 1

    assert signal_of(engine, event_id).level is Level.MEDIUM
    assert EventStore(engine).undescribed(limit=10) == []


def test_an_event_that_was_merged_is_graded_no_more(engine: Engine, event_id: str) -> None:
    (other,) = publish(engine, *others(1)).values()
    desk_of(engine).merge(other, event_id, {})
    (gone,) = {other, event_id} - set(EventStore(engine).event_of(["art_1", "art_90"]).values())
    log = log_of(engine, gone)
    for _ in range(MAX_ATTEMPTS):
        EventStore(engine).begin_describing([gone])

    regrade(engine, EUROPE_ENDS)

    assert log_of(engine, gone) == log


def test_descriptions_that_cannot_be_read_keep_no_newer_event_from_its_grade(
    engine: Engine, event_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regrading, "BATCH", 1)
    monkeypatch.setattr(regrading, "BATCHES", 1)
    (other,) = publish(engine, replace(others(1)[0], published_at=TEN - HOUR)).values()
    with writing(engine) as connection:
        connection.execute(update(events).where(events.c.id == other).values(description="{}"))

    assert regrade(engine, EUROPE_ENDS) == 1

    assert signal_of(engine, event_id).level is Level.MEDIUM


@pytest.mark.parametrize("is_covered", [True, False])
def test_a_description_that_cannot_be_read_is_due_for_a_grade_once_only(
    engine: Engine, event_id: str, is_covered: bool
) -> None:
    unread = update(events).where(events.c.id == event_id)
    with writing(engine) as connection:
        connection.execute(unread.values(description="{}", covered=is_covered))
    log = log_of(engine, event_id)
    assert EventStore(engine).to_regrade(EUROPE_ENDS, False, 10) == [event_id]

    assert regrade(engine, EUROPE_ENDS) == 0

    assert [EventStore(engine).to_regrade(EUROPE_ENDS, is_poor, 10) for is_poor in (False, True)] == [[], []]
    assert log_of(engine, event_id) == log


def test_a_grade_given_while_an_event_is_described_is_not_undone_by_the_older_one(
    engine: Engine, event_id: str
) -> None:
    said = said_by(engine, event_id)
    # An attempt is counted first.
    with before_the_door_opens(engine, lambda: regrade(engine, EUROPE_ENDS), doors_before=1):
        assert describe_events([event_id], engine=engine, now=EUROPE_ENDS - HOUR) == []

    graded = signal_of(engine, event_id)
    assert (said.signal.level, graded.level, graded.as_of) == (Level.HIGH, Level.MEDIUM, EUROPE_ENDS)
    assert log_of(engine, event_id)[-1].by == "regrade"
    assert EventStore(engine).undescribed(limit=10) == [event_id]
    describe(engine, EUROPE_ENDS + MINUTE)
    assert signal_of(engine, event_id).says_the_same(graded)
    assert EventStore(engine).undescribed(limit=10) == []


def test_an_event_graded_by_a_clock_that_is_ahead_is_described_all_the_same(engine: Engine, event_id: str) -> None:
    regrade(engine, EUROPE_ENDS)
    place(engine, THIRD, now=TEN + 4 * HOUR)

    describe(engine, TEN + 4 * HOUR)

    assert len(said_by(engine, event_id).origins) == 3
    assert EventStore(engine).undescribed(limit=10) == []


def test_a_run_grades_so_many_and_the_next_one_goes_on(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regrading, "BATCH", 2)
    monkeypatch.setattr(regrading, "BATCHES", 2)
    assert len(set(publish(engine, *others(5)).values())) == 5

    assert [regrade(engine, EUROPE_ENDS) for _ in range(3)] == [4, 1, 0]


def test_the_clock_of_a_machine_that_is_behind_makes_nothing_fresh_again(engine: Engine, event_id: str) -> None:
    poll(engine, reached=1, at=EUROPE_ENDS)
    regrade(engine, EUROPE_ENDS)
    poll(engine, reached=4, at=EUROPE_ENDS)

    assert regrade(engine, EUROPE_ENDS - MINUTE) == 1

    assert signal_of(engine, event_id).level is Level.MEDIUM


def test_when_too_few_are_reached_what_is_new_says_so_and_what_was_stale_before_does_not(
    engine: Engine, event_id: str
) -> None:
    (stale,) = publish(engine, replace(others(1)[0], published_at=TEN - 24 * HOUR)).values()
    poll(engine, reached=4, at=TEN)
    assert regrade(engine, TEN + HOUR) == 0
    before = signal_of(engine, event_id)

    assert [regrade(engine, TEN + HOUR + minute * MINUTE) for minute in (1, 2)] == [1, 0]

    assert (coverage_of(engine, event_id), coverage_of(engine, stale)) == ([(0, 2)], [])
    assert (signal_of(engine, event_id).level, signal_of(engine, event_id).score) == (before.level, before.score)
    assert log_of(engine, event_id)[-1].type is ChangeType.SIGNAL_CHANGED


def test_what_goes_stale_unobserved_says_so_until_enough_are_reached_again(engine: Engine, event_id: str) -> None:
    poll(engine, reached=1, at=EUROPE_ENDS - MINUTE)
    assert regrade(engine, EUROPE_ENDS) == 1
    assert (signal_of(engine, event_id).level, coverage_of(engine, event_id)) == (Level.MEDIUM, [(1, 2)])
    assert regrade(engine, EUROPE_ENDS + MINUTE) == 0
    with change_events(engine, by="expire", at=EUROPE_ENDS) as ledger:
        ledger.close(event_id)

    poll(engine, reached=2, at=EUROPE_ENDS + MINUTE)

    assert [regrade(engine, EUROPE_ENDS + MINUTE) for _ in range(2)] == [1, 0]
    assert (signal_of(engine, event_id).level, coverage_of(engine, event_id)) == (Level.MEDIUM, [])


def test_what_is_described_while_too_few_are_reached_says_so_at_once(engine: Engine) -> None:
    poll(engine, reached=1, at=TEN)
    (event_id,) = set(publish(engine, FIRST, SECOND).values())

    assert (coverage_of(engine, event_id), signal_of(engine, event_id).level) == ([(1, 2)], Level.HIGH)
    poll(engine, reached=3, at=TEN + MINUTE)
    assert regrade(engine, TEN + MINUTE) == 1
    assert coverage_of(engine, event_id) == []


def test_every_stored_level_follows_from_its_reasons(engine: Engine, event_id: str) -> None:
    placed = publish(engine, *others(5))
    for hours in range(24):
        now = TEN + hours * HOUR
        if hours % 5 == 0:
            poll(engine, reached=hours % 4, at=now)
        if hours == 4:
            publish(engine, THIRD, now=now)
        regrade(engine, now)
        _levels_follow_from_reasons(engine, {event_id, *placed.values()})
    assert {change.by for change in EventStore(engine).changes_after(0, 1000)} == {"placing", "describe", "regrade"}


def _levels_follow_from_reasons(engine: Engine, event_ids: set[str]) -> None:
    with reading(engine) as connection:
        ranked = select(events.c.id, events.c.signal_rank, events.c.score, events.c.covered)
        rows = {row.id: row for row in connection.execute(ranked)}
    assert rows.keys() == event_ids
    for event_id, row in rows.items():
        signal = signal_of(engine, event_id)
        assert (level(signal.reasons), points(signal.reasons)) == (signal.level, signal.score)
        assert (row.signal_rank, row.score) == (SIGNAL_RANK[signal.level], signal.score)
        assert row.covered is signal.is_covered
