"""A locked event keeps the articles it has, whatever the rules say, until an editor unlocks it."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from cluster.describe_stage import describe_events, relate_events
from cluster.editing import Desk, Refused
from cluster.event import ChangeType, Event
from cluster.reclustering import recluster
from cluster.repair import repair
from cluster.store import EventStore
from tests.builders import NOON, make_article
from tests.integration.cluster.pipeline import NOW, publish

BREACH = make_article("art_1", "ledgerpost")
SAME = make_article("art_2", "coinherald", published_at=NOON + timedelta(minutes=30))
TALK = make_article(
    "art_3", "coinherald", title="Regulator opens a consultation on staking", text="Comments are due by the end of May."
)
BOUNTY = make_article("art_4", "blockgazette", title="Perch raises eighteen million", text="Three funds took part.")
DAY_AGO = NOON - timedelta(days=1)


def _desk(engine: Engine) -> Desk:
    return Desk(engine, by="Ada", at=NOW)


def _event(engine: Engine, event_id: str) -> Event:
    found = EventStore(engine).get(event_id)
    assert found is not None
    return found


def _members(engine: Engine, event_id: str) -> list[str]:
    return sorted(member.article.id for member in _event(engine, event_id).members)


def test_no_rule_adds_to_a_locked_event_or_takes_from_it(engine: Engine) -> None:
    placed = publish(engine, BREACH, TALK)
    home = _desk(engine).merge(placed["art_1"], placed["art_3"], {}).draft.led_to
    _desk(engine).lock(home, {})
    members = _members(engine, home)

    late = publish(engine, SAME)
    recluster(engine, DAY_AGO, NOW)
    repair(engine, NOW)

    assert _members(engine, home) == members
    assert _event(engine, home).locked
    assert late["art_2"] != home


def test_an_unlocked_event_is_looked_at_again(engine: Engine) -> None:
    home = publish(engine, BREACH)["art_1"]
    _desk(engine).lock(home, {})
    publish(engine, SAME)
    repair(engine, NOW)

    _desk(engine).lock(home, {}, locked=False)
    repair(engine, NOW)

    assert _members(engine, home) == ["art_1", "art_2"]


def test_a_locked_event_is_unlocked_before_editors_change_it(engine: Engine) -> None:
    placed = publish(engine, BREACH, TALK, BOUNTY)
    merge = _desk(engine).merge(placed["art_1"], placed["art_3"], {})
    home = merge.draft.led_to
    lock = _desk(engine).lock(home, {}).seq

    with pytest.raises(Refused, match="unlock it first"):
        _desk(engine).merge(home, placed["art_4"], {})
    with pytest.raises(Refused, match="unlock it first"):
        _desk(engine).move("art_3", None, {})
    with pytest.raises(Refused, match="unlock it first"):
        _desk(engine).undo(merge.seq)

    _desk(engine).undo(lock)
    _desk(engine).undo(merge.seq)
    assert not _event(engine, home).locked


def test_a_lock_that_was_opened_since_is_not_undone(engine: Engine) -> None:
    home = publish(engine, BREACH)["art_1"]
    lock = _desk(engine).lock(home, {}).seq
    _desk(engine).lock(home, {}, locked=False)

    with pytest.raises(Refused, match="unlocked since"):
        _desk(engine).undo(lock)
    with pytest.raises(Refused, match="not locked"):
        _desk(engine).lock(home, {}, locked=False)


def test_a_lock_says_nothing_new(engine: Engine) -> None:
    home = publish(engine, BREACH)["art_1"]
    describe_events([home], engine=engine, now=NOW)
    relate_events([home], engine=engine, now=NOW)

    _desk(engine).lock(home, {})

    assert EventStore(engine).undescribed(limit=10) == []
    last = EventStore(engine).last_change()
    assert last is not None
    assert (last.event_id, last.type) == (home, ChangeType.LOCKED)
