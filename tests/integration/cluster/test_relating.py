"""What is written down as an event's context: its chain first, and what is known of others by now."""

import random
from datetime import timedelta

from sqlalchemy import Engine, update

from cluster.changes import change_events
from cluster.describe_stage import describe_events, relate_events
from cluster.event import ArticleType, Related, Theme
from cluster.store import EventStore
from cluster.tables import events
from storage.engine import writing
from tests.builders import NOON
from tests.integration.cluster.pipeline import NOW
from tests.integration.cluster.telling import tell

BREACH, PLAN = "Corvane halts withdrawals after a breach", "Regulator hears Corvane on its plan"


def publish(engine: Engine, *event_ids: str) -> None:
    describe_events(event_ids, engine=engine, now=NOW)
    relate_events(event_ids, engine=engine, now=NOW)


def related(engine: Engine, event_id: str) -> tuple[Related, ...]:
    event = EventStore(engine).get(event_id)
    assert event is not None
    assert event.description is not None
    return event.description.related


def relations(engine: Engine, event_id: str) -> list[tuple[str, str]]:
    return [(one.event_id, one.relation) for one in related(engine, event_id)]


def test_the_stages_of_an_affair_come_first_and_name_each_other(engine: Engine) -> None:
    told = [
        tell(engine, "breach", 4, title=BREACH, direction=(1, 0, 0)),
        tell(engine, "beside", 3, direction=(1, 0, 0.9), theme=Theme.MACRO, sources=3),
        tell(engine, "plan", 2, title=PLAN, direction=(1, 0.6, 0)),
    ]
    publish(engine, *told)

    assert relations(engine, "evt_plan") == [("evt_breach", "precedes"), ("evt_beside", "context")]
    assert relations(engine, "evt_breach") == [("evt_plan", "follows"), ("evt_beside", "context")]
    earlier, later = related(engine, "evt_plan")[0], related(engine, "evt_breach")[0]
    assert (earlier.why, later.why) == (
        "earlier news on Corvane that this follows",
        "later news on Corvane that follows this",
    )
    assert (earlier.title, later.title) == (BREACH, PLAN)


def test_an_event_that_is_followed_later_says_so_at_once(engine: Engine) -> None:
    publish(engine, tell(engine, "breach", 6, title=BREACH, direction=(1, 0)))
    assert related(engine, "evt_breach") == ()

    publish(engine, tell(engine, "plan", 0, title=PLAN, direction=(1, 0.6)))

    assert relations(engine, "evt_breach") == [("evt_plan", "follows")]


def test_events_that_give_each_other_context_keep_what_they_had(engine: Engine) -> None:
    publish(engine, tell(engine, "one", 9, direction=(1, 0, 0)), tell(engine, "two", 5, direction=(1, 0.9, 0)))

    publish(engine, tell(engine, "three", 1, direction=(1, 0, 0.9)))

    assert {one for one, _ in relations(engine, "evt_two")} == {"evt_one", "evt_three"}
    assert [one for one, _ in relations(engine, "evt_three")] == ["evt_two"]


def test_a_paid_text_finds_the_news_that_comes_after_it(engine: Engine) -> None:
    """The news does not name it: what is paid for is nobody's context."""
    publish(engine, tell(engine, "paid", 2, direction=(1, 0), type=ArticleType.SPONSORED))

    publish(engine, tell(engine, "news", 0, direction=(1, 1)))

    assert relations(engine, "evt_news") == []
    assert relations(engine, "evt_paid") == [("evt_news", "same_asset_theme")]


def test_whatever_the_order_in_which_events_come_they_end_with_the_same_context(engine: Engine) -> None:
    types = {"two": ArticleType.SPONSORED, "five": ArticleType.ROUNDUP}
    told = [
        tell(
            engine,
            name,
            0.3 * place,
            direction=(1, 0.5 * place, 0.2 * place**2),
            type=types.get(name, ArticleType.NEWS),
        )
        for place, name in enumerate(("one", "two", "three", "four", "five", "six", "seven"))
    ]
    publish(engine, *told)
    at_once = {one: set(relations(engine, one)) for one in told}
    assert sum(map(bool, at_once.values())) >= 5

    for chance in range(4):
        with writing(engine) as connection:
            forgotten = {"described_version": 0, "related_version": 0, "signal_rank": 0, "related": "[]"}
            connection.execute(update(events).values(description=None, **forgotten))
        for one in random.Random(chance).sample(told, len(told)):
            publish(engine, one)

        assert {one: set(relations(engine, one)) for one in told} == at_once


def test_near_events_are_each_others_context_and_a_stranger_is_nobodys(engine: Engine) -> None:
    one = tell(engine, "one", 4, direction=(1, 0, 0))
    two = tell(engine, "two", 3, direction=(1, 0.9, 0), theme=Theme.REGULATION, sources=2)
    publish(engine, one, two, tell(engine, "stranger", 2, theme=Theme.MACRO, asset="BTC"))

    (shown,) = related(engine, "evt_one")
    assert (shown.event_id, shown.title, shown.why) == ("evt_two", "What two tells", "also on SOL")
    assert (shown.independent_sources, shown.published_at) == (2, NOON - timedelta(days=3))
    assert relations(engine, "evt_two") == [("evt_one", "context")]
    assert related(engine, "evt_stranger") == ()


def test_context_is_written_anew_and_moves_neither_version_nor_log(engine: Engine) -> None:
    store = EventStore(engine)
    one = tell(engine, "one", 4, direction=(1, 0, 0))
    publish(engine, one, tell(engine, "two", 3, direction=(1, 0.9, 0), theme=Theme.REGULATION))
    with writing(engine) as connection:
        connection.execute(update(events).values(related="[]"))
    before, log = store.get("evt_one"), store.changes_after(0, 100)

    relate_events(["evt_one"], engine=engine, now=NOON)

    after = store.get("evt_one")
    assert relations(engine, "evt_one") == [("evt_two", "context")]
    assert before
    assert after
    assert (after.version, after.updated_at) == (before.version, before.updated_at)
    assert store.changes_after(0, 100) == log
    assert store.undescribed(limit=10) == []


def test_an_event_that_is_gone_is_nobodys_context_any_more(engine: Engine) -> None:
    breach, plan = tell(engine, "breach", 6, direction=(1, 0)), tell(engine, "plan", 0, direction=(1, 0.6))
    publish(engine, breach, plan)
    with change_events(engine, by="withdrawal", at=NOON) as ledger:
        ledger.withdraw(["art_plan0"])

    publish(engine, plan)

    assert related(engine, breach) == ()


def test_who_is_named_beside_another_is_still_due_for_its_own_context(engine: Engine) -> None:
    one, two = tell(engine, "one", 2, direction=(1, 0)), tell(engine, "two", 0, direction=(1, 1.3))
    describe_events([one, two], engine=engine, now=NOW)

    relate_events([two], engine=engine, now=NOW)

    assert relations(engine, one) == [("evt_two", "same_asset_theme")]
    assert EventStore(engine).undescribed(limit=9) == [one]


def test_what_is_on_another_theme_and_far_is_no_context(engine: Engine) -> None:
    told = [tell(engine, "one", 2, direction=(1, 0)), tell(engine, "two", 0, direction=(0, 1), theme=Theme.SECURITY)]
    publish(engine, *told)

    assert [related(engine, one) for one in told] == [(), ()]
