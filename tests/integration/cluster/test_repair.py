"""Repair merges and splits through the one door, leaves editors' work alone and comes to rest."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from unittest.mock import Mock

import pytest
from sqlalchemy import Engine
from sqlalchemy.event import listen

from cluster import regrouping, repair_scope
from cluster import repair as repairing
from cluster.change import Change
from cluster.changes import change_events
from cluster.editing import Desk, Refused
from cluster.editing_store import EditingStore
from cluster.event import ChangeType, Status
from cluster.pairwise import pairwise
from cluster.regrouping import Regrouped
from cluster.remembering import load_window
from cluster.repair import repair
from cluster.repair_scope import REPAIR, Past
from cluster.store import EventStore
from ingest.article import Article
from ingest.store import ArticleStore
from tests.builders import NOON, make_article, make_reading
from tests.integration.cluster.pipeline import NOW, place, publish, read
from tests.integration.cluster.standing import event_now, put

BREACH = make_article("art_1", "ledgerpost")
SAME = make_article("art_2", "coinherald", published_at=NOON + timedelta(minutes=30))
STAKING = {"title": "Regulator opens a consultation on staking", "text": "Comments are due by the end of May."}
TALK = make_article("art_3", "coinherald", **STAKING)
TALK_TOO = make_article("art_4", "ledgerpost", **STAKING)


def _log(engine: Engine, event_id: str) -> list[Change]:
    return [change for change in EventStore(engine).changes_after(0, 1000) if change.event_id == event_id]


def _now_in(engine: Engine, *articles: Article) -> list[str]:
    found = EventStore(engine).event_of([article.id for article in articles])
    return [found[article.id] for article in articles]


def test_two_events_that_tell_the_same_are_merged_into_the_older_and_the_log_says_why(engine: Engine) -> None:
    older = publish(engine, BREACH, SAME)["art_1"]
    put(engine, "art_2", "evt_other")
    place(engine, make_article("art_5", "blockgazette"))

    assert set(repair(engine, NOW)) == {older, "evt_other"}

    gone = event_now(engine, "evt_other")
    assert (gone.status, gone.merged_into) == (Status.MERGED, older)
    assert _now_in(engine, BREACH, SAME) == [older, older]
    last = _log(engine, "evt_other")[-1]
    assert (last.type, last.by, last.moved.went, last.moved.merged_into) == (
        ChangeType.MERGED, REPAIR, ("art_2",), older,
    )  # fmt: skip
    assert [reason.code for reason in last.moved.because] == ["same_on_average"]
    assert EventStore(engine).placed(["art_2"])["art_2"].because == last.moved.because
    assert older in EventStore(engine).undescribed(limit=10)


def test_an_event_that_tells_two_things_is_split_and_the_log_says_why(engine: Engine) -> None:
    kept = publish(engine, BREACH, SAME, TALK)["art_1"]
    put(engine, "art_3", kept)

    repair(engine, NOW)

    (fresh,) = _now_in(engine, TALK)
    assert _now_in(engine, BREACH, SAME) == [kept, kept]
    assert event_now(engine, fresh).split_from == kept
    created, shrank = _log(engine, fresh)[0], _log(engine, kept)[-1]
    assert (created.type, created.moved.split_from, created.moved.came) == (ChangeType.CREATED, kept, ("art_3",))
    assert (shrank.type, shrank.moved.went) == (ChangeType.SPLIT, ("art_3",))
    assert [reason.code for reason in created.moved.because] == ["fell_apart"]


def test_repairing_twice_writes_nothing_more_even_when_everything_is_looked_at_again(engine: Engine) -> None:
    kept = publish(engine, BREACH, SAME, TALK, TALK_TOO)["art_1"]
    put(engine, "art_2", "evt_other")
    put(engine, "art_3", kept)
    assert repair(engine, NOW) != []
    before = EventStore(engine).changes_after(0, 1000)

    assert repair(engine, NOW) == []
    EventStore(engine).move_bookmark(REPAIR, 0)
    assert repair(engine, NOW) == []

    assert EventStore(engine).changes_after(0, 1000) == before


def test_a_repair_whose_time_is_over_ends_behind_its_step_and_the_next_one_goes_on(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repair_scope, "EVENTS_AT_ONCE", 1)
    monkeypatch.setattr(repair_scope, "pairwise", step := Mock(wraps=pairwise))
    place(engine, BREACH, TALK)

    steps = []
    for _ in range(3):
        repair(engine, NOW, lambda: True)
        steps.append(step.call_count)

    assert steps == [1, 2, 2]


def test_the_past_is_read_once_for_all_steps_of_one_repair(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repair_scope, "EVENTS_AT_ONCE", 1)
    monkeypatch.setattr(repair_scope, "load_window", past := Mock(wraps=load_window))
    monkeypatch.setattr(repair_scope, "pairwise", step := Mock(wraps=pairwise))
    place(engine, BREACH, TALK)

    repair(engine, NOW)

    assert (step.call_count, past.call_count) == (2, 1)


@pytest.mark.parametrize(
    ("instant", "revised", "by", "times"),
    [
        (NOON, False, None, 1),
        (NOON, False, REPAIR, 1),
        (NOON, False, "Ada", 2),
        (NOON, True, None, 2),
        (NOON - timedelta(days=1), False, None, 2),
    ],
    ids=["nothing", "repair itself", "somebody else", "a revised text", "an older event"],
)
def test_the_past_is_read_again_when_it_may_be_another(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, instant: datetime, revised: bool, by: str | None, times: int
) -> None:
    monkeypatch.setattr(repair_scope, "load_window", loading := Mock(wraps=load_window))
    publish(engine, BREACH, TALK)
    past = Past(engine)
    past.since(NOON, {})
    if by:
        with change_events(engine, by=by, at=NOW) as ledger:
            placement = EventStore(engine).placed(["art_1"])["art_1"]
            ledger.regroup([replace(placement, event_id="evt_new")])

    past.since(instant, {"art_1": make_reading(BREACH)} if revised else {})

    assert loading.call_count == times


def test_events_in_which_nothing_changed_are_not_looked_at(engine: Engine) -> None:
    publish(engine, BREACH, SAME, TALK)
    repair(engine, NOW)
    statements: list[str] = []
    listen(engine, "before_cursor_execute", lambda *said: statements.append(said[2]))

    repair(engine, NOW)

    assert not any("FROM events" in one or "FOR UPDATE" in one for one in statements)


def test_what_an_editor_moved_or_merged_stays(engine: Engine) -> None:
    placed = publish(engine, BREACH, SAME, TALK, TALK_TOO)
    desk = Desk(engine, by="Ada", at=NOW)
    desk.move(["art_2"], None, {})
    desk.merge(placed["art_1"], placed["art_3"], {})
    before = _now_in(engine, BREACH, SAME, TALK, TALK_TOO)

    assert repair(engine, NOW) == []

    assert _now_in(engine, BREACH, SAME, TALK, TALK_TOO) == before


def test_an_event_that_came_to_rest_is_left_alone(engine: Engine) -> None:
    older = publish(engine, BREACH, SAME)["art_1"]
    put(engine, "art_2", "evt_other")
    with change_events(engine, by="expire", at=NOW) as ledger:
        ledger.close(older)
        ledger.close("evt_other")

    assert repair(engine, NOW) == []


def test_an_event_with_articles_too_old_to_compare_is_not_split_but_may_be_merged_as_a_whole(engine: Engine) -> None:
    week = NOON + timedelta(days=9)
    kept = place(engine, BREACH, replace(TALK, published_at=week))["art_1"]
    put(engine, "art_3", kept)
    place(engine, replace(TALK_TOO, published_at=week + timedelta(hours=1)))
    put(engine, "art_4", "evt_later")

    repair(engine, week)

    assert _now_in(engine, BREACH, TALK, TALK_TOO) == [kept, kept, kept]


def test_what_changes_while_it_is_decided_on_is_decided_again(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = publish(engine, BREACH, SAME, TALK)["art_1"]
    put(engine, "art_3", kept)
    acts: list[Callable[[], object]] = [lambda: Desk(engine, by="Ada", at=NOW).move(["art_2"], None, {})]
    regroup = regrouping.regroup

    def act_and_regroup(*given: object) -> Regrouped:
        found = regroup(*given)  # type: ignore[arg-type]
        if acts:
            acts.pop()()
        return found

    monkeypatch.setattr(repairing, "regroup", act_and_regroup)

    repair(engine, NOW)

    assert acts == []
    assert len(set(_now_in(engine, BREACH, SAME, TALK))) == 3


def test_an_article_that_tells_something_else_now_goes_where_that_is_told(engine: Engine) -> None:
    placed = publish(engine, BREACH, SAME, TALK)
    repair(engine, NOW)

    _revise(engine, replace(SAME, title=TALK.title, text=TALK.text))

    assert set(repair(engine, NOW)) == {placed["art_1"], placed["art_3"]}
    assert _now_in(engine, BREACH, SAME, TALK) == [placed["art_1"], placed["art_3"], placed["art_3"]]
    assert repair(engine, NOW) == []


def test_an_article_that_tells_the_same_in_other_words_stays_and_its_event_is_described_again(engine: Engine) -> None:
    placed = publish(engine, BREACH, SAME, TALK)
    repair(engine, NOW)
    assert EventStore(engine).undescribed(10) == []

    _revise(engine, replace(SAME, text=f"{SAME.text} The police were told."))

    assert repair(engine, NOW) == [placed["art_1"]]
    assert _log(engine, placed["art_1"])[-1].type is ChangeType.EDITED
    assert EventStore(engine).undescribed(10) == [placed["art_1"]]
    assert repair(engine, NOW) == []


def test_a_text_that_is_stored_again_unchanged_is_not_read_again(engine: Engine) -> None:
    publish(engine, BREACH)

    assert not ArticleStore(engine).revise(BREACH, NOON)
    assert read(engine, ["art_1"]) == []


def test_a_revised_copy_with_a_text_of_its_own_is_no_copy_any_more(engine: Engine) -> None:
    text = " ".join(f"Clerk {n} moved {n * 7} coins on the morning of the breach." for n in range(40))
    publish(engine, replace(BREACH, text=text), replace(SAME, text=text))
    assert EventStore(engine).placed(["art_2"])["art_2"].copy_of == "art_1"

    _revise(engine, SAME)
    repair(engine, NOW)

    assert EventStore(engine).placed(["art_2"])["art_2"].copy_of is None


def _revise(engine: Engine, article: Article) -> None:
    assert ArticleStore(engine).revise(article, NOON)
    assert read(engine, [article.id]) == [article.id]


def test_an_article_that_was_taken_back_leaves_its_event_and_comes_back_nowhere(engine: Engine) -> None:
    placed = publish(engine, BREACH, SAME)
    ArticleStore(engine).remove(["art_1"], NOW)

    assert repair(engine, NOW) == [placed["art_1"]]

    assert [member.article.id for member in event_now(engine, placed["art_1"]).members] == ["art_2"]
    assert place(engine, TALK).keys() == {"art_3"}
    assert EventStore(engine).event_of(["art_1"]) == {}


def test_an_event_whose_articles_were_all_taken_back_is_removed_and_its_id_says_so(engine: Engine) -> None:
    placed = publish(engine, BREACH)
    ArticleStore(engine).remove(["art_1"], NOW)

    repair(engine, NOW)

    assert event_now(engine, placed["art_1"]).status is Status.REMOVED
    last = _log(engine, placed["art_1"])[-1]
    assert (last.type, last.moved.went) == (ChangeType.REMOVED, ("art_1",))


def test_whoever_was_bound_through_an_article_that_was_taken_back_stays_bound(engine: Engine) -> None:
    placed = publish(engine, BREACH, TALK, TALK_TOO)
    Desk(engine, by="Ada", at=NOW).merge(placed["art_1"], placed["art_3"], {})
    description = event_now(engine, *EventStore(engine).by_age(list(placed.values()))[:1]).description
    assert description is not None
    rest = {"art_1", "art_3", "art_4"} - {description.lead_article_id}
    ArticleStore(engine).remove([description.lead_article_id], NOW)

    repair(engine, NOW)

    assert {end for pair in EditingStore(engine).pairs() for end in (pair.one, pair.other)} == rest
    assert len(set(EventStore(engine).event_of(list(rest)).values())) == 1


def test_an_action_whose_articles_were_taken_back_is_not_undone(engine: Engine) -> None:
    publish(engine, BREACH, SAME)
    action = Desk(engine, by="Ada", at=NOW).move(["art_2"], None, {})
    ArticleStore(engine).remove(["art_2"], NOW)
    repair(engine, NOW)

    with pytest.raises(Refused, match="taken back"):
        Desk(engine, by="Ada", at=NOW).undo(action.seq)


def test_a_late_article_reopens_its_event_and_repair_leaves_them_together(engine: Engine) -> None:
    event_id = publish(engine, SAME)["art_2"]
    with change_events(engine, by="expire", at=NOW) as ledger:
        ledger.close(event_id)

    assert publish(engine, replace(BREACH, published_at=NOON - timedelta(hours=40)))["art_1"] == event_id
    assert repair(engine, NOW) == []

    event = event_now(engine, event_id)
    assert (event.status, event.first_published_at) == (Status.ACTIVE, NOON - timedelta(hours=40))
