"""How a feed is polled again: by its rhythm, as its publisher asks, and without losing what time ran out on."""

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from ingest.article import Article
from ingest.entry_store import MAX_ATTEMPTS
from ingest.extracting import PAGE_DEADLINE
from ingest.host_store import LONGEST_REST, HostStore
from ingest.outcome import Outcome
from ingest.parser import LIMIT, Parser
from ingest.polling import BEGINS_WITHIN, LONGEST_POLLING, POLLING_KILLED_AFTER, READS_WITHIN
from ingest.refreshing import FEED_DEADLINE
from ingest.schedule import LONGEST
from ingest.store import CLAIMED_FOR, ArticleStore, FeedStore, PublisherStore
from ingest.taking import ANNOUNCED_AT_ONCE
from ingest.turns import Turns
from ingest.urls import host_of
from tests.builders import NOON
from tests.ending import process
from tests.integration.ingest.newsroom import (
    Newsroom,
    Spent,
    Stumbling,
    entry,
    frozen,
    listed,
    newsroom,
    outcomes,
    poll,
    status_of,
)
from tests.integration.read_only import read_only_at

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
HALF_HOURLY = [NOON - 30 * MINUTE * number for number in range(12)]


def ticking(start: datetime) -> Callable[[], datetime]:
    """A clock on which every look takes 5 seconds, so that a poll has time for a few entries only."""
    looks = count()
    return lambda: start + 5 * SECOND * next(looks)


def test_a_feed_is_polled_by_its_own_rhythm_once_that_has_proved_itself(engine: Engine) -> None:
    with newsroom(HALF_HOURLY) as room:
        listed(engine, [room], NOON)
        poll(engine, [room], frozen(NOON))
        first = status_of(engine, room)
        room.published.append(NOON + 30 * MINUTE)
        poll(engine, [room], frozen(NOON + 30 * MINUTE))

    second = status_of(engine, room)
    assert first.interval == second.interval == 10 * MINUTE
    assert 5 * MINUTE <= first.next_poll_at - NOON <= 6 * MINUTE
    assert 10 * MINUTE <= second.next_poll_at - NOON - 30 * MINUTE <= 11 * MINUTE
    assert (first.last_new_at, second.last_new_at) == (NOON, NOON + 30 * MINUTE)
    assert second.last_http_status == 200


def test_a_304_keeps_the_interval_and_the_time_of_the_last_news(engine: Engine) -> None:
    with newsroom(HALF_HOURLY) as room:
        listed(engine, [room], NOON)
        poll(engine, [room], frozen(NOON))
        poll(engine, [room], frozen(NOON + 10 * MINUTE))

    status = status_of(engine, room)
    assert (status.last_outcome, status.last_http_status) == (Outcome.NOT_MODIFIED, 304)
    assert (status.interval, status.last_new_at) == (10 * MINUTE, NOON)


def test_a_feed_that_wants_to_be_asked_less_is_asked_half_as_often(engine: Engine) -> None:
    with newsroom(HALF_HOURLY) as room:
        room.channel = "<ttl>1440</ttl>"
        listed(engine, [room], NOON)
        poll(engine, [room], frozen(NOON))

    assert status_of(engine, room).interval == 20 * MINUTE


@pytest.mark.parametrize(("status", "wait"), [(429, 40 * MINUTE), (503, 40 * MINUTE), (500, 5 * MINUTE)])
def test_a_publisher_that_names_a_time_is_not_asked_before(engine: Engine, status: int, wait: timedelta) -> None:
    with newsroom(HALF_HOURLY) as room:
        room.status, room.headers = status, {"Retry-After": "2400"}
        listed(engine, [room], NOON)
        poll(engine, [room], frozen(NOON))

    failed = status_of(engine, room)
    assert failed.next_poll_at == NOON + wait
    assert (failed.failures, failed.last_http_status, failed.last_success_at) == (1, status, None)


def test_what_a_polls_time_was_too_short_for_is_taken_up_by_the_next_at_once(engine: Engine) -> None:
    new: list[str] = []
    with newsroom(HALF_HOURLY) as room:
        listed(engine, [room], NOON)
        start = NOON
        while len(new) < len(HALF_HOURLY):
            part = poll(engine, [room], ticking(start))
            status = status_of(engine, room)
            assert 0 < len(part) < len(HALF_HOURLY)
            assert status.last_outcome is Outcome.OK
            assert status.last_poll_at is not None
            new += part
            is_whole = status.next_poll_at > status.last_poll_at
            assert is_whole == status.was_read == (status.etag is not None)
            start = status.last_poll_at

    assert len(set(new)) == ArticleStore(engine).count() == len(HALF_HOURLY)
    assert sorted(room.pages_asked) == sorted(f"/{number}" for number in range(len(HALF_HOURLY)))


def test_nothing_of_polling_holds_a_worker_for_more_than_a_minute() -> None:
    assert FEED_DEADLINE + LIMIT <= BEGINS_WITHIN  # what a feed takes leaves time to begin a page
    assert BEGINS_WITHIN + PAGE_DEADLINE < READS_WITHIN < LONGEST_POLLING < POLLING_KILLED_AFTER
    assert POLLING_KILLED_AFTER + SECOND <= MINUTE < CLAIMED_FOR


def test_a_feed_that_no_time_was_left_to_read_is_due_at_once_and_has_not_failed(engine: Engine) -> None:
    with newsroom(HALF_HOURLY) as room:
        listed(engine, [room], NOON)
        assert poll(engine, [room], frozen(NOON), reads_pages=lambda: Parser(lasts=timedelta())) == []
        status = status_of(engine, room)
        assert len(poll(engine, [room], frozen(NOON))) == len(HALF_HOURLY)

    assert (status.last_outcome, status.failures, status.next_poll_at) == (Outcome.NO_TIME, 0, NOON)


def test_entries_that_no_time_was_left_to_read_are_left_as_they_were(engine: Engine) -> None:
    with newsroom(HALF_HOURLY) as room:
        listed(engine, [room], NOON)
        for _ in range(MAX_ATTEMPTS + 1):
            assert poll(engine, [room], frozen(NOON), reads_pages=Spent) == []
        assert status_of(engine, room).next_poll_at == NOON
        assert len(poll(engine, [room], frozen(NOON))) == len(HALF_HOURLY)

    found = ArticleStore(engine).page(limit=100)
    assert all(len(one.text) > 500 for one in found)  # each by its page
    assert PublisherStore(engine).outcomes()["entry", Outcome.STORED] == len(HALF_HOURLY)


def test_a_later_poll_that_ran_out_of_time_takes_old_entries_for_news_all_the_same(engine: Engine) -> None:
    with newsroom(HALF_HOURLY) as room:
        listed(engine, [room], NOON)
        poll(engine, [room], frozen(NOON))
        room.published += [NOON - timedelta(days=30)] * 12
        start = NOON + LONGEST
        for _ in range(12):
            poll(engine, [room], ticking(start))
            start += 10 * BEGINS_WITHIN

    assert PublisherStore(engine).outcomes()["entry", Outcome.STORED] == 24


def test_known_entries_cost_no_request_and_no_write(engine: Engine) -> None:
    class Counting(FeedStore):
        begun = 0

        def begin_entry(self, feed_id: int, guid_hash: str, *marks: Any) -> Outcome | None:
            self.begun += 1
            return super().begin_entry(feed_id, guid_hash, *marks)

    feeds = Counting(engine)
    with newsroom(HALF_HOURLY) as room:
        listed(engine, [room], NOON)
        poll(engine, [room], frozen(NOON), feeds=feeds)
        room.published.append(NOON)
        poll(engine, [room], frozen(NOON + LONGEST), feeds=feeds)

    assert feeds.begun == len(HALF_HOURLY) + 1
    assert len(room.pages_asked) == len(HALF_HOURLY) + 1


def test_a_slow_newsroom_keeps_nobody_elses_news_waiting(engine: Engine) -> None:
    with newsroom(HALF_HOURLY[:1]) as slow, newsroom(HALF_HOURLY[:ANNOUNCED_AT_ONCE] * 2) as quick:
        slow.hold.clear()
        told: list[int] = []

        def announce(article_ids: Sequence[str]) -> None:
            told.append(len(article_ids))
            if sum(told) == len(quick.published):
                threading.Timer(0.2, slow.hold.set).start()  # the quick poll ends before the slow page comes

        listed(engine, [slow, quick], NOON)
        poll(engine, [slow, quick], frozen(NOON), announce)

    assert told == [ANNOUNCED_AT_ONCE, ANNOUNCED_AT_ONCE, 1]


def impatient(engine: Engine) -> Turns:
    """Turns by whose clock each poll's time is up already: what is not free at once never comes."""
    return Turns(HostStore(engine), frozen(NOON + LONGEST))


def hold(engine: Engine, room: Newsroom) -> None:
    """Another worker is asking the newsroom something and will be for long."""
    HostStore(engine).take(host_of(room.url), "another", NOON, NOON + 2 * LONGEST)


def test_a_feed_whose_host_is_busy_with_our_requests_is_due_again_at_once(engine: Engine) -> None:
    with newsroom(HALF_HOURLY) as room:
        listed(engine, [room], NOON)
        hold(engine, room)
        poll(engine, [room], frozen(NOON), turns=impatient(engine))

    status = status_of(engine, room)
    assert (status.last_outcome, status.failures, status.next_poll_at) == (Outcome.NO_TURN, 0, NOON)
    assert room.asked == []


def test_an_entry_that_waits_in_vain_for_its_pages_host_is_not_given_up(engine: Engine) -> None:
    with newsroom(HALF_HOURLY[:1]) as room, newsroom([]) as site:
        room.pages_at = site.address
        listed(engine, [room], NOON)
        hold(engine, site)
        for _ in range(MAX_ATTEMPTS + 1):
            HostStore(engine).forget(NOON + LONGEST + timedelta(seconds=1))  # the room's rest is over
            assert poll(engine, [room, site], frozen(NOON), turns=impatient(engine)) == []
        assert len(poll(engine, [room, site], frozen(NOON))) == 1

    assert site.pages_asked == ["/0"]


@pytest.fixture
def sites(engine: Engine) -> Iterator[tuple[Newsroom, Newsroom, Newsroom]]:
    """A feed, and two sites with a page each that it has listed; what they permit is known."""
    with newsroom([]) as room, newsroom([]) as site, newsroom([]) as other:
        listed(engine, [room], NOON)
        room.entries = entry(f"{site.home}/a", "<title>A</title>") + entry(f"{other.home}/a", "<title>B</title>")
        assert len(poll(engine, [room, site, other], frozen(NOON))) == 2
        room.entries = entry(f"{site.home}/b") + entry(f"{site.home}/c") + entry(f"{other.home}/d")
        yield room, site, other


def rest(engine: Engine, site: Newsroom, since: datetime, until: datetime) -> None:
    HostStore(engine).take(host_of(site.url), "another", since, since + MINUTE)
    HostStore(engine).release(host_of(site.url), "another", since)
    HostStore(engine).rest(host_of(site.url), until)


def test_a_host_that_asks_us_to_wait_keeps_no_news_for_longer_than_two_tries(
    engine: Engine, sites: tuple[Newsroom, Newsroom, Newsroom]
) -> None:
    room, site, other = sites
    now, again = NOON + 60 * MINUTE, NOON + 60 * MINUTE + LONGEST_REST
    rest(engine, site, now, now + LONGEST_REST)

    (new,) = poll(engine, sites, frozen(now), turns=Turns(HostStore(engine), frozen(now)))

    assert ArticleStore(engine).get_many([new])[new].url == f"{other.home}/d"
    assert status_of(engine, room).next_poll_at == again
    rest(engine, site, again, again + LONGEST_REST)  # it asked once more
    late = poll(engine, sites, frozen(again), turns=Turns(HostStore(engine), frozen(again)))
    urls = sorted(one.url for one in ArticleStore(engine).get_many(late).values())
    assert urls == [f"{site.home}/b", f"{site.home}/c"]
    assert outcomes(engine, "page") == {Outcome.OK: 3, Outcome.NO_TURN: 4}
    assert site.pages_asked == ["/a"]


def test_the_pace_that_a_host_asks_for_costs_no_article_its_text_and_holds_up_no_other(
    engine: Engine, sites: tuple[Newsroom, Newsroom, Newsroom]
) -> None:
    room, site, other = sites
    now = NOON + 60 * MINUTE
    late = now + BEGINS_WITHIN - 5 * SECOND
    rest(engine, site, late, late + 8 * SECOND)
    starts = iter([now, now])  # the claim, the poll's beginning
    feeds_turn = iter([now] * 3)

    (new,) = poll(
        engine, sites, lambda: next(starts, late), turns=Turns(HostStore(engine), lambda: next(feeds_turn, late))
    )

    assert ArticleStore(engine).get_many([new])[new].url == f"{other.home}/d"
    assert status_of(engine, room).next_poll_at == late + 8 * SECOND
    assert outcomes(engine, "page") == {Outcome.OK: 3}


def test_a_poll_that_breaks_us_counts_and_waits_as_one_that_failed(engine: Engine) -> None:
    with newsroom([NOON]) as room:
        listed(engine, [room], NOON)
        for hours in (0, 1):
            PublisherStore(engine).make_due([1], NOON)
            poll(engine, [room], frozen(NOON + timedelta(hours=hours)), turns=Stumbling(engine, room))
        broken = status_of(engine, room)
        poll(engine, [room], frozen(NOON + timedelta(hours=2)))

    assert outcomes(engine, "feed")[Outcome.BROKE] == 2
    assert broken.failures == 2
    assert broken.next_poll_at == NOON + timedelta(hours=1, minutes=10)
    assert status_of(engine, room).failures == 0
    assert ArticleStore(engine).count() == 1


def test_an_entry_that_breaks_its_reader_three_times_is_given_up(engine: Engine) -> None:
    class Broken(FeedStore):
        def end_entry(
            self, feed_id: int, guid_hash: str, outcome: Outcome, article: Article | None, *more: Any
        ) -> bool:
            raise ZeroDivisionError

    with newsroom(HALF_HOURLY[:1]) as room:
        listed(engine, [room], NOON)
        for attempt in range(MAX_ATTEMPTS):
            assert poll(engine, [room], frozen(NOON + attempt * LONGEST), feeds=Broken(engine)) == []
        poll(engine, [room], frozen(NOON + MAX_ATTEMPTS * LONGEST))

    assert PublisherStore(engine).outcomes()["entry", Outcome.QUARANTINED] == 1


POLLING = """
import sys
from datetime import datetime
from tests.integration.ingest import newsroom
from storage.engine import open_engine
room = type("Room", (), {"address": sys.argv[2]})
newsroom.poll(open_engine(sys.argv[1]), [room], lambda: datetime.fromisoformat(sys.argv[3]))
"""


def test_a_worker_killed_in_the_middle_of_a_poll_loses_nothing_and_doubles_nothing(
    engine: Engine, database_url: str
) -> None:
    with newsroom(HALF_HOURLY) as room:
        listed(engine, [room], NOON)
        stopped = threading.Event()

        class Hold(threading.Event):
            """Lets five pages out, then none."""

            def wait(self, timeout: float | None = None) -> bool:
                if len(room.pages_asked) <= 5:
                    return True
                stopped.set()
                return super().wait(timeout)

        room.hold = Hold()
        command = [sys.executable, "-c", POLLING, database_url, room.address, NOON.isoformat()]
        with process(command, cwd=Path(__file__).parents[3]):
            assert stopped.wait(timeout=60)
        room.hold.set()

        assert poll(engine, [room], frozen(NOON + MINUTE)) == []  # it is still the killed one's
        assert len(poll(engine, [room], frozen(NOON + CLAIMED_FOR))) == len(HALF_HOURLY) - 5

    assert ArticleStore(engine).count() == len(HALF_HOURLY)
    assert len(room.pages_asked) == len(HALF_HOURLY) + 1


def test_an_outage_over_one_feed_breaks_off_no_other_polls(engine: Engine) -> None:
    with newsroom([NOON]) as one, newsroom([NOON]) as other:
        listed(engine, [one, other], NOON)
        other.hold.clear()
        with read_only_at(engine, "INSERT INTO articles", met=other.hold.set), pytest.raises(DBAPIError):
            poll(engine, [one, other], frozen(NOON))

    (stored,) = ArticleStore(engine).page(limit=10)
    assert stored.url.startswith(other.home)
    assert status_of(engine, other).last_outcome is Outcome.OK
