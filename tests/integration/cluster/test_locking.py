"""A locked event keeps the articles it has, whatever the rules say, until an editor unlocks it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from cluster.changes import StaleVersion, change_events
from cluster.describe_stage import describe_events, relate_events
from cluster.editing import Desk, Refused
from cluster.editing_store import EditingStore
from cluster.event import ChangeType, Event, Status
from cluster.placing import Placer
from cluster.reclustering import recluster
from cluster.regrouping import Regrouped, regroup
from cluster.repair import repair
from cluster.store import EventStore
from ingest.store import ArticleStore
from tests.builders import NOON, make_article
from tests.integration.cluster.pipeline import NOW, place, publish

BREACH = make_article("art_1", "ledgerpost")
SAME = make_article("art_2", "coinherald", published_at=NOON + timedelta(minutes=30))
TALK = make_article(
    "art_3", "coinherald", title="Regulator opens a consultation on staking", text="Comments are due by the end of May."
)
BOUNTY = make_article("art_4", "blockgazette", title="Perch raises eighteen million", text="Three funds took part.")
COPY = make_article("art_5", "blockgazette", text=BREACH.text, published_at=NOON + timedelta(minutes=40))
DAY_AGO = NOON - timedelta(days=1)


def _desk(engine: Engine) -> Desk:
    return Desk(engine, by="Ada", at=NOW)


def _event(engine: Engine, event_id: str) -> Event:
    found = EventStore(engine).get(event_id)
    assert found is not None
    return found


def _members(engine: Engine, event_id: str) -> list[str]:
    return sorted(member.article.id for member in _event(engine, event_id).members)


def _put(engine: Engine, article_id: str, event_id: str) -> None:
    """An article as some earlier rules would have placed it."""
    with change_events(engine, by="recluster", at=NOW) as ledger:
        ledger.regroup([replace(EventStore(engine).placed([article_id])[article_id], event_id=event_id)])


def _locked_with_a_stranger(engine: Engine) -> str:
    """A locked event of two articles that do not belong together."""
    placed = publish(engine, BREACH, TALK)
    _put(engine, "art_3", placed["art_1"])
    _desk(engine).lock(placed["art_1"], {})
    return placed["art_1"]


def test_no_rule_takes_from_a_locked_event(engine: Engine) -> None:
    home = _locked_with_a_stranger(engine)

    recluster(engine, DAY_AGO, NOW)
    repair(engine, NOW)

    assert _members(engine, home) == ["art_1", "art_3"]


def test_no_rule_adds_to_a_locked_event(engine: Engine) -> None:
    home = publish(engine, BREACH)["art_1"]
    _desk(engine).lock(home, {})

    publish(engine, SAME, COPY)
    recluster(engine, DAY_AGO, NOW)
    repair(engine, NOW)

    assert _members(engine, home) == ["art_1"]


def test_a_worker_hears_of_a_lock_before_it_places_more(engine: Engine) -> None:
    worker = Placer(engine)
    home = place(engine, BREACH, placer=worker)["art_1"]
    _desk(engine).lock(home, {})

    assert place(engine, SAME, placer=worker)["art_2"] != home


def test_a_worker_hears_of_an_unlocking_too(engine: Engine) -> None:
    worker = Placer(engine)
    home = place(engine, BREACH, placer=worker)["art_1"]
    _desk(engine).lock(home, {})
    place(engine, TALK, placer=worker)
    _desk(engine).unlock(home, {})

    assert place(engine, SAME, placer=worker)["art_2"] == home


def test_an_event_that_is_locked_while_repair_decides_is_left_alone(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = publish(engine, BREACH, TALK)
    _put(engine, "art_3", placed["art_1"])

    def deciding(*given: Any) -> Regrouped:
        if not _event(engine, placed["art_1"]).locked:
            _desk(engine).lock(placed["art_1"], {})
        return regroup(*given)

    monkeypatch.setattr("cluster.repair.regroup", deciding)
    repair(engine, NOW)

    assert _members(engine, placed["art_1"]) == ["art_1", "art_3"]


def test_an_unlocked_event_is_looked_at_again(engine: Engine) -> None:
    home = publish(engine, BREACH)["art_1"]
    _desk(engine).lock(home, {})
    publish(engine, SAME)
    repair(engine, NOW)
    assert _members(engine, home) == ["art_1"]

    _desk(engine).unlock(home, {})
    repair(engine, NOW)

    assert _members(engine, home) == ["art_1", "art_2"]


def test_a_locked_event_is_unlocked_before_editors_change_it(engine: Engine) -> None:
    placed = publish(engine, BREACH, TALK, BOUNTY)
    merge = _desk(engine).merge(placed["art_1"], placed["art_3"], {})
    home = merge.draft.led_to
    lock = _desk(engine).lock(home, {}).seq

    acts: tuple[Callable[[], object], ...] = (
        lambda: _desk(engine).merge(home, placed["art_4"], {}),
        lambda: _desk(engine).merge(placed["art_4"], home, {}),
        lambda: _desk(engine).move("art_3", None, {}),
        lambda: _desk(engine).move("art_4", home, {}),
        lambda: _desk(engine).undo(merge.seq),
    )
    for act in acts:
        with pytest.raises(Refused, match="unlock it first"):
            act()

    _desk(engine).undo(lock)
    _desk(engine).undo(merge.seq)
    assert not _event(engine, home).locked


def test_an_undo_changes_no_locked_event_that_its_action_never_saw(engine: Engine) -> None:
    placed = publish(engine, BREACH, SAME, BOUNTY)
    assert placed["art_1"] == placed["art_2"]
    moved = _desk(engine).move("art_2", None, {})
    _put(engine, "art_2", placed["art_4"])
    _desk(engine).lock(placed["art_4"], {})

    with pytest.raises(Refused, match="unlock it first"):
        _desk(engine).undo(moved.seq)

    assert _members(engine, placed["art_4"]) == ["art_2", "art_4"]


def test_an_editor_who_looked_at_an_older_version_locks_nothing(engine: Engine) -> None:
    home = publish(engine, BREACH)["art_1"]
    seen = EventStore(engine).versions([home])
    _desk(engine).lock(home, seen)

    with pytest.raises(StaleVersion):
        _desk(engine).unlock(home, seen)
    assert _event(engine, home).locked


def test_a_lock_goes_with_the_last_article(engine: Engine) -> None:
    home = publish(engine, BREACH)["art_1"]
    _desk(engine).lock(home, {})

    ArticleStore(engine).remove(["art_1"], NOW)
    repair(engine, NOW)

    assert EditingStore(engine).locked() == []
    assert _event(engine, home).status is Status.REMOVED


def test_a_lock_that_was_opened_since_is_not_undone(engine: Engine) -> None:
    home = publish(engine, BREACH)["art_1"]
    lock = _desk(engine).lock(home, {}).seq
    _desk(engine).unlock(home, {})

    with pytest.raises(Refused, match="unlocked since"):
        _desk(engine).undo(lock)
    with pytest.raises(Refused, match="not locked"):
        _desk(engine).unlock(home, {})


def test_a_lock_says_nothing_new(engine: Engine) -> None:
    home = publish(engine, BREACH)["art_1"]
    describe_events([home], engine=engine, now=NOW)
    relate_events([home], engine=engine, now=NOW)

    _desk(engine).lock(home, {})

    assert EventStore(engine).undescribed(limit=10) == []
    last = EventStore(engine).last_change()
    assert last is not None
    assert (last.event_id, last.type) == (home, ChangeType.LOCKED)
