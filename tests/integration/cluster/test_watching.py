"""What whoever watches is told: delays, what was done, who places, what waits and what was given up."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, select, update

from cluster.backlog_store import BacklogStore
from cluster.count_store import CountStore, What
from cluster.describe_stage import describe_events
from cluster.event import Level
from cluster.lease import let_go, placing_lease
from cluster.reading_store import MAX_ATTEMPTS, ReadingStore
from cluster.similarity import RULESET
from cluster.store import EventStore
from cluster.tables import members
from cluster.visibility_store import recent_delays
from cluster.watching_store import ClusterWatch
from ingest.article import Article, Basis
from ingest.delay_store import DelayStore, count_seen
from ingest.delays import BEYOND, BOUNDS, Step
from ingest.publishers import Listed, ListedFeed
from ingest.store import ArticleStore, PublisherStore
from ingest.tables import entries, feeds
from storage.engine import writing
from tests.builders import NOON, make_article
from tests.integration.cluster.pipeline import place

MINUTE = timedelta(minutes=1)


def _counts(engine: Engine) -> dict[tuple[str, Step], dict[int, int]]:
    bounds = (*BOUNDS, BEYOND)
    return {
        (one.publisher_id, one.step): {bound: n for bound, n in zip(bounds, one.counts, strict=True) if n}
        for one in DelayStore(engine).all()
    }


def _listed(engine: Engine, article: Article, observed_from: datetime | None) -> None:
    """A feed that has the article, read since an instant."""
    feed = ListedFeed(f"{article.publisher.home}/feed")
    PublisherStore(engine).sync([Listed(article.publisher, (feed,))], NOON)
    with writing(engine) as connection:
        of_feed = select(feeds.c.id).where(feeds.c.url == feed.url)
        feed_id = connection.execute(of_feed).scalar_one()
        connection.execute(update(feeds).where(feeds.c.id == feed_id).values(observed_from=observed_from))
        row = {"feed_id": feed_id, "guid_hash": article.id, "attempts": 0, "article_id": article.id}
        connection.execute(entries.insert().values(row))
        count_seen(connection, feed_id, article)


def test_how_long_an_article_takes_to_be_visible_is_counted_once(engine: Engine) -> None:
    article = make_article("art_1", "ledgerpost", seen_at=NOON + 4 * MINUTE)
    (event_id,) = place(engine, article, now=NOON + 5 * MINUTE).values()
    _listed(engine, article, NOON - MINUTE)

    for _ in range(2):
        describe_events([event_id], engine=engine, now=NOON + 6 * MINUTE)
    late = make_article("art_2", "coinherald", seen_at=NOON + 6 * MINUTE)
    assert place(engine, late, now=NOON + 7 * MINUTE)["art_2"] == event_id
    describe_events([event_id], engine=engine, now=NOON + 9 * MINUTE)

    assert _counts(engine) == {
        ("ledgerpost", Step.SEEN): {300: 1},
        ("ledgerpost", Step.VISIBLE): {120: 1},
        ("ledgerpost", Step.WHOLE): {600: 1},
        ("coinherald", Step.VISIBLE): {300: 1},  # no feed brought it
    }
    (whole,) = [one for one in DelayStore(engine).all() if one.step is Step.WHOLE]
    assert whole.seconds == 360
    took = recent_delays(engine, NOON)
    assert took == {Step.SEEN: [4 * MINUTE], Step.VISIBLE: [2 * MINUTE, 3 * MINUTE], Step.WHOLE: [6 * MINUTE]}


def test_what_was_published_before_its_feed_was_read_is_no_delay_of_ours(engine: Engine) -> None:
    old = make_article("art_1", "ledgerpost", published_at=NOON - timedelta(days=3), seen_at=NOON)
    undated = make_article("art_2", "coinherald", published_at_basis=Basis.FIRST_SEEN)
    unread = make_article("art_3", "chainwire")
    place(engine, old, undated, unread)
    for article, since in ((old, NOON - timedelta(hours=1)), (undated, NOON - timedelta(days=9)), (unread, None)):
        _listed(engine, article, since)

    describe_events(EventStore(engine).undescribed(10), engine=engine, now=NOON + 5 * MINUTE)

    assert {step for _, step in _counts(engine)} == {Step.VISIBLE}


def test_a_moved_article_was_visible_before(engine: Engine) -> None:
    placed = place(engine, make_article("art_1"), make_article("art_2", "coinherald"))
    describe_events(list(placed.values()), engine=engine, now=NOON + 5 * MINUTE)
    with writing(engine) as connection:
        since = connection.scalars(select(members.c.visible_at)).all()

    describe_events(list(placed.values()), engine=engine, now=NOON + 50 * MINUTE)

    assert since == [NOON + 5 * MINUTE] * 2
    assert sum(sum(one.counts) for one in DelayStore(engine).all()) == 2


def test_what_is_done_is_counted_by_what_spoke_for_it(engine: Engine) -> None:
    first, again = make_article("art_1"), make_article("art_2", "coinherald")
    copy = make_article("art_3", "chainwire", text=first.text * 9)
    other = make_article("art_4", "mintwatch", text=first.text * 9, title=copy.title)
    placed = place(engine, first, again, copy, other)
    describe_events(list(set(placed.values())), engine=engine, now=NOON + 5 * MINUTE)

    placed_by, changed = (CountStore(engine).of(what) for what in (What.PLACED, What.CHANGED))

    assert sum(placed_by.values()) == 4
    assert placed_by["opened"] == len(set(placed.values()))
    assert placed_by["same_text"] == 2
    assert changed == {"created": 1, "grew": 3, "described": 1}
    assert sum(changed.values()) == len(EventStore(engine).changes_after(0, 100))


def test_who_places_is_told_with_since_when(engine: Engine) -> None:
    before = ClusterWatch(engine).lease()
    fence = placing_lease(engine, "one:1", NOON)
    placing_lease(engine, "one:1", NOON + timedelta(seconds=4))
    held = ClusterWatch(engine).lease()
    assert fence is not None
    let_go(engine, fence, NOON + timedelta(seconds=5))
    placing_lease(engine, "two:2", NOON + MINUTE)
    other = ClusterWatch(engine).lease()

    assert not before.is_held(NOON)
    assert (held.holder, held.held_since, held.is_held(NOON + timedelta(seconds=5))) == ("one:1", NOON, True)
    assert (other.holder, other.held_since, other.fence) == ("two:2", NOON + MINUTE, fence + 1)


def test_what_waits_and_what_was_given_up_is_told_by_stage(engine: Engine) -> None:
    placed = place(engine, make_article("art_1"))
    broken = make_article("art_2", "coinherald", published_at=NOON + 9 * MINUTE)
    unread = make_article("art_3", "chainwire", published_at=NOON + 9 * MINUTE)
    ArticleStore(engine).add_many([broken, unread])
    for _ in range(MAX_ATTEMPTS):
        ReadingStore(engine).begin(["art_2"])
    for _ in range(MAX_ATTEMPTS):
        EventStore(engine).begin_describing(list(placed.values()))

    stages = BacklogStore(engine, NOON + 20 * MINUTE).stages()

    assert {stage: one.count for stage, one in stages.items()} == {
        "poll": 0, "add": 0, "read": 1, "place": 0, "describe": 0,
    }  # fmt: skip
    assert stages["read"].oldest(NOON + 20 * MINUTE) == 10 * MINUTE
    assert ClusterWatch(engine).given_up() == {"read": 1, "describe": 1}


def test_what_there_is_is_told_by_signal_ruleset_and_engine(engine: Engine) -> None:
    placed = place(engine, make_article("art_1"))
    undescribed = ClusterWatch(engine).active_events()
    describe_events(list(placed.values()), engine=engine, now=NOON)
    watch = ClusterWatch(engine)

    assert undescribed == dict.fromkeys(Level, 0) | {None: 1}
    assert sum(watch.active_events().values()) == 1
    assert watch.active_events()[None] == 0
    assert watch.rulesets() == {RULESET: 1}
    assert sum(watch.engines(NOON - timedelta(days=3)).values()) == 1
