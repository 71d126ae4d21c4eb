"""What came between an action and its undo is not undone with it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from cluster.action import Action, Field, Link
from cluster.changes import change_events
from cluster.editing import Refused
from cluster.editing_changes import LINKED
from cluster.event import ChangeType, Event, Status
from cluster.following_up import follow_up
from cluster.repair import repair
from cluster.store import EventStore
from ingest.article import Article
from ingest.store import ArticleStore
from tests.builders import NOON, make_article
from tests.integration.cluster.pipeline import NOW, publish, read
from tests.integration.cluster.standing import desk_of, event_now, members_of, put

BREACH = make_article("art_1", "ledgerpost")
SAME = make_article("art_2", "coinherald", published_at=NOON + timedelta(minutes=30))
SAME_TOO = make_article("art_3", "blockgazette", published_at=NOON + timedelta(minutes=40))
TALK = make_article(
    "art_4", "coinherald", title="Regulator opens a consultation on staking", text="Comments are due by the end of May."
)
STATEMENT = " ".join(f"The exchange said point {n} of its plan stands as it was told to reporters." for n in range(30))


def _print(article_id: str, publisher: str, minutes: int, more: str = "") -> Article:
    return make_article(article_id, publisher, text=STATEMENT + more, published_at=NOON + timedelta(minutes=minutes))


def _done(engine: Engine, action: Action) -> Action:
    follow_up(action.draft, engine=engine, now=NOW)
    return action


def _moved_copy(engine: Engine, copy: Article) -> tuple[dict[str, str], Action]:
    """A copy whose original was not seen yet, which an editor moves to the talk."""
    placed = publish(engine, copy, TALK)
    return placed, _done(engine, desk_of(engine).move([copy.id], placed["art_4"], {}))


def _event_of(engine: Engine, article_id: str) -> Event:
    return event_now(engine, EventStore(engine).event_of([article_id])[article_id])


@pytest.mark.parametrize("credit", ["", " First published by Ledgerpost."])
def test_a_copy_whose_original_came_since_returns_as_its_copy(engine: Engine, credit: str) -> None:
    copy, original = _print("art_copy", "coinherald", 20, credit), _print("art_original", "ledgerpost", 0)
    placed, moved = _moved_copy(engine, copy)
    assert publish(engine, original) == {"art_original": placed["art_4"]}
    known = next(one.placement for one in _event_of(engine, "art_copy").members if one.article.id == "art_copy")
    assert known.copy_of == "art_original"

    _done(engine, desk_of(engine).undo(moved.seq))
    repair(engine, NOW)
    publish(engine)

    event = event_now(engine, placed["art_copy"])
    back = next(one.placement for one in event.members if one.article.id == "art_copy")
    assert (back.copy_of, [one.code for one in back.because]) == (
        "art_original",
        ["credits_original"] if credit else [],
    )
    assert _event_of(engine, "art_original").id == event.id
    assert event.independent_sources == 1


def test_what_returns_beside_another_print_that_came_since_counts_once_with_it(engine: Engine) -> None:
    placed, moved = _moved_copy(engine, _print("art_copy", "coinherald", 20))
    locked = desk_of(engine).lock(placed["art_4"], {})
    publish(engine, _print("art_original", "ledgerpost", 0))  # the event that has its copy takes none now
    put(engine, "art_original", placed["art_copy"])
    desk_of(engine).undo(locked.seq)

    _done(engine, desk_of(engine).undo(moved.seq))

    event = event_now(engine, placed["art_copy"])
    assert {one.article.id for one in event.members} == {"art_copy", "art_original"}
    assert event.independent_sources == 1


def test_an_original_that_joins_its_own_copy_is_no_copy_of_itself(engine: Engine) -> None:
    placed = publish(engine, _print("art_original", "ledgerpost", 0), _print("art_copy", "coinherald", 20), TALK)
    desk_of(engine).move(["art_copy"], placed["art_4"], {})

    _done(engine, desk_of(engine).merge(placed["art_original"], placed["art_4"], {}, keep=placed["art_4"]))

    event = event_now(engine, placed["art_4"])
    assert {one.article.id: one.placement.copy_of for one in event.members} == {
        "art_4": None, "art_original": None, "art_copy": "art_original",
    }  # fmt: skip


def test_a_text_that_was_changed_since_is_not_read_again_for_an_undo(engine: Engine) -> None:
    placed, moved = _moved_copy(engine, BREACH)
    changed = make_article("art_1", "ledgerpost", text="Corvane says that nothing was taken after all.")
    assert ArticleStore(engine).revise(changed, NOON)
    read(engine, ["art_1"])
    repair(engine, NOW)
    revision = EventStore(engine).placed(["art_1"])["art_1"].revision

    desk_of(engine).undo(moved.seq)

    assert EventStore(engine).placed(["art_1"])["art_1"].revision == revision > 0
    assert members_of(engine, placed["art_1"]) == ["art_1"]


def test_a_lead_that_has_left_since_leads_no_more(engine: Engine) -> None:
    placed = publish(engine, BREACH, SAME, SAME_TOO, TALK)
    home = placed["art_1"]
    moved = _done(engine, desk_of(engine).move(["art_3"], None, {}))
    ArticleStore(engine).remove(["art_1"], NOW)
    repair(engine, NOW)
    publish(engine)
    publish(engine, make_article("art_0", "mirrorwire", published_at=NOON - timedelta(minutes=5)))
    put(engine, "art_0", home)
    publish(engine)

    _done(engine, desk_of(engine).undo(moved.seq))

    said = event_now(engine, home).description
    assert said is not None
    assert said.lead_article_id == "art_2"


def test_no_undo_revives_an_event_that_was_removed(engine: Engine) -> None:
    placed = publish(engine, BREACH, SAME, TALK)
    home = placed["art_1"]
    moved = desk_of(engine).move(["art_2"], placed["art_4"], {})
    ArticleStore(engine).remove(["art_1"], NOW)
    repair(engine, NOW)

    with pytest.raises(Refused, match=f"{home} was removed since"):
        desk_of(engine).undo(moved.seq)

    assert event_now(engine, home).status is Status.REMOVED
    assert members_of(engine, placed["art_4"]) == ["art_2", "art_4"]


def _merged_into_the_talk(engine: Engine, placed: dict[str, str]) -> Action:
    return desk_of(engine).merge(placed["art_1"], placed["art_4"], {}, keep=placed["art_4"])


def _moved_to_the_talk(engine: Engine, placed: dict[str, str]) -> Action:
    return desk_of(engine).move(["art_1"], placed["art_4"], {})


@pytest.mark.parametrize("empty", [_merged_into_the_talk, _moved_to_the_talk])
@pytest.mark.parametrize("is_lock", [False, True])
def test_who_cannot_undo_on_an_event_that_was_merged_since_is_told_which_action_merged_it(
    engine: Engine, empty: Callable[[Engine, dict[str, str]], Action], is_lock: bool
) -> None:
    placed = publish(engine, BREACH, TALK)
    desk, home = desk_of(engine), placed["art_1"]
    if is_lock:
        desk.lock(home, {})
    first = desk.unlock(home, {}) if is_lock else desk.set(home, Field.TITLE, "Corvane is robbed", {})
    later = empty(engine, placed)

    with pytest.raises(Refused, match="left its event without articles: undo action") as refused:
        desk.undo(first.seq)

    assert refused.value.later == later.seq
    desk.undo(later.seq)
    desk.undo(first.seq)


def test_an_old_lock_is_not_undone_under_a_later_one(engine: Engine) -> None:
    home = publish(engine, BREACH)["art_1"]
    first = desk_of(engine).lock(home, {})
    opened = desk_of(engine).unlock(home, {})
    later = desk_of(engine).lock(home, {})

    with pytest.raises(Refused, match=f"locked or unlocked the same event: undo action {opened.seq} first"):
        desk_of(engine).undo(first.seq)
    assert event_now(engine, home).locked

    for action in (later, opened, first):
        desk_of(engine).undo(action.seq)
    assert not event_now(engine, home).locked


def test_a_word_that_is_taken_back_is_noted_on_the_events_of_now_and_on_none_that_leads_elsewhere(
    engine: Engine,
) -> None:
    other = make_article("art_5", "ledgerpost", title="Perch raises money", text="Two funds took part in it.")
    placed = publish(engine, BREACH, TALK, other)
    kept_apart = desk_of(engine).link("art_1", "art_4", Link.CANNOT, {})
    moved = replace(EventStore(engine).placed(["art_4"])["art_4"], event_id=placed["art_5"])
    with change_events(engine, by="repair", at=NOW) as ledger:
        ledger.regroup([moved])

    desk_of(engine).undo(kept_apart.seq)

    left = EventStore(engine).changes_after(0, 100, event_id=placed["art_4"])
    assert left[-1].moved.merged_into == placed["art_5"]
    now = EventStore(engine).changes_after(0, 100, event_id=placed["art_5"])
    assert (now[-1].type, now[-1].fields) == (ChangeType.EDITED, (LINKED,))


def test_an_event_that_an_undo_empties_ends_with_where_it_leads_also_where_something_was_set_on_it(
    engine: Engine,
) -> None:
    placed = publish(engine, BREACH, TALK)
    merged = _done(
        engine, desk_of(engine).merge(placed["art_1"], placed["art_4"], {}, keep=placed["art_1"], title="Both at once")
    )
    with change_events(engine, by="withdrawal", at=NOW) as ledger:
        ledger.withdraw(["art_1"])

    desk_of(engine).undo(merged.seq)

    assert EventStore(engine).event_of(["art_4"]) == {"art_4": placed["art_4"]}
    left = EventStore(engine).changes_after(0, 100, event_id=placed["art_1"])
    assert left[-1].moved.merged_into == placed["art_4"]
