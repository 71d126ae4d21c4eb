"""What an event may follow is found in the database: news on its theme, and news that names the same in its title."""

from collections.abc import Sequence

from sqlalchemy import Engine

from cluster.changes import change_events
from cluster.describe_stage import describe_events
from cluster.event import Followed, Theme
from cluster.store import EventStore
from tests.builders import NOON
from tests.integration.cluster.pipeline import NOW
from tests.integration.cluster.telling import tell

BREACH, PLAN = "Corvane halts withdrawals after a breach", "Regulator hears Corvane on its plan"
NEAR = (1, 0.9)  # a cosine of .74 with (1, 0)


def follows(engine: Engine, event_id: str) -> str | None:
    event = EventStore(engine).get(event_id)
    assert event is not None
    assert event.description is not None
    found: Followed | None = event.description.follows
    return found.event.event_id if found else None


def describe(engine: Engine, event_ids: Sequence[str]) -> None:
    describe_events(event_ids, engine=engine, now=NOW)


def test_news_on_its_theme_is_followed_without_a_name(engine: Engine) -> None:
    describe(engine, [tell(engine, "one", 3, direction=(1, 0)), tell(engine, "other", 1, theme=Theme.SECURITY)])

    describe(engine, [two := tell(engine, "two", 0, direction=NEAR)])

    assert follows(engine, two) == "evt_one"


def test_news_on_another_theme_is_followed_by_the_name_in_both_titles(engine: Engine) -> None:
    describe(engine, [tell(engine, "breach", 3, title=BREACH, theme=Theme.SECURITY, direction=(1, 0))])

    describe(engine, [plan := tell(engine, "plan", 0, title=PLAN, direction=NEAR)])
    describe(engine, [nameless := tell(engine, "nameless", 0, direction=NEAR)])

    assert follows(engine, plan) == "evt_breach"
    assert follows(engine, nameless) is None


def test_events_of_one_batch_may_follow_each_other(engine: Engine) -> None:
    told = [tell(engine, name, days, direction=NEAR) for name, days in (("one", 4), ("two", 2), ("three", 0))]
    describe(engine, told)

    assert [follows(engine, one) for one in told] == [None, "evt_one", "evt_two"]


def test_what_is_gone_is_not_followed(engine: Engine) -> None:
    describe(engine, [tell(engine, "one", 4, direction=NEAR), tell(engine, "two", 2, direction=NEAR)])
    with change_events(engine, by="withdrawal", at=NOON) as ledger:
        ledger.withdraw(["art_two0"])

    describe(engine, [three := tell(engine, "three", 0, direction=NEAR)])

    assert follows(engine, three) == "evt_one"
