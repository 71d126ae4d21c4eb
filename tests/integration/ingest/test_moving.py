"""A feed that has moved for good is asked at its new address, and is known by the old one for ever."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from ingest.addresses import Gate
from ingest.opml import read_opml, write_opml
from ingest.outcome import Outcome
from ingest.publishers import Listed, ListedFeed
from ingest.store import PublisherStore
from ingest.subscriptions import Directory, Verdict, judge
from tests.builders import NOON, make_publisher
from tests.integration.ingest.newsroom import Newsroom, frozen, listed, newsroom, poll

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OVER_A_DAY = (NOON, NOON + 12 * HOUR, NOON + DAY)


def led(engine: Engine, old: Newsroom, *others: Newsroom, at: Sequence[datetime] = OVER_A_DAY) -> str:
    """Polls the feed of `old` at some instants; its address then."""
    listed(engine, [old], NOON)
    for now in at:
        PublisherStore(engine).make_due([1], now)
        poll(engine, [old, *others], frozen(now))
    return next(feed.url for feed in PublisherStore(engine).list() if feed.id == 1)


def moved(old: Newsroom, to: str, status: int = 301) -> None:
    old.status, old.headers = status, {"Location": to}


@pytest.mark.parametrize("status", [301, 308])
def test_a_permanent_redirect_is_believed_after_three_polls_and_a_day(engine: Engine, status: int) -> None:
    with newsroom([]) as old, newsroom([NOON]) as new:
        moved(old, new.url, status)
        assert led(engine, old, new, at=OVER_A_DAY[:2]) == old.url
        assert led(engine, old, new, at=OVER_A_DAY[2:]) == new.url
        asked = len(old.asked)
        led(engine, old, new, at=[NOON + 2 * DAY])

    (feed,) = PublisherStore(engine).list()
    assert len(old.asked) == asked
    assert (feed.formerly, feed.moving, feed.last_outcome) == ((old.url,), None, Outcome.UNCHANGED)


@pytest.mark.parametrize(
    ("status", "at"),
    [
        (302, OVER_A_DAY),
        (307, OVER_A_DAY),
        (301, (NOON, NOON + HOUR, NOON + 2 * HOUR, NOON + 3 * HOUR)),
        (301, (NOON, NOON + 2 * DAY)),
    ],
)
def test_what_is_temporary_or_has_not_lasted_moves_nothing(engine: Engine, status: int, at: Sequence[datetime]) -> None:
    with newsroom([]) as old, newsroom([NOON]) as new:
        moved(old, new.url, status)

        assert led(engine, old, new, at=at) == old.url


def test_a_chain_with_a_temporary_step_moves_nothing(engine: Engine) -> None:
    with newsroom([]) as old, newsroom([]) as between, newsroom([NOON]) as new:
        moved(old, between.url)
        moved(between, new.url, 302)

        assert led(engine, old, between, new) == old.url


def test_a_redirect_that_paused_begins_anew(engine: Engine) -> None:
    with newsroom([NOON]) as old, newsroom([NOON]) as new:
        moved(old, new.url)
        led(engine, old, new, at=OVER_A_DAY[:2])
        old.status = 200
        led(engine, old, new, at=[NOON + 20 * HOUR])
        moved(old, new.url)

        assert led(engine, old, new, at=OVER_A_DAY[2:]) == old.url


def test_a_failed_poll_says_nothing_of_the_move(engine: Engine) -> None:
    with newsroom([]) as old, newsroom([NOON]) as new:
        moved(old, new.url)
        led(engine, old, new, at=OVER_A_DAY[:2])
        old.status = 503
        led(engine, old, new, at=[NOON + 20 * HOUR])
        moved(old, new.url)

        assert led(engine, old, new, at=OVER_A_DAY[2:]) == new.url


def test_no_feed_moves_to_another_publishers_site(engine: Engine) -> None:
    with newsroom([]) as old, newsroom([NOON]) as new:
        PublisherStore(engine).add([Listed(make_publisher("nordblatt", home=new.home), ())], NOON)
        moved(old, new.url)

        assert led(engine, old, new) == old.url


def test_no_feed_moves_to_where_another_one_is(engine: Engine) -> None:
    with newsroom([]) as old, newsroom([NOON]) as new:
        listed(engine, [old, new], NOON)
        moved(old, new.url)

        assert led(engine, old, new) == old.url
    assert len(PublisherStore(engine).list()) == 2


def test_lists_that_name_a_feed_by_its_old_address_mean_it_still(engine: Engine) -> None:
    with newsroom([]) as old, newsroom([NOON]) as new:
        moved(old, new.url)
        led(engine, old, new)
        store = PublisherStore(engine)

        assert store.sync([Listed(make_publisher(), (ListedFeed(old.url, folder="News"),))], NOON) == 0
        (feed,) = store.list()
        assert (feed.url, feed.folder) == (new.url, "News")
        directory = Directory(store.all(), store.list())
        assert directory.feed_at(old.url) == feed
        (line,) = judge(read_opml(write_opml(store.list(), NOON)).outlines, directory, feed.publisher.standing, Gate())
        assert line.verdict is Verdict.KNOWN


def test_a_list_of_ours_tells_another_instance_where_a_feed_was(engine: Engine) -> None:
    with newsroom([]) as old, newsroom([NOON]) as new:
        listed(engine, [old], NOON)
        before = PublisherStore(engine).list()
        moved(old, new.url)
        led(engine, old, new)
        (outline,) = read_opml(write_opml(PublisherStore(engine).list(), NOON)).outlines

    assert (outline.url, outline.formerly) == (new.url, (old.url,))
    (line,) = judge([outline], Directory([before[0].publisher], before), before[0].publisher.standing, Gate())
    assert line.verdict is Verdict.KNOWN
