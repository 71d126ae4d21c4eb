"""A locked event keeps the articles it has, whatever the rules say, until an editor unlocks it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from cluster.changes import StaleVersion
from cluster.describe_stage import describe_events, relate_events
from cluster.editing import Refused
from cluster.editing_store import EditingStore
from cluster.event import ChangeType, Status
from cluster.placing import Placer
from cluster.reclustering import recluster
from cluster.regrouping import Regrouped, regroup
from cluster.repair import repair
from cluster.store import EventStore
from ingest.store import ArticleStore
from tests.builders import NOON, make_article
from tests.integration.cluster.pipeline import NOW, place, publish
from tests.integration.cluster.standing import desk_of, event_now, members_of, put

BREACH = make_article("art_1", "ledgerpost")
SAME = make_article("art_2", "coinherald", published_at=NOON + timedelta(minutes=30))
TALK = make_article(
    "art_3", "coinherald", title="Regulator opens a consultation on staking", text="Comments are due by the end of May."
)
BOUNTY = make_article("art_4", "blockgazette", title="Perch raises eighteen million", text="Three funds took part.")
COPY = make_article("art_5", "blockgazette", text=BREACH.text, published_at=NOON + timedelta(minutes=40))
DAY_AGO = NOON - timedelta(days=1)


def _locked_with_a_stranger(engine: Engine) -> str:
    """A locked event of two articles that do not belong together."""
    placed = publish(engine, BREACH, TALK)
    put(engine, "art_3", placed["art_1"])
    desk_of(engine).lock(placed["art_1"], {})
    return placed["art_1"]


def test_no_rule_takes_from_a_locked_event(engine: Engine) -> None:
    home = _locked_with_a_stranger(engine)

    recluster(engine, DAY_AGO, NOW)
    repair(engine, NOW)

    assert members_of(engine, home) == ["art_1", "art_3"]


def test_no_rule_adds_to_a_locked_event(engine: Engine) -> None:
    home = publish(engine, BREACH)["art_1"]
    desk_of(engine).lock(home, {})

    publish(engine, SAME, COPY)
    recluster(engine, DAY_AGO, NOW)
    repair(engine, NOW)

    assert members_of(engine, home) == ["art_1"]


def test_a_worker_hears_of_a_lock_before_it_places_more(engine: Engine) -> None:
    worker = Placer(engine)
    home = place(engine, BREACH, placer=worker)["art_1"]
    desk_of(engine).lock(home, {})

    assert place(engine, SAME, placer=worker)["art_2"] != home


def test_a_worker_hears_of_an_unlocking_too(engine: Engine) -> None:
    worker = Placer(engine)
    home = place(engine, BREACH, placer=worker)["art_1"]
    desk_of(engine).lock(home, {})
    place(engine, TALK, placer=worker)
    desk_of(engine).unlock(home, {})

    assert place(engine, SAME, placer=worker)["art_2"] == home


def test_an_event_that_is_locked_while_repair_decides_is_left_alone(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = publish(engine, BREACH, TALK)
    put(engine, "art_3", placed["art_1"])

    def deciding(*given: Any) -> Regrouped:
        if not event_now(engine, placed["art_1"]).locked:
            desk_of(engine).lock(placed["art_1"], {})
        return regroup(*given)

    monkeypatch.setattr("cluster.repair.regroup", deciding)
    repair(engine, NOW)

    assert members_of(engine, placed["art_1"]) == ["art_1", "art_3"]


def test_an_unlocked_event_is_looked_at_again(engine: Engine) -> None:
    home = publish(engine, BREACH)["art_1"]
    desk_of(engine).lock(home, {})
    publish(engine, SAME)
    repair(engine, NOW)
    assert members_of(engine, home) == ["art_1"]

    desk_of(engine).unlock(home, {})
    repair(engine, NOW)

    assert members_of(engine, home) == ["art_1", "art_2"]


def test_a_locked_event_is_unlocked_before_editors_change_it(engine: Engine) -> None:
    placed = publish(engine, BREACH, TALK, BOUNTY)
    merge = desk_of(engine).merge(placed["art_1"], placed["art_3"], {})
    home = merge.draft.led_to
    lock = desk_of(engine).lock(home, {}).seq

    acts: tuple[Callable[[], object], ...] = (
        lambda: desk_of(engine).merge(home, placed["art_4"], {}),
        lambda: desk_of(engine).merge(placed["art_4"], home, {}),
        lambda: desk_of(engine).move(["art_3"], None, {}),
        lambda: desk_of(engine).move(["art_4"], home, {}),
        lambda: desk_of(engine).undo(merge.seq),
    )
    for act in acts:
        with pytest.raises(Refused, match="unlock it first"):
            act()

    desk_of(engine).undo(lock)
    desk_of(engine).undo(merge.seq)
    assert not event_now(engine, home).locked


def test_an_undo_changes_no_locked_event_that_its_action_never_saw(engine: Engine) -> None:
    placed = publish(engine, BREACH, SAME, BOUNTY)
    assert placed["art_1"] == placed["art_2"]
    moved = desk_of(engine).move(["art_2"], None, {})
    put(engine, "art_2", placed["art_4"])
    desk_of(engine).lock(placed["art_4"], {})

    with pytest.raises(Refused, match="unlock it first"):
        desk_of(engine).undo(moved.seq)

    assert members_of(engine, placed["art_4"]) == ["art_2", "art_4"]


def test_an_editor_who_looked_at_an_older_version_locks_nothing(engine: Engine) -> None:
    home = publish(engine, BREACH)["art_1"]
    seen = EventStore(engine).versions([home])
    desk_of(engine).lock(home, seen)

    with pytest.raises(StaleVersion):
        desk_of(engine).unlock(home, seen)
    assert event_now(engine, home).locked


def test_a_lock_goes_with_the_last_article(engine: Engine) -> None:
    home = publish(engine, BREACH)["art_1"]
    desk_of(engine).lock(home, {})

    ArticleStore(engine).remove(["art_1"], NOW)
    repair(engine, NOW)

    assert EditingStore(engine).locked() == []
    assert event_now(engine, home).status is Status.REMOVED


def test_a_lock_that_was_opened_since_is_not_undone(engine: Engine) -> None:
    home = publish(engine, BREACH)["art_1"]
    lock = desk_of(engine).lock(home, {}).seq
    opened = desk_of(engine).unlock(home, {}).seq

    with pytest.raises(Refused, match=f"undo action {opened} first"):
        desk_of(engine).undo(lock)
    with pytest.raises(Refused, match="not locked"):
        desk_of(engine).unlock(home, {})


def test_a_lock_says_nothing_new(engine: Engine) -> None:
    home = publish(engine, BREACH)["art_1"]
    describe_events([home], engine=engine, now=NOW)
    relate_events([home], engine=engine, now=NOW)

    desk_of(engine).lock(home, {})

    assert EventStore(engine).undescribed(limit=10) == []
    last = EventStore(engine).last_change()
    assert last is not None
    assert (last.event_id, last.type) == (home, ChangeType.LOCKED)
