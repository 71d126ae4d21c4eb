"""The queue: what repair and describing leave in it, what takes it out again, and its order."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import Engine, update

from cluster import repair_scope
from cluster.action import Dismissal, Field, Link
from cluster.changes import change_events
from cluster.describe_stage import describe_events
from cluster.doubt_store import DoubtStore, Position, forget_doubts, replace_doubts
from cluster.doubts import GROUPING, Clue, Doubt, DoubtKind, Side
from cluster.editing import Refused
from cluster.editing_store import EditingStore
from cluster.event import Level, Theme
from cluster.repair import repair
from cluster.repair_scope import REPAIR
from cluster.saying_changes import SIGNAL_RANK
from cluster.store import EventStore
from cluster.tables import events, members
from ingest.article import Basis
from ingest.store import ArticleStore
from storage.engine import writing
from tests.builders import NOON, make_article
from tests.integration.cluster.pipeline import NOW, publish
from tests.integration.cluster.standing import desk_of, put
from tests.integration.cluster.telling import tell

BREACH = make_article("art_1", "ledgerpost")
SAME = make_article("art_2", "coinherald", published_at=NOON + timedelta(minutes=30))
TALK = make_article(
    "art_3", "coinherald", title="Regulator opens a consultation on staking", text="Comments are due by the end of May."
)


def _doubt(kind: DoubtKind, event_id: str, other_id: str | None = None, doubt: float = 0.5) -> Doubt:
    return Doubt(event_id, kind, doubt, "It may be so.", (Clue("report", Side.HERE, "A title", ("art_1",)),), other_id)


def _say(engine: Engine, *doubts: Doubt) -> None:
    with writing(engine) as connection:
        replace_doubts(connection, {one.event_id for one in doubts}, list(DoubtKind), doubts)


def _queue(engine: Engine) -> list[tuple[DoubtKind, str, str | None]]:
    found = DoubtStore(engine).page((), None, None, 100)
    return [(one.doubt.kind, one.doubt.event_id, one.doubt.other_id) for one in found]


def _remember_rival(engine: Engine, article_id: str, rival: str) -> None:
    with writing(engine) as connection:
        mine = update(members).where(members.c.article_id == article_id)
        connection.execute(mine.values(rival_event_id=rival, rival_score=0.3))


def _grade(engine: Engine, event_id: str, level: Level) -> None:
    with writing(engine) as connection:
        connection.execute(update(events).where(events.c.id == event_id).values(signal_rank=SIGNAL_RANK[level]))


def _told(engine: Engine, *names: str) -> list[str]:
    """Described events, one after the other."""
    ids = [tell(engine, name, 1 - place / 100) for place, name in enumerate(names)]
    describe_events(ids, engine=engine, now=NOON)
    with writing(engine) as connection:
        forget_doubts(connection, ids)
    return ids


def _judge_all(monkeypatch: pytest.MonkeyPatch, probability: float) -> None:
    """Any two articles report one happening with this probability."""
    monkeypatch.setattr(repair_scope, "pairwise", lambda _, ids: np.full((len(ids), len(ids)), probability))


def _two_near_events(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of the older one; the other, of `art_2`, is `evt_other`."""
    kept = publish(engine, BREACH, SAME)["art_1"]
    put(engine, "art_2", "evt_other")
    publish(engine)
    _remember_rival(engine, "art_2", kept)
    _judge_all(monkeypatch, 0.5)
    return kept


def test_repair_asks_about_what_it_only_just_leaves_as_it_is(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = publish(engine, BREACH, SAME, TALK)["art_1"]
    put(engine, "art_3", kept)
    publish(engine)
    _judge_all(monkeypatch, 0.3)

    repair(engine, NOW)
    ((asked, event_id, other_id),) = _queue(engine)
    _judge_all(monkeypatch, 0.9)
    EventStore(engine).move_bookmark(REPAIR, 0)
    repair(engine, NOW)

    assert (asked, event_id, other_id) == (DoubtKind.BORDERLINE_MERGE, kept, None)
    assert _queue(engine) == []


def test_two_events_that_nearly_are_one_are_asked_about_until_an_editor_merges_them(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = _two_near_events(engine, monkeypatch)

    repair(engine, NOW)
    asked = _queue(engine)
    desk_of(engine).merge(kept, "evt_other", {})

    assert asked == [(DoubtKind.NEAR_MISS, kept, "evt_other")]
    assert _queue(engine) == []
    assert DoubtStore(engine).counts() == {}


def test_what_editors_parted_is_not_asked_about(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    placed = publish(engine, BREACH, SAME)
    desk_of(engine).move(["art_2"], None, {})
    publish(engine)
    _remember_rival(engine, "art_2", placed["art_1"])
    _judge_all(monkeypatch, 0.5)

    repair(engine, NOW)

    assert _queue(engine) == []


def test_what_an_editor_answers_by_a_word_on_two_articles_is_asked_no_more(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = _two_near_events(engine, monkeypatch)
    repair(engine, NOW)
    asked = _queue(engine)

    said = desk_of(engine).link("art_1", "art_2", Link.CANNOT, {})
    after = _queue(engine)
    repair(engine, NOW)
    still = _queue(engine)
    desk_of(engine).undo(said.seq)
    repair(engine, NOW)

    assert (after, still) == ([], [])
    assert _queue(engine) == asked == [(DoubtKind.NEAR_MISS, kept, "evt_other")]


def test_repair_looks_again_at_what_is_shown_again(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = _two_near_events(engine, monkeypatch)
    hidden = desk_of(engine).set(kept, Field.HIDDEN, "true", {})
    repair(engine, NOW)

    desk_of(engine).undo(hidden.seq)
    repair(engine, NOW)

    assert _queue(engine) == [(DoubtKind.NEAR_MISS, kept, "evt_other")]


def test_describing_asks_about_what_an_event_says_and_takes_it_back_when_that_is_settled(engine: Engine) -> None:
    undated = replace(BREACH, published_at_basis=Basis.FIRST_SEEN)
    event_id = publish(engine, undated, SAME)["art_1"]
    before = _queue(engine)

    ArticleStore(engine).remove(["art_1"], NOW)
    repair(engine, NOW)
    publish(engine)

    assert before == [(DoubtKind.UNDATED, event_id, None)]
    assert _queue(engine) == []


def test_an_event_that_is_closed_is_asked_about_no_more(engine: Engine) -> None:
    one, other = _told(engine, "one", "other")
    _say(engine, _doubt(DoubtKind.NEAR_MISS, one, other), _doubt(DoubtKind.UNDATED, one))

    with change_events(engine, by="expire", at=NOW) as ledger:
        ledger.close(one)

    assert _queue(engine) == []


def test_a_locked_event_is_asked_about_what_it_says_alone(engine: Engine) -> None:
    one, other = _told(engine, "one", "other")
    _say(engine, *(_doubt(kind, one, other if kind is DoubtKind.NEAR_MISS else None) for kind in DoubtKind))

    desk_of(engine).lock(other, {})
    of_the_rival = {kind for kind, _, _ in _queue(engine)}
    desk_of(engine).lock(one, {})
    of_itself = {kind for kind, _, _ in _queue(engine)}

    assert of_the_rival == set(DoubtKind) - {DoubtKind.NEAR_MISS}
    assert of_itself == set(DoubtKind) - GROUPING


def test_what_an_editor_has_dismissed_or_hidden_is_asked_no_more(engine: Engine) -> None:
    one, other, third = _told(engine, "one", "other", "third")
    _say(
        engine,
        _doubt(DoubtKind.NEAR_MISS, one, other),
        _doubt(DoubtKind.UNDATED, one),
        _doubt(DoubtKind.STALE_LEAD, one),
        _doubt(DoubtKind.NEAR_MISS, third, other, doubt=0.1),
    )

    desk_of(engine).dismiss(DoubtKind.NEAR_MISS, one, other, {})
    desk_of(engine).dismiss(DoubtKind.UNDATED, one, None, {})
    left = _queue(engine)
    desk_of(engine).set(other, Field.HIDDEN, "true", {})

    assert left == [(DoubtKind.STALE_LEAD, one, None), (DoubtKind.NEAR_MISS, third, other)]
    assert _queue(engine) == left[:1]


def test_a_dismissal_is_of_what_was_asked_and_leaves_another_question_of_its_kind(engine: Engine) -> None:
    (event_id,) = _told(engine, "one")
    stolen, lost = (replace(_doubt(DoubtKind.DISPUTED_FIGURES, event_id), about=one) for one in ("stolen", "lost"))
    _say(engine, stolen)
    dismissed = desk_of(engine).dismiss(DoubtKind.DISPUTED_FIGURES, event_id, None, {})
    asked = []
    for doubt in (stolen, lost, stolen):
        _say(engine, doubt)
        asked.append(_queue(engine))
    desk_of(engine).undo(dismissed.seq)

    assert asked == [[], [(DoubtKind.DISPUTED_FIGURES, event_id, None)], []]
    assert _queue(engine) == asked[1]


@pytest.mark.parametrize(
    ("asked_now", "why"), [("lost", "Something else of this kind is asked by now"), (None, "is asked any more")]
)
def test_what_is_not_asked_as_it_was_seen_is_not_dismissed(engine: Engine, asked_now: str | None, why: str) -> None:
    (event_id,) = _told(engine, "one")
    if asked_now:
        _say(engine, replace(_doubt(DoubtKind.DISPUTED_FIGURES, event_id), about=asked_now))

    with pytest.raises(Refused, match=why):
        desk_of(engine).dismiss(DoubtKind.DISPUTED_FIGURES, event_id, None, {}, about="stolen")

    assert EditingStore(engine).dismissals() == frozenset()
    assert EditingStore(engine).latest(1) == []


def test_what_is_asked_as_it_was_seen_is_dismissed_with_what_it_is_about(engine: Engine) -> None:
    (event_id,) = _told(engine, "one")
    _say(engine, replace(_doubt(DoubtKind.DISPUTED_FIGURES, event_id), about="stolen"))

    done = desk_of(engine).dismiss(DoubtKind.DISPUTED_FIGURES, event_id, None, {}, about="stolen")

    assert done.draft.dismissed == Dismissal(DoubtKind.DISPUTED_FIGURES, event_id, None, "stolen")


def test_what_is_dismissed_before_it_is_asked_is_never_asked(engine: Engine) -> None:
    (event_id,) = _told(engine, "one")
    desk_of(engine).dismiss(DoubtKind.DISPUTED_FIGURES, event_id, None, {})
    _say(engine, replace(_doubt(DoubtKind.DISPUTED_FIGURES, event_id), about="stolen"))

    assert _queue(engine) == []


def test_the_queue_goes_by_signal_times_doubt_and_two_events_count_by_the_louder(engine: Engine) -> None:
    a, b, c, d = _told(engine, "a", "b", "c", "d")
    for event_id, level in ((a, Level.HIGH), (b, Level.MEDIUM), (c, Level.LOW), (d, Level.LOW)):
        _grade(engine, event_id, level)
    _say(
        engine,
        _doubt(DoubtKind.UNDATED, a, doubt=0.3),
        _doubt(DoubtKind.UNDATED, b, doubt=0.5),
        _doubt(DoubtKind.UNDATED, c, doubt=0.8),
        _doubt(DoubtKind.NEAR_MISS, d, a, doubt=0.6),
    )

    found = DoubtStore(engine).page((), None, None, 100)

    assert [(one.doubt.event_id, one.position[0]) for one in found] == [(d, 1800), (b, 1000), (a, 900), (c, 800)]
    assert [one.doubt.event_id for one in DoubtStore(engine).page((), None, SIGNAL_RANK[Level.HIGH], 9)] == [d, a]


def test_pages_of_any_size_show_every_doubt_once_also_among_equals(engine: Engine) -> None:
    ids = _told(engine, "a", "b", "c")
    _say(engine, *(_doubt(kind, event_id) for event_id in ids for kind in DoubtKind if kind is not DoubtKind.NEAR_MISS))
    store, seen = DoubtStore(engine), []
    after: Position | None = None

    while page := store.page((), None, None, 4, after):
        seen += [(one.doubt.event_id, one.doubt.kind) for one in page]
        after = page[-1].position

    assert seen == [(one.doubt.event_id, one.doubt.kind) for one in store.page((), None, None, 100)]
    assert len(set(seen)) == len(seen) == 3 * (len(DoubtKind) - 1)


def test_the_queue_can_be_narrowed_and_says_how_many_there_are_of_each_kind(engine: Engine) -> None:
    etf = tell(engine, "etf", 1)
    hack = tell(engine, "hack", 1.1, theme=Theme.SECURITY)
    describe_events([etf, hack], engine=engine, now=NOON)
    _say(engine, _doubt(DoubtKind.UNDATED, etf), _doubt(DoubtKind.STALE_LEAD, hack), _doubt(DoubtKind.UNDATED, hack))
    store = DoubtStore(engine)

    of_theme = [one.doubt.event_id for one in store.page((), Theme.SECURITY, None, 9)]
    of_kind = [one.doubt.event_id for one in store.page((DoubtKind.STALE_LEAD,), None, None, 9)]

    assert (of_theme, of_kind) == ([hack, hack], [hack])
    assert store.counts() == {DoubtKind.UNDATED: 2, DoubtKind.STALE_LEAD: 1}
    assert store.counts(Theme.ETF) == {DoubtKind.UNDATED: 1}


def test_a_doubt_comes_back_as_it_was_written(engine: Engine) -> None:
    (event_id,) = _told(engine, "one")
    clues = (Clue("figure", Side.BOTH, "$1", ("art_1",)),)
    written = Doubt(event_id, DoubtKind.DISPUTED_FIGURES, 0.123, "They differ.", clues, about="stolen")
    _say(engine, written)

    assert [one.doubt for one in DoubtStore(engine).page((), None, None, 9)] == [written]
