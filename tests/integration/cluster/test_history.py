"""What a reason looks back at is read from the database, and read again later it says the same."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from cluster.changes import change_events
from cluster.describe_stage import describe_events
from cluster.event import ArticleType, Earlier, Followed, Placement, Theme, Why
from cluster.reading_store import ReadingStore
from cluster.store import EventStore
from ingest.feed_status import Poll
from ingest.outcome import Outcome
from ingest.publishers import Listed, ListedFeed
from ingest.store import FeedStore, PublisherStore
from tests.builders import NOON, make_article, make_publisher, make_reading
from tests.integration.cluster.pipeline import NOW, store
from tests.integration.cluster.telling import DAY, tell

BREACH, PLAN = "Corvane halts withdrawals after a breach", "Regulator hears Corvane on its plan"


def why(engine: Engine, event_id: str) -> Why | None:
    event = EventStore(engine).get(event_id)
    assert event is not None
    assert event.description is not None
    return event.description.why


def describe(engine: Engine, *event_ids: str) -> list[str]:
    return describe_events(event_ids, engine=engine, now=NOW)


@pytest.fixture(params=["one by one", "in one batch", "newest first"])
def describe_all(request: pytest.FixtureRequest, engine: Engine) -> Callable[..., None]:
    """Ways in which the same events may come to be described, each twice: a sweep comes after a crash."""

    def described(*event_ids: str) -> None:
        ordered = event_ids[::-1] if request.param == "newest first" else event_ids
        for _ in range(2):
            for batch in [ordered] if request.param == "in one batch" else [[one] for one in ordered]:
                describe(engine, *batch)

    return described


def test_the_third_of_a_week_is_counted_however_they_were_described(
    engine: Engine, describe_all: Callable[..., None]
) -> None:
    told = [
        tell(engine, "first", 28.5, theme=Theme.PRICE),
        tell(engine, "usual", 20),
        tell(engine, "one", 5),
        tell(engine, "other", 4, asset="ETH"),
        tell(engine, "two", 3, sources=2),
        tell(engine, "three", 0),
        tell(engine, "after", -1),
    ]

    describe_all(*told)

    found = why(engine, "evt_three")
    assert found is not None
    assert found.text == "The 3rd ETF event on Sol within a week; the three weeks before had 1."
    assert [(one.event_id, one.title) for one in found.counted[0].events] == [
        ("evt_one", "What one tells"),
        ("evt_two", "What two tells"),
    ]
    assert describe(engine, *told) == []


def test_events_that_are_described_together_count_each_other_at_once(engine: Engine) -> None:
    told = [tell(engine, "first", 30), tell(engine, "one", 5), tell(engine, "two", 3), tell(engine, "three", 0)]
    told += [tell(engine, "breach", 2, title=BREACH, asset="ETH", direction=(1, 0))]
    told += [tell(engine, "plan", 1, title=PLAN, asset="ETH", direction=(1, 0.9))]

    describe(engine, *told)

    rules = {event_id: found.rule for event_id in told if (found := why(engine, event_id))}
    assert rules == {"evt_three": "repeated", "evt_plan": "follows"}


def test_an_event_that_is_gone_is_not_counted(engine: Engine) -> None:
    describe(engine, tell(engine, "first", 30), tell(engine, "one", 5), tell(engine, "two", 3))
    with change_events(engine, by="repair", at=NOON) as ledger:
        ledger.withdraw(["art_two0"])

    describe(engine, three := tell(engine, "three", 0))

    assert why(engine, three) is None


def test_a_first_in_days_counts_from_the_last_one(engine: Engine) -> None:
    told = [tell(engine, "last", 21.5)]
    told += [tell(engine, f"price_{number}", 2 + number, theme=Theme.PRICE) for number in range(3)]
    describe(engine, *told, first := tell(engine, "first", 0))

    found = why(engine, first)

    assert found is not None
    assert found.text.startswith("The first ETF event on Sol in 21 days; 3 events on it")
    assert found.counted[0].events[0].event_id == "evt_last"


def test_an_event_of_many_sources_is_held_against_its_themes_week(engine: Engine) -> None:
    told = [tell(engine, "long_ago", 9, asset="ETH", sources=4)]
    told += [tell(engine, f"small_{number}", 3, asset="ETH") for number in range(20)]
    describe(
        engine, *told, tell(engine, "later", -1, asset="ETH", sources=4), wide := tell(engine, "wide", 0, sources=4)
    )

    found = why(engine, wide)

    assert found is not None
    assert found.rule == "widely_reported"
    assert [one.count for one in found.counted] == [4, 20, 0]


def test_the_event_before_it_on_its_actor_is_followed(engine: Engine, describe_all: Callable[..., None]) -> None:
    told = [
        tell(engine, "breach", 2, title=BREACH, direction=(1, 0)),
        tell(engine, "far", 1, title=PLAN, direction=(0, 0, 1)),
        tell(engine, "plan", 0, title=PLAN, direction=(1, 0.9)),
    ]

    describe_all(*told)

    found = why(engine, "evt_plan")
    assert found is not None
    assert found.text == f"Follows earlier news on Corvane: “{BREACH}”."
    assert [one.event_id for one in found.counted[0].events] == ["evt_breach"]
    assert describe(engine, *told) == []


def test_what_it_follows_is_kept_where_something_else_matters_more(engine: Engine) -> None:
    told = [tell(engine, "first", 30), tell(engine, "one", 5), tell(engine, "two", 3, direction=(1, 0))]
    describe(engine, *told, three := tell(engine, "three", 0, direction=(1, 0.9)))

    event = EventStore(engine).get(three)

    assert event is not None
    assert event.description is not None
    assert event.description.why is not None
    assert event.description.why.rule == "repeated"
    assert event.description.follows == Followed(Earlier("evt_two", "What two tells"), None)


def test_who_reads_since_yesterday_counts_no_month(engine: Engine) -> None:
    told = [tell(engine, "first", 30), tell(engine, "one", 5), tell(engine, "two", 3)]
    publishers = PublisherStore(engine)
    publishers.sync([Listed(make_publisher("ledgerpost"), (ListedFeed("https://ledgerpost.example/feed"),))], NOON)
    FeedStore(engine).record(publishers.list()[0].id, Poll(NOON - DAY, Outcome.OK, NOON))

    describe(engine, *told, three := tell(engine, "three", 0))

    assert why(engine, three) is None


def test_an_event_without_an_asset_or_a_theme_is_described_alone(engine: Engine) -> None:
    article = make_article("art_bare", text="")
    store(engine, article)
    ReadingStore(engine).begin([article.id])
    found = make_reading(article)
    ReadingStore(engine).save([replace(found, facts=replace(found.facts, themes=()))], read_at=NOON)
    with change_events(engine, by="placing", at=NOON) as ledger:
        ledger.create(Placement(article.id, "evt_bare", 1.0, (), None, None, "test"))

    assert describe(engine, "evt_bare") == ["evt_bare"]
    assert why(engine, "evt_bare") is None


def test_a_level_is_held_against_what_events_reported_of_the_asset_whatever_else_they_were_on(
    engine: Engine, describe_all: Callable[..., None]
) -> None:
    told = [
        tell(engine, "high", 50, title="Solana tops $210 in a rush", theme=Theme.PRICE),
        tell(engine, "one", 30, title="Solana trades at $181.20", theme=Theme.PRICE),
        tell(engine, "two", 20, title="Fund opens as Solana holds at $190"),
        tell(engine, "three", 10, title="Ether fund opens as Solana falls to $179", asset="ETH"),
        tell(engine, "first", 0, title="Solana tops $200 as traders return", theme=Theme.PRICE),
        tell(engine, "after", -1, title="Solana tops $205", theme=Theme.PRICE),
    ]

    describe_all(*told)

    found = why(engine, "evt_first")
    assert found is not None
    assert found.text == (
        "The first event in 50 days that reports Sol at $200 or above; 3 other events gave its price in that time."
    )
    assert [[one.event_id for one in counted.events] for counted in found.counted] == [
        ["evt_high"],
        ["evt_one", "evt_two", "evt_three"],
    ]
    assert describe(engine, *told) == []


def test_what_is_advertised_or_gone_reported_no_price(engine: Engine) -> None:
    told = [tell(engine, f"low_{number}", 20 + number, title="Solana trades at $181") for number in range(3)]
    gone = tell(engine, "gone", 2, title="Solana trades at $202")
    paid = tell(engine, "paid", 2, title="Solana tops $203", type=ArticleType.SPONSORED)
    describe(engine, *told, gone, paid)
    with change_events(engine, by="repair", at=NOON) as ledger:
        ledger.withdraw(["art_gone0"])

    describe(engine, first := tell(engine, "first", 0, title="Solana tops $200"))

    found = why(engine, first)
    assert found is not None
    assert found.rule == "first_at_level"
