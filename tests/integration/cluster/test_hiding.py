"""What others say of an event goes when it is hidden and comes back when it is shown again."""

from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine

from cluster import records
from cluster.action import Action, Field
from cluster.changes import change_events
from cluster.describe_stage import describe_events, relate_events
from cluster.editing import Refused
from cluster.event import Related, Theme
from cluster.following_up import follow_up
from cluster.store import EventStore
from cluster.whitening import WHITE_DIMENSIONS
from tests.builders import NOON
from tests.integration.cluster.pipeline import NOW
from tests.integration.cluster.standing import desk_of, event_now
from tests.integration.cluster.telling import tell


def _described(engine: Engine) -> None:
    """What the sweep has the workers do."""
    due = EventStore(engine).undescribed(limit=100)
    describe_events(due, engine=engine, now=NOW)
    relate_events(due, engine=engine, now=NOW)
    assert EventStore(engine).undescribed(limit=100) == []


def _done(engine: Engine, action: Action) -> Action:
    follow_up(action.draft, engine=engine, now=NOW)
    return action


def _said(engine: Engine, event_id: str) -> tuple[Any, ...]:
    said = event_now(engine, event_id).description
    assert said is not None
    return said.follows, said.why, {one.event_id for one in said.related}


def test_what_follows_an_event_says_so_again_once_it_is_shown(engine: Engine) -> None:
    near = np.ones(WHITE_DIMENSIONS)
    nearer = np.where(np.arange(WHITE_DIMENSIONS) == 0, -1.0, near)
    earlier = tell(engine, "files", 3, title="Corvane files", direction=near.tolist(), sources=2)
    later = tell(engine, "wins", 2, title="Corvane wins approval", direction=nearer.tolist(), sources=2)
    _described(engine)
    before = _said(engine, later)
    assert before[0].event.event_id == earlier

    _hidden_and_shown(engine, earlier, later, before)


def test_what_counts_an_event_without_naming_it_counts_it_again_once_it_is_shown(engine: Engine) -> None:
    tell(engine, "first", 31, theme=Theme.PRICE)
    tell(engine, "usual", 20)
    week = [tell(engine, f"week{number}", 6 - number / 2) for number in range(8)]
    _described(engine)
    before = _said(engine, week[-1])
    assert before[1].text.startswith("The 8th ETF event on Sol within a week")
    assert week[0] not in {one.event_id for one in before[1].counted[0].events}

    _hidden_and_shown(engine, week[0], week[-1], before)


def _hidden_and_shown(engine: Engine, event_id: str, other_id: str, before: tuple[Any, ...]) -> None:
    """What another event says differs while one is hidden, and no longer."""
    put_away = _done(engine, desk_of(engine).set(event_id, Field.HIDDEN, "true", {}))
    _described(engine)
    assert _said(engine, other_id)[:2] != before[:2]

    _done(engine, desk_of(engine).undo(put_away.seq))
    _described(engine)
    assert _said(engine, other_id) == before


def test_what_is_far_from_a_hidden_event_is_not_described_again(engine: Engine) -> None:
    near = tell(engine, "near", 3)
    tell(engine, "later", -20)
    tell(engine, "earlier", 4)
    tell(engine, "other", 2, theme=Theme.PRICE, asset="ADA")
    hidden = tell(engine, "hidden", 3.5)
    _described(engine)

    desk_of(engine).set(hidden, Field.HIDDEN, "true", {})

    assert EventStore(engine).undescribed(limit=100) == [near]


def test_a_hidden_event_and_one_in_sight_are_not_made_one(engine: Engine) -> None:
    one, other = tell(engine, "one", 3), tell(engine, "other", 2)
    desk_of(engine).set(one, Field.HIDDEN, "true", {})

    for keep in (None, one, other):
        with pytest.raises(Refused, match="hide or show both"):
            desk_of(engine).merge(one, other, {}, keep=keep)

    desk_of(engine).set(other, Field.HIDDEN, "true", {})
    desk_of(engine).merge(one, other, {})


def test_nobody_names_what_went_into_a_hidden_event(engine: Engine) -> None:
    hidden, gone, names = (
        tell(engine, "hidden", 3),
        tell(engine, "gone", 2, theme=Theme.PRICE),
        tell(engine, "names", 1),
    )
    _described(engine)
    _done(engine, desk_of(engine).set(hidden, Field.HIDDEN, "true", {}))
    _described(engine)
    with change_events(engine, by="describe", at=NOW) as ledger:
        ledger.relate(names, records.dump_related((Related(gone, "A breach", "context", "", 1, NOON),)))

    _done(engine, desk_of(engine).move(["art_gone0"], hidden, {}))

    assert gone not in _said(engine, names)[2]
