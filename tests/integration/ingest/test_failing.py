"""A feed that fails is asked ever less often, by how bad it is, and one that is gone for good is let go."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from ingest.answer import WHOLE_EVERY
from ingest.failing import GONE_FAILURES, HARD_AFTER, Grade
from ingest.feed_status import FeedStatus, OffBecause, State, state
from ingest.outcome import Outcome
from ingest.schedule import JITTER_SHARE, LONGEST
from ingest.store import ArticleStore, PublisherStore
from tests.builders import NOON
from tests.integration.ingest.newsroom import Newsroom, frozen, listed, newsroom, poll, status_of

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def polled(engine: Engine, room: Newsroom, now: datetime) -> FeedStatus:
    """The feed after a poll at an instant, whenever it was due."""
    listed(engine, [room], now)
    PublisherStore(engine).make_due([1], now)
    poll(engine, [room], frozen(now))
    return status_of(engine, room)


@pytest.mark.parametrize(
    ("status", "grade", "waits"),
    [
        (500, Grade.TEMPORARY, [5 * MINUTE, 10 * MINUTE, 15 * MINUTE]),
        (429, Grade.TEMPORARY, [5 * MINUTE, 10 * MINUTE, 15 * MINUTE]),
        (404, Grade.SOFT, [15 * MINUTE, 30 * MINUTE, 45 * MINUTE]),
        (206, Grade.SOFT, [15 * MINUTE, 30 * MINUTE, 45 * MINUTE]),
        (410, Grade.HARD, [HOUR, 2 * HOUR]),
    ],
)
def test_failures_wait_longer_one_by_one(engine: Engine, status: int, grade: Grade, waits: list[timedelta]) -> None:
    with newsroom([NOON]) as room:
        room.status = status
        for number, wait in enumerate(waits):
            feed = polled(engine, room, NOON + number * HOUR)

            assert (feed.grade, feed.failures, feed.failing_since) == (grade, number + 1, NOON)
            assert feed.next_poll_at - NOON - number * HOUR == wait


@pytest.mark.parametrize("status", [401, 403, 404])
def test_what_is_refused_for_days_is_asked_once_a_day_at_last(engine: Engine, status: int) -> None:
    with newsroom([NOON]) as room:
        room.status = status
        for number in range(30):
            feed = polled(engine, room, NOON + number * HARD_AFTER / 29)

    assert (feed.grade, feed.enabled) == (Grade.HARD, True)
    assert feed.next_poll_at == NOON + HARD_AFTER + 24 * HOUR


def test_a_feed_that_answers_again_has_failed_for_no_time(engine: Engine) -> None:
    with newsroom([NOON]) as room:
        room.status = 500
        polled(engine, room, NOON)
        room.status = 200
        feed = polled(engine, room, NOON + HOUR)

    assert (feed.failures, feed.failing_since, feed.grade) == (0, None, None)


def test_a_feed_that_is_gone_for_good_is_turned_off_with_the_reason(engine: Engine) -> None:
    with newsroom([NOON]) as room:
        polled(engine, room, NOON - HOUR)
        room.status = 410
        for number in range(GONE_FAILURES):
            assert status_of(engine, room).enabled
            feed = polled(engine, room, NOON + number * HOUR)
        asked = len(room.asked)
        polled(engine, room, NOON + 30 * HARD_AFTER)

    assert (feed.enabled, feed.off_because, state(feed, NOON)) == (False, OffBecause.GONE, State.GONE)
    assert len(room.asked) == asked
    assert ArticleStore(engine).count() == 1


def test_a_feed_that_is_turned_on_again_starts_afresh(engine: Engine) -> None:
    with newsroom([NOON]) as room:
        room.status = 410
        for number in range(GONE_FAILURES):
            polled(engine, room, NOON + number * HOUR)
        PublisherStore(engine).switch([1], True, NOON + 9 * HOUR)
        feed = polled(engine, room, NOON + 9 * HOUR)

    assert (feed.enabled, feed.off_because, feed.failures) == (True, None, 1)


def test_a_304_is_believed_for_a_day_at_most(engine: Engine) -> None:
    with newsroom([NOON]) as room:
        room.etag = '"for ever"'
        assert polled(engine, room, NOON).interval == 10 * MINUTE
        room.published += [NOON]
        assert polled(engine, room, NOON + WHOLE_EVERY - 15 * MINUTE).last_outcome is Outcome.NOT_MODIFIED
        assert ArticleStore(engine).count() == 1

        assert polled(engine, room, NOON + WHOLE_EVERY - MINUTE).last_outcome is Outcome.OK
        assert ArticleStore(engine).count() == 2
        assert polled(engine, room, NOON + WHOLE_EVERY).last_outcome is Outcome.NOT_MODIFIED


def test_a_304_to_a_daily_poll_is_not_believed_for_two_days(engine: Engine) -> None:
    with newsroom([NOON - 30 * LONGEST * number for number in range(4)]) as room:
        room.etag = '"for ever"'
        assert polled(engine, room, NOON).interval == LONGEST
        assert polled(engine, room, NOON + HOUR).last_outcome is Outcome.NOT_MODIFIED
        room.published += [NOON]
        polled(engine, room, NOON + LONGEST / (1 + JITTER_SHARE))  # as early as a daily poll may be

    assert ArticleStore(engine).count() == 2


def test_a_304_that_nobody_asked_for_is_a_failure(engine: Engine) -> None:
    with newsroom([NOON]) as room:
        room.status = 304
        feed = polled(engine, room, NOON)

    assert (feed.last_outcome, feed.failures, feed.was_read) == (Outcome.NO_CONTENT, 1, False)


def test_a_feed_is_left_alone_in_the_hours_and_on_the_days_that_it_names(engine: Engine) -> None:
    hours = "".join(f"<hour>{hour}</hour>" for hour in range(12, 18))
    with newsroom([NOON]) as room:  # a Wednesday
        room.channel = f"<skipHours>{hours}</skipHours><skipDays><day>Thursday</day></skipDays>"
        read = polled(engine, room, NOON)
        unchanged = polled(engine, room, NOON + HOUR)
        evening = polled(engine, room, NOON + 11 * HOUR + 58 * MINUTE)
        room.status = 500
        failed = polled(engine, room, NOON + 2 * HOUR)

    assert read.next_poll_at == unchanged.next_poll_at == failed.next_poll_at == NOON + 6 * HOUR
    assert evening.next_poll_at == NOON + 11 * HOUR + 58 * MINUTE + 24 * HOUR
