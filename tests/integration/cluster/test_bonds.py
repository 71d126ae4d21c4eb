"""An editor's word on an article outlives the lead of the event that it was said of."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from cluster.action import Action, Link, Pair
from cluster.editing import Desk
from cluster.editing_store import EditingStore
from cluster.following_up import follow_up
from cluster.reclustering import recluster
from cluster.repair import repair
from cluster.store import EventStore
from ingest.store import ArticleStore
from tests.builders import NOON, make_article
from tests.integration.cluster.editorial import editorial
from tests.integration.cluster.pipeline import NOW, publish
from tests.integration.cluster.standing import desk_of, event_now, members_of

BREACH = make_article("art_1", "ledgerpost")
SAME = make_article("art_2", "coinherald", published_at=NOON + timedelta(minutes=30))
SAME_TOO = make_article("art_3", "blockgazette", published_at=NOON + timedelta(minutes=40))
EARLY, LATE = -10, 50  # minutes
DAY_AGO = NOON - timedelta(days=1)

ACTS: dict[str, Callable[[Desk, str], Action]] = {
    "move": lambda desk, home: desk.move(["art_4"], home, {}),
    "link": lambda desk, home: desk.link("art_4", "art_1", Link.MUST, {}),
    "merge": lambda desk, home: desk.merge(home, EventStore(desk.engine).event_of(["art_4"])["art_4"], {}, keep=home),
}


def _publish(engine: Engine, minutes: int) -> str:
    """Three articles on a breach and one on a talk; the event of the breach."""
    talk = make_article(
        "art_4",
        "coinherald",
        title="Regulator opens a consultation on staking",
        text="Comments are due by the end of May.",
        published_at=NOON + timedelta(minutes=minutes),
    )
    placed = publish(engine, BREACH, SAME, SAME_TOO, talk)
    assert placed["art_1"] == placed["art_3"] != placed["art_4"]
    return placed["art_1"]


def _done(engine: Engine, action: Action) -> Action:
    follow_up(action.draft, engine=engine, now=NOW)
    return action


def _lead(engine: Engine, event_id: str) -> str:
    said = event_now(engine, event_id).description
    assert said is not None
    return said.lead_article_id


def _rules_move_nothing(engine: Engine) -> None:
    assert repair(engine, NOW) == []
    publish(engine)
    assert recluster(engine, DAY_AGO, NOW).moved == ()


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("minutes", [EARLY, LATE])
def test_what_an_editor_put_into_an_event_stays_when_its_lead_is_detached(
    engine: Engine, act: str, minutes: int
) -> None:
    home = _publish(engine, minutes)
    _done(engine, ACTS[act](desk_of(engine), home))
    before = editorial(engine)
    assert _lead(engine, home) == "art_1"

    detached = _done(engine, desk_of(engine).move(["art_1"], None, {}))

    assert members_of(engine, home) == ["art_2", "art_3", "art_4"]
    _rules_move_nothing(engine)
    _done(engine, desk_of(engine).undo(detached.seq))
    assert editorial(engine) == before


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("minutes", [EARLY, LATE])
def test_what_an_editor_put_into_an_event_stays_when_its_lead_is_taken_back(
    engine: Engine, act: str, minutes: int
) -> None:
    home = _publish(engine, minutes)
    action = _done(engine, ACTS[act](desk_of(engine), home))

    ArticleStore(engine).remove(["art_1"], NOW)
    repair(engine, NOW)
    publish(engine)

    assert members_of(engine, home) == ["art_2", "art_3", "art_4"]
    _rules_move_nothing(engine)
    _done(engine, desk_of(engine).undo(action.seq))
    assert members_of(engine, home) == ["art_2", "art_3"]
    assert not any(
        pair.link is Link.MUST and "art_4" in (pair.one, pair.other) for pair in EditingStore(engine).pairs()
    )


def test_it_stays_with_each_lead_after_the_other(engine: Engine) -> None:
    home = _publish(engine, LATE)
    _done(engine, desk_of(engine).move(["art_4"], home, {}))

    for gone in ("art_1", "art_2"):
        ArticleStore(engine).remove([gone], NOW)
        repair(engine, NOW)

    assert EditingStore(engine).pairs() == [Pair("art_3", "art_4", Link.MUST)]


def test_two_events_that_are_two_stay_so_when_a_lead_leaves(engine: Engine) -> None:
    home = _publish(engine, LATE)
    talk = EventStore(engine).event_of(["art_4"])["art_4"]
    said = desk_of(engine).keep_apart(talk, home, {})

    ArticleStore(engine).remove([_lead(engine, home)], NOW)
    repair(engine, NOW)

    apart = [Pair("art_2", "art_4", Link.CANNOT), Pair("art_3", "art_4", Link.CANNOT)]
    assert sorted(EditingStore(engine).pairs(), key=str) == apart
    desk_of(engine).undo(said.seq)
    assert EditingStore(engine).pairs() == []


def test_words_that_were_said_through_an_article_that_is_gone_are_undone_whole(engine: Engine) -> None:
    _publish(engine, LATE)
    linked = [desk_of(engine).link(one, "art_1", Link.MUST, {}) for one in ("art_2", "art_3")]
    _take_back(engine, "art_1")
    assert EditingStore(engine).pairs() == [Pair("art_2", "art_3", Link.MUST)]

    for action in linked:
        desk_of(engine).undo(action.seq)
        assert EditingStore(engine).pairs() == []


def test_a_word_that_an_undo_brings_back_holds_through_an_article_that_is_gone(engine: Engine) -> None:
    home = _publish(engine, LATE)
    other = _done(engine, desk_of(engine).split(["art_2"], {})).draft.led_to
    _done(engine, desk_of(engine).move(["art_4"], home, {}))
    again = _done(engine, desk_of(engine).move(["art_4"], other, {}))
    _take_back(engine, "art_1")

    _done(engine, desk_of(engine).undo(again.seq))

    assert Pair("art_3", "art_4", Link.MUST) in EditingStore(engine).pairs()


def test_a_merge_whose_lead_is_gone_is_undone_whole(engine: Engine) -> None:
    home = _publish(engine, LATE)
    merged = _done(engine, ACTS["merge"](desk_of(engine), home))
    _take_back(engine, "art_1")

    _done(engine, desk_of(engine).undo(merged.seq))

    assert members_of(engine, home) == ["art_2", "art_3"]
    assert EditingStore(engine).pairs() == []


def test_what_another_word_says_through_an_article_that_is_gone_outlives_an_undo(engine: Engine) -> None:
    home = _publish(engine, LATE)
    _done(engine, desk_of(engine).move(["art_4"], home, {}))
    linked = desk_of(engine).link("art_4", "art_2", Link.MUST, {})
    desk_of(engine).link("art_3", "art_2", Link.MUST, {})
    for gone in ("art_1", "art_2"):
        _take_back(engine, gone)
    assert EditingStore(engine).pairs() == [Pair("art_3", "art_4", Link.MUST)]

    desk_of(engine).undo(linked.seq)

    assert EditingStore(engine).pairs() == [Pair("art_3", "art_4", Link.MUST)], "it was moved there, too"


def _take_back(engine: Engine, article_id: str) -> None:
    ArticleStore(engine).remove([article_id], NOW)
    repair(engine, NOW)
