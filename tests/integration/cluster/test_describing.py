"""What describing writes: an event's words, its rows in the log, its context, and what stays due."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, update

from cluster.change import Change
from cluster.changes import change_events
from cluster.describe_stage import describe_events, relate_events
from cluster.editing import Desk
from cluster.event import ChangeType, Description, Event, Level
from cluster.repair import repair
from cluster.store import EventStore
from cluster.tables import events
from ingest.store import ArticleStore
from storage.engine import writing
from tests.builders import NOON, make_article
from tests.integration.cluster.meanwhile import before_the_door_opens
from tests.integration.cluster.pipeline import NOW, place, publish, read

BREACH = make_article("art_1", "ledgerpost")
SAME = make_article("art_2", "coinherald", published_at=NOON + timedelta(minutes=30))
THIRD = make_article("art_3", "blockgazette", published_at=NOON + timedelta(minutes=40))
APPOINTMENT = make_article(
    "art_4",
    "blockgazette",
    title="Corvane names Ines Halloran its new chief executive",
    text="The exchange Corvane appointed a lawyer to lead it. Corvane paid nobody who drained a wallet.",
    published_at=NOON + timedelta(hours=30),
)
TALK = make_article(
    "art_5", "coinherald", title="Regulator opens a consultation on staking", text="Comments are due by the end of May."
)
MINUTE = timedelta(minutes=1)


def _event(engine: Engine, event_id: str) -> Event:
    found = EventStore(engine).get(event_id)
    assert found is not None
    return found


def _said(engine: Engine, event_id: str) -> Description:
    description = _event(engine, event_id).description
    assert description is not None
    return description


def _log(engine: Engine, event_id: str) -> list[Change]:
    return [change for change in EventStore(engine).changes_after(0, 100) if change.event_id == event_id]


@pytest.mark.parametrize("described_before", [False, True])
def test_an_event_that_grows_while_it_is_being_described_stays_due(engine: Engine, described_before: bool) -> None:
    event_id = (publish if described_before else place)(engine, BREACH)["art_1"]

    # An attempt is counted first.
    with before_the_door_opens(engine, lambda: place(engine, SAME), doors_before=1):
        describe_events([event_id], engine=engine, now=NOW)

    assert len(_event(engine, event_id).members) == 2
    assert _event(engine, event_id).independent_sources == 1
    assert EventStore(engine).undescribed(limit=10) == [event_id]
    assert describe_events([event_id], engine=engine, now=NOW) == [event_id]
    assert _event(engine, event_id).independent_sources == 2
    relate_events([event_id], engine=engine, now=NOW)
    assert EventStore(engine).undescribed(limit=10) == []


def test_what_would_say_the_same_is_not_written_again(engine: Engine) -> None:
    event_id = publish(engine, BREACH, SAME)["art_1"]
    before, log = _event(engine, event_id), _log(engine, event_id)

    assert describe_events([event_id], engine=engine, now=NOW + MINUTE) == []

    assert _log(engine, event_id) == log
    assert _event(engine, event_id) == before


def test_what_cannot_be_read_is_described_anew_and_keeps_no_other_event_from_it(engine: Engine) -> None:
    placed = publish(engine, BREACH, TALK)
    ids = [placed[article.id] for article in (BREACH, TALK)]
    unread, other = ids
    with writing(engine) as connection:
        connection.execute(update(events).where(events.c.id == unread).values(description='{"of": "another release"}'))
        connection.execute(update(events).where(events.c.id == other).values(description=None))

    assert set(describe_events(ids, engine=engine, now=NOW + MINUTE)) == set(ids)

    assert (_said(engine, unread).title, _said(engine, other).title) == (BREACH.title, TALK.title)
    assert _log(engine, unread)[-1].type is ChangeType.DESCRIBED


def test_an_event_that_changed_and_says_the_same_is_due_no_more(engine: Engine) -> None:
    event_id = publish(engine, BREACH, SAME)["art_1"]
    desk = Desk(engine, by="Ada", at=NOW)
    desk.undo(desk.move(["art_2"], None, {}).seq)
    assert EventStore(engine).undescribed(limit=10) == [event_id]

    assert describe_events([event_id], engine=engine, now=NOW) == []
    relate_events([event_id], engine=engine, now=NOW)

    assert EventStore(engine).undescribed(limit=10) == []


def test_an_event_whose_context_was_not_found_stays_due(engine: Engine) -> None:
    event_id = place(engine, BREACH)["art_1"]

    describe_events([event_id], engine=engine, now=NOW)  # and its process is killed before it relates

    assert EventStore(engine).undescribed(limit=10) == [event_id]


def test_a_signal_that_changes_has_a_row_of_its_own_and_one_that_stays_has_none(engine: Engine) -> None:
    event_id = publish(engine, BREACH)["art_1"]
    levels = [_said(engine, event_id).signal.level]
    for article in (SAME, THIRD):
        assert publish(engine, article) == {article.id: event_id}
        levels.append(_said(engine, event_id).signal.level)

    assert levels == [Level.LOW, Level.MEDIUM, Level.MEDIUM]
    grown = [ChangeType.GREW, ChangeType.DESCRIBED]
    types = [ChangeType.CREATED, ChangeType.DESCRIBED, *grown, ChangeType.SIGNAL_CHANGED, *grown]
    log = _log(engine, event_id)
    assert [(change.version, change.type) for change in log] == list(enumerate(types, start=1))
    assert {change.fields for change in log if change.type is ChangeType.DESCRIBED} == {("description", "signal")}
    assert [change.fields for change in log if change.type is ChangeType.SIGNAL_CHANGED] == [("signal",)]
    assert EventStore(engine).undescribed(limit=10) == []


def test_a_description_that_changes_words_alone_does_not_name_the_signal(engine: Engine) -> None:
    event_id = publish(engine, BREACH)["art_1"]
    ArticleStore(engine).revise(replace(BREACH, title="Corvane stops withdrawals after a breach"), NOON)
    read(engine, ["art_1"])
    repair(engine, NOW)

    assert describe_events([event_id], engine=engine, now=NOW) == [event_id]

    assert _log(engine, event_id)[-1].fields == ("description",)


def test_the_next_session_alone_is_nothing_new_to_describe(engine: Engine) -> None:
    event_id = publish(engine, BREACH)["art_1"]
    describe_events([event_id], engine=engine, now=NOW + timedelta(hours=1))
    stale = _said(engine, event_id).signal

    assert describe_events([event_id], engine=engine, now=NOW + timedelta(hours=12)) == []
    assert _said(engine, event_id).signal == stale


def test_an_event_is_as_new_as_its_last_change(engine: Engine) -> None:
    event_id = publish(engine, BREACH)["art_1"]
    updated = [_event(engine, event_id).updated_at]

    place(engine, SAME, now=NOW + MINUTE)
    updated.append(_event(engine, event_id).updated_at)
    describe_events([event_id], engine=engine, now=NOW + 2 * MINUTE)
    updated.append(_event(engine, event_id).updated_at)
    with change_events(engine, by="expire", at=NOW + 3 * MINUTE) as ledger:
        ledger.close(event_id)
    updated.append(_event(engine, event_id).updated_at)

    assert updated == [NOW + n * MINUTE for n in range(4)]
    assert {change.at for change in _log(engine, event_id)} == set(updated)


def test_what_a_publisher_prints_above_everything_opens_nothing(engine: Engine) -> None:
    policy = "The Ledgerpost keeps to a strict policy of its own that its editors wrote down years ago."
    told = ("Vault keys were lost in Alder", "A tax on mining ends in Perth", "Two funds close in Oslo", "A bank opens")
    articles = [
        make_article(
            f"art_{n}",
            title=f"{what} on the day of the harvest",
            text=f"{policy}\n{what}, and the town spoke of little else for a week of rain.",
            published_at=NOON + n * MINUTE,
        )
        for n, what in enumerate(told)
    ]

    placed = publish(engine, *articles)

    openings = {quote.article_id: quote.text for quote in _said(engine, placed["art_3"]).openings}
    assert openings["art_3"] == "A bank opens, and the town spoke of little else for a week of rain."
