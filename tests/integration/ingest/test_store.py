"""Feeds, entries and articles in a real database: claimed once, stored once, counted once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError
from typing import Any

from sqlalchemy import Engine, event

from ingest.article import Flag, Standing
from ingest.coverage import Coverage
from ingest.entry_store import MAX_ATTEMPTS
from ingest.feed_status import Poll
from ingest.outcome import Outcome
from ingest.publishers import Listed, ListedFeed
from ingest.store import CLAIMED_FOR, ArticleStore, FeedStore, PublisherStore
from tests.builders import NOON, make_article, make_publisher

FEED_URL = "https://ledgerpost.example/feed"
MINUTE = timedelta(minutes=1)
LISTED = Listed(make_publisher("ledgerpost"), (ListedFeed(FEED_URL),))


WAITS_SECONDS = 0.5  # for another that its lock holds back


@contextmanager
def _pausing(engine: Engine, word: str, pause: Callable[[], object]) -> Iterator[None]:
    """Every transaction pauses behind a query that has this word in it."""

    def after(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if word in statement:
            pause()

    event.listen(engine, "after_cursor_execute", after)
    try:
        yield
    finally:
        event.remove(engine, "after_cursor_execute", after)


def _two_at_once(engine: Engine, word: str, first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
    """What two return that run at once and, unless one has to wait for the other, meet behind a query."""
    barrier = Barrier(2)

    def meet() -> None:
        with suppress(BrokenBarrierError):
            barrier.wait(WAITS_SECONDS)

    with _pausing(engine, word, meet), ThreadPoolExecutor(2) as workers:
        return [one.result() for one in [workers.submit(first), workers.submit(second)]]


def _feed(engine: Engine) -> int:
    PublisherStore(engine).sync([LISTED], NOON)
    return PublisherStore(engine).list()[0].id


def test_listing_a_publisher_twice_adds_its_feed_once_and_takes_its_new_name(engine: Engine) -> None:
    assert PublisherStore(engine).sync([LISTED], NOON) == 1
    renamed = Listed(make_publisher("ledgerpost", name="The Ledger Post"), (ListedFeed(FEED_URL),))

    assert PublisherStore(engine).sync([renamed], NOON) == 0
    assert [feed.publisher.name for feed in PublisherStore(engine).list()] == ["The Ledger Post"]


def test_what_an_operator_decided_is_not_overwritten_by_the_list(engine: Engine) -> None:
    store = PublisherStore(engine)
    store.add([Listed(make_publisher("ledgerpost", standing=Standing.UNRATED), (ListedFeed(FEED_URL),))], NOON)
    store.switch([store.list()[0].id], False, NOON)

    store.sync([LISTED], NOON)

    (feed,) = store.list()
    assert (feed.enabled, feed.publisher.standing) == (False, Standing.UNRATED)


def test_a_feed_is_first_on_or_off_as_the_list_says(engine: Engine) -> None:
    off = ListedFeed("https://ledgerpost.example/de", enabled=False, language="de", folder="Europe")
    PublisherStore(engine).sync([Listed(LISTED.publisher, (*LISTED.feeds, off))], NOON)

    second, first = PublisherStore(engine).list()
    assert (first.enabled, first.language, first.folder) == (True, "en", None)
    assert (second.enabled, second.language, second.folder) == (False, "de", "Europe")


def test_a_feed_that_is_off_is_not_polled_not_counted_and_not_waited_for(engine: Engine) -> None:
    feed, store = _feed(engine), PublisherStore(engine)
    store.switch([feed], False, NOON)

    assert FeedStore(engine).due(NOON, limit=10) == []
    assert store.coverage(NOON) == Coverage(0, 0)
    assert store.next_poll_at() is None

    store.switch([feed], True, NOON + timedelta(hours=1))

    assert store.next_poll_at() == NOON + timedelta(hours=1)
    assert FeedStore(engine).due(NOON + timedelta(hours=1), limit=10) == [feed]


def test_adding_changes_nothing_that_is_known_but_a_missing_folder(engine: Engine) -> None:
    store = PublisherStore(engine)
    _feed(engine)
    renamed = make_publisher("ledgerpost", name="Somebody else", standing=Standing.UNRATED)

    for folder in ("News", "Other"):
        assert store.add([Listed(renamed, (ListedFeed(FEED_URL, enabled=False, folder=folder),))], NOON) == 0

    (feed,) = store.list()
    assert (feed.publisher, feed.enabled, feed.folder) == (LISTED.publisher, True, "News")


def test_a_feed_that_is_made_due_need_not_wait(engine: Engine) -> None:
    feed, feeds = _feed(engine), FeedStore(engine)
    feeds.due(NOON, limit=10)
    feeds.record(feed, Poll(NOON, Outcome.TIMEOUT, NOON + timedelta(hours=1)))

    PublisherStore(engine).make_due([feed], NOON)

    assert feeds.due(NOON, limit=10) == [feed]
    assert PublisherStore(engine).outcomes_of(feed) == {("feed", Outcome.TIMEOUT): 1}


def test_a_due_feed_goes_to_one_worker_until_its_claim_runs_out(engine: Engine) -> None:
    feed = _feed(engine)
    feeds = FeedStore(engine)

    assert feeds.due(NOON, limit=10) == [feed]
    assert feeds.due(NOON, limit=10) == []
    assert feeds.due(NOON + CLAIMED_FOR, limit=10) == [feed]


def test_workers_that_ask_at_once_share_the_due_feeds_out(engine: Engine) -> None:
    urls = tuple(ListedFeed(f"https://ledgerpost{number}.example/feed") for number in range(40))
    PublisherStore(engine).sync([Listed(make_publisher("ledgerpost"), urls)], NOON)

    with ThreadPoolExecutor(4) as workers:
        claims = [workers.submit(FeedStore(engine).due, NOON, 10) for _ in range(8)]
        claimed = [feed for claim in claims for feed in claim.result()]

    left = FeedStore(engine).due(NOON, limit=40)
    assert sorted(claimed + left) == sorted(feed.id for feed in PublisherStore(engine).list())


def test_one_feed_of_a_host_goes_out_at_a_time_longest_waiting_first(engine: Engine) -> None:
    feeds = FeedStore(engine)
    two = Listed(
        make_publisher("ledgerpost"), (ListedFeed(FEED_URL), ListedFeed("https://ledgerpost.example:443/markets"))
    )
    PublisherStore(engine).sync([two], NOON)
    PublisherStore(engine).sync(
        [Listed(make_publisher("tally"), (ListedFeed("http://tally.example/feed"),))], NOON - MINUTE
    )
    PublisherStore(engine).sync(
        [Listed(make_publisher("courier"), (ListedFeed("http://courier.example/feed"),))], NOON + MINUTE
    )

    first = feeds.due(NOON, limit=2)

    urls = [status.url if (status := feeds.get(feed)) else "" for feed in first]
    assert urls == ["http://tally.example/feed", FEED_URL]
    assert feeds.due(NOON, limit=2) == []
    feeds.record(first[1], Poll(NOON, Outcome.OK, NOON + MINUTE))
    assert len(feeds.due(NOON, limit=2)) == 1


def test_a_poll_that_ran_out_of_time_keeps_what_the_next_one_asks_with(engine: Engine) -> None:
    feed, feeds = _feed(engine), FeedStore(engine)
    feeds.record(feed, Poll(NOON, Outcome.OK, NOON, etag='"a"', body_hash="h", interval=5 * MINUTE))

    feeds.record(feed, Poll(NOON, Outcome.OK, NOON, etag='"b"', body_hash="i", has_new=True, is_whole=False))

    status = feeds.get(feed)
    assert status is not None
    assert (status.etag, status.body_hash, status.interval, status.last_new_at) == ('"a"', "h", 5 * MINUTE, NOON)


def test_waiting_in_vain_is_no_failure_of_the_publisher(engine: Engine) -> None:
    feed, feeds = _feed(engine), FeedStore(engine)

    feeds.record(feed, Poll(NOON, Outcome.NO_TURN, NOON))

    status = feeds.get(feed)
    assert status is not None
    assert (status.failures, status.last_success_at) == (0, None)


def test_entries_that_were_dealt_with_are_told_from_those_that_were_not(engine: Engine) -> None:
    feed, feeds = _feed(engine), FeedStore(engine)
    for guid in ("ended", "begun"):
        feeds.begin_entry(feed, guid)
    feeds.end_entry(feed, "ended", Outcome.NO_LINK, None)

    assert feeds.attempts(feed, ["ended", "begun", "unheard of"]) == {"ended": None, "begun": 1}
    assert feeds.attempts(feed, []) == {}


def test_a_poll_sets_the_next_one_and_is_counted(engine: Engine) -> None:
    feed, feeds = _feed(engine), FeedStore(engine)
    later = NOON + timedelta(minutes=5)

    feeds.record(feed, Poll(NOON, Outcome.OK, later, etag='"a"', body_hash="h"))
    feeds.record(feed, Poll(NOON, Outcome.TIMEOUT, later))
    feeds.record(feed, Poll(NOON, Outcome.TIMEOUT, later))

    status = feeds.get(feed)
    assert status is not None
    assert (status.failures, status.etag, status.next_poll_at) == (2, '"a"', later)
    assert feeds.due(NOON, limit=10) == []
    assert PublisherStore(engine).outcomes() == {("feed", Outcome.OK): 1, ("feed", Outcome.TIMEOUT): 2}


def test_a_publisher_is_reached_by_an_answer_not_by_a_try(engine: Engine) -> None:
    feed, feeds = _feed(engine), FeedStore(engine)
    feeds.record(feed, Poll(NOON, Outcome.TIMEOUT, NOON))
    assert PublisherStore(engine).coverage(NOON) == Coverage(0, 1)

    feeds.record(feed, Poll(NOON, Outcome.NOT_MODIFIED, NOON))

    assert PublisherStore(engine).coverage(NOON) == Coverage(1, 1)


def _answered(engine: Engine, feed: int, *days: float, outcome: Outcome = Outcome.OK) -> None:
    for at in (NOON + timedelta(days=day) for day in days):
        FeedStore(engine).record(feed, Poll(at, outcome, at))


def test_a_feed_is_observed_since_its_first_answer_without_a_longer_silence(engine: Engine) -> None:
    feed, store = _feed(engine), PublisherStore(engine)
    _answered(engine, feed, 0, outcome=Outcome.TIMEOUT)
    assert store.observed_from() is None

    _answered(engine, feed, 1, 2, 3.9)
    assert store.observed_from() == NOON + timedelta(days=1)

    _answered(engine, feed, 5, 5.5, outcome=Outcome.TIMEOUT)
    _answered(engine, feed, 6, 7)
    assert store.observed_from() == NOON + timedelta(days=6)


def test_the_beginning_is_when_half_of_the_publishers_that_are_on_were_observed(engine: Engine) -> None:
    names, store = ("courier", "harbor", "ledgerpost", "tally", "tideway"), PublisherStore(engine)
    two = [ListedFeed(f"https://courier.example/{path}") for path in ("feed", "markets")]
    own = {name: [ListedFeed(f"https://{name}.example/feed")] for name in names} | {"courier": two}
    store.sync([Listed(make_publisher(name), tuple(own[name])) for name in names], NOON)
    feeds = {status.url: status.id for status in store.list()}
    for day, name in enumerate(names[:3]):
        _answered(engine, feeds[own[name][0].url], day)
    _answered(engine, feeds[two[1].url], 9)  # another feed of one that was read already

    assert store.observed_from() == NOON + timedelta(days=2)
    store.switch([feeds[own["tally"][0].url]], False, NOON)
    assert store.observed_from() == NOON + timedelta(days=1)
    store.switch([feeds[own[name][0].url] for name in ("harbor", "ledgerpost")], False, NOON)
    assert store.observed_from() == NOON
    store.switch([feeds[feed.url] for feed in two], False, NOON)
    assert store.observed_from() is None


def test_where_no_feed_is_read_the_first_article_is_the_beginning(engine: Engine) -> None:
    assert PublisherStore(engine).observed_from() is None
    ArticleStore(engine).add_many([make_article("art_1"), make_article("art_2", published_at=NOON - timedelta(days=3))])

    assert PublisherStore(engine).observed_from() == NOON - timedelta(days=3)


def test_an_entry_is_dealt_with_once(engine: Engine) -> None:
    feed, feeds = _feed(engine), FeedStore(engine)
    article = make_article()

    assert feeds.begin_entry(feed, "guid") is None
    assert feeds.end_entry(feed, "guid", Outcome.STORED, article)

    assert feeds.begin_entry(feed, "guid") is Outcome.KNOWN
    assert ArticleStore(engine).get_many([article.id]) == {article.id: article}


def test_an_entry_that_breaks_its_reader_is_quarantined_at_the_third_attempt(engine: Engine) -> None:
    feed, feeds = _feed(engine), FeedStore(engine)

    attempts = [feeds.begin_entry(feed, "guid") for _ in range(MAX_ATTEMPTS + 1)]

    assert attempts == [None] * MAX_ATTEMPTS + [Outcome.QUARANTINED]
    assert [feeds.set_aside(feed, "guid", FEED_URL, make_article(), NOON) for _ in range(2)] == [True, False]
    assert PublisherStore(engine).outcomes() == {("entry", Outcome.QUARANTINED): 1}


def test_an_article_comes_back_as_it_went(engine: Engine) -> None:
    article = make_article(
        text="“Quoted”, naïve, 東京 \U0001f680" * 1000,
        url="https://ledgerpost.example/" + "%E6%9D%B1" * 210,
        language="zh-Hant-HK",
        authors=("Ana", "Bo"),
        links=("https://else.example/x",),
        flags=frozenset({Flag.TEASER_ONLY}),
    )

    assert ArticleStore(engine).add(article)
    assert not ArticleStore(engine).add(article)

    assert ArticleStore(engine).get_many([article.id]) == {article.id: article}


def test_two_entries_with_one_url_make_one_article(engine: Engine) -> None:
    feed, feeds = _feed(engine), FeedStore(engine)
    for guid, article_id in (("first", "art_1"), ("second", "art_2")):
        feeds.begin_entry(feed, guid)
        feeds.end_entry(feed, guid, Outcome.STORED, make_article(article_id, url="https://ledgerpost.example/breach"))

    assert ArticleStore(engine).count() == 1
    assert PublisherStore(engine).outcomes() == {("entry", Outcome.STORED): 1, ("entry", Outcome.KNOWN): 1}


def test_two_feeds_that_end_one_article_at_once_store_it_once(engine: Engine) -> None:
    urls = (FEED_URL, "https://ledgerpost.example/markets")
    PublisherStore(engine).sync([Listed(make_publisher("ledgerpost"), tuple(map(ListedFeed, urls)))], NOON)
    feeds = FeedStore(engine)

    def ending(feed: int) -> Callable[[], bool]:
        feeds.begin_entry(feed, "guid")
        return lambda: feeds.end_entry(feed, "guid", Outcome.STORED, make_article(f"art_{feed}"))

    are_new = _two_at_once(engine, "articles.title =", *(ending(feed.id) for feed in PublisherStore(engine).list()))

    assert sorted(are_new) == [False, True]
    assert ArticleStore(engine).count() == 1


def test_two_workers_that_look_at_once_get_no_two_feeds_of_a_host(engine: Engine) -> None:
    two = (ListedFeed(FEED_URL), ListedFeed("https://ledgerpost.example/markets"))
    PublisherStore(engine).sync([Listed(make_publisher("ledgerpost"), two[:1])], NOON)
    PublisherStore(engine).sync([Listed(make_publisher("ledgerpost"), two)], NOON + MINUTE)
    feeds = FeedStore(engine)

    # The second finds a feed due that is not yet due for the first.
    found = _two_at_once(
        engine, "next_poll_at <=", lambda: feeds.due(NOON, limit=9), lambda: feeds.due(NOON + MINUTE, limit=9)
    )

    assert sum(map(len, found)) == 1


def test_pages_of_articles_leave_none_out_and_repeat_none(engine: Engine) -> None:
    articles = ArticleStore(engine)
    # Two share an instant, so that only the id can order them.
    dates = [NOON, NOON, NOON + timedelta(hours=1), NOON + timedelta(hours=2)]
    articles.add_many([make_article(f"art_{n}", published_at=date) for n, date in enumerate(dates)])

    first = articles.page(limit=2)
    rest = articles.page(limit=2, before=(first[-1].published_at, first[-1].id))

    assert [one.id for one in first + rest] == ["art_3", "art_2", "art_1", "art_0"]
