"""As time passes no grade rises, and each holds exactly as long as it says."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cluster.describing import draft
from cluster.event import Level, Signal
from cluster.report import Report
from cluster.roles import that_count
from cluster.signal_level import Published, graded_until, regraded
from ingest.article import Standing
from ingest.coverage import Coverage
from tests.builders import NOON, make_publisher
from tests.unit.cluster.reports import UNPOLLED, describe, make_report

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LEVELS = [Level.LOW, Level.MEDIUM, Level.HIGH]
DAYS = [
    datetime(2026, 3, 8, tzinfo=UTC),  # New York turns its clocks
    datetime(2026, 3, 29, tzinfo=UTC),  # London does
    datetime(2026, 10, 25, tzinfo=UTC),  # London turns them back
    datetime(2026, 11, 1, tzinfo=UTC),  # New York does
    datetime(2026, 7, 15, tzinfo=UTC),
]
EVENTS_A_DAY = 8
POOR = Coverage(reached=3, polled=10)


def made_up(chance: random.Random, day: datetime) -> tuple[Report, ...]:
    """Reports of up to six outlets, a few hours apart on a day or the one before, copies among them."""
    began = (day - NOON) / MINUTE + chance.randrange(-600, 1440)
    minutes = [began + chance.choice([0, 20, 90, 170, 400]) + chance.randrange(60) for _ in range(chance.randint(1, 6))]
    return tuple(
        make_report(
            f"r{number}",
            f"outlet-{chance.randrange(6)}",
            minutes=at,
            copy_of="r0" if number and chance.random() < 0.2 else None,
            title="Bitcoin drops below a round number",
            text=f"Bitcoin fell, says desk {number}.",
        )
        for number, at in enumerate(minutes)
    )


def last_published(reports: Sequence[Report]) -> datetime:
    return max(report.article.published_at for report in reports)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_a_grade_holds_until_the_first_later_minute_at_which_it_differs(day: datetime) -> None:
    chance, changes = random.Random(day.toordinal()), 0
    for _ in range(EVENTS_A_DAY):
        reports = made_up(chance, day)
        published, now = draft(reports).published, last_published(reports)
        signal = describe(reports, now).signal
        while (until := graded_until(published, now)) is not None:
            now, signal = first_other(signal, published, now)
            assert until == now
            changes += 1
        assert all(signal.says_the_same(at_minute(signal, published, now, later)) for later in range(0, 1440, 5))
    assert changes >= EVENTS_A_DAY


def first_other(signal: Signal, published: Published, now: datetime) -> tuple[datetime, Signal]:
    """The first later minute at which a signal says something else, and what."""
    later = (at_minute(signal, published, now, minutes) for minutes in range(1, 1440))
    other = next(one for one in later if not one.says_the_same(signal))
    return other.as_of, other


def at_minute(signal: Signal, published: Published, now: datetime, minutes: int) -> Signal:
    return regraded(signal, published, UNPOLLED, now + minutes * MINUTE)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_no_later_instant_raises_a_grade_whatever_is_reached(day: datetime) -> None:
    chance = random.Random(day.toordinal())
    for _ in range(EVENTS_A_DAY):
        reports = made_up(chance, day)
        published, now = draft(reports).published, last_published(reports)
        signal = describe(reports, now).signal
        for _ in range(200):
            now += chance.randrange(1, 30) * MINUTE
            later = regraded(signal, published, chance.choice([UNPOLLED, POOR]), now)
            assert LEVELS.index(later.level) <= LEVELS.index(signal.level)
            assert later.score <= signal.score
            signal = later


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_graded_anew_is_as_described_anew(day: datetime) -> None:
    chance = random.Random(day.toordinal())
    for _ in range(EVENTS_A_DAY):
        reports = made_up(chance, day)
        published, now = draft(reports).published, last_published(reports)
        signal = describe(reports, now, coverage=chance.choice([UNPOLLED, POOR])).signal
        later, coverage = now + chance.randrange(1, 900) * MINUTE, chance.choice([UNPOLLED, POOR])

        assert regraded(signal, published, coverage, later) == describe(reports, later, coverage=coverage).signal


def test_a_publisher_that_becomes_established_later_raises_no_grade() -> None:
    first, second = (
        make_report(name, make_publisher(name, standing=Standing.UNRATED), minutes=minutes)
        for name, minutes in (("alpha", 0), ("beta", 230))
    )
    found, now = draft([first, second]), NOON + 235 * MINUTE
    signal = describe([first, second], now).signal
    assert signal.score == 0
    trusted = replace(second, article=replace(second.article, publisher=make_publisher("beta")))
    counted = that_count([first, trusted], found.roles)

    later = regraded(signal, [[one.article.published_at] for one in counted], UNPOLLED, now + MINUTE)

    assert [one.article.id for one in counted] == ["beta"]
    assert (later.level, later.score) == (signal.level, 0)


def test_an_event_of_copies_and_releases_alone_is_never_due() -> None:
    assert graded_until([], NOON) is None


@pytest.mark.parametrize(
    ("published", "graded", "until"),
    [
        ("09:00", "10:59", "11:00"),  # it was a new source for two hours
        ("09:00", "11:00", "14:30"),  # and the news of the European session
        ("09:00", "14:30", None),
        ("13:00", "14:29", "14:30"),  # of which three hours outlast the end
        ("13:00", "14:30", "15:00"),
        ("13:00", "15:00", "16:00"),
        ("13:00", "16:00", None),
    ],
)
def test_a_grade_ends_to_the_instant(published: str, graded: str, until: str | None) -> None:
    def at(clock: str) -> datetime:
        return datetime.fromisoformat(f"2026-01-15T{clock}:00Z")

    assert graded_until([[at(published)]], at(graded)) == (at(until) if until else None)
