"""Each thing that an editor can do: what it does, that it can be taken back exactly, and when it is refused."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from cluster.action import Action, ActionType, Dismissal, Field, Link, Pair
from cluster.changes import StaleVersion
from cluster.describe_stage import describe_events, relate_events
from cluster.editing import Desk, Refused
from cluster.editing_store import EditingStore
from cluster.event import ChangeType, Event, Level, Overrides, Status, Theme
from cluster.filter_store import EventFilter
from cluster.following_up import follow_up
from cluster.reclustering import recluster
from cluster.repair import repair
from cluster.store import EventStore
from ingest.store import ArticleStore
from tests.builders import NOON, make_article
from tests.integration.cluster.editorial import editorial
from tests.integration.cluster.pipeline import NOW, publish
from tests.integration.cluster.standing import desk_of, event_now, members_of, put

BREACH = make_article("art_1", "ledgerpost")
SAME = make_article("art_2", "coinherald", published_at=NOON + timedelta(minutes=30))
SAME_TOO = make_article("art_3", "blockgazette", published_at=NOON + timedelta(minutes=40))
TALK = make_article(
    "art_4", "coinherald", title="Regulator opens a consultation on staking", text="Comments are due by the end of May."
)
BOUNTY = make_article("art_5", "blockgazette", title="Perch raises eighteen million", text="Three funds took part.")
DAY_AGO = NOON - timedelta(days=1)


@pytest.fixture
def placed(engine: Engine) -> dict[str, str]:
    """Three articles on a breach, one on a talk and one on a bounty; the event id of each."""
    found = publish(engine, BREACH, SAME, SAME_TOO, TALK, BOUNTY)
    assert found["art_1"] == found["art_2"] == found["art_3"]
    return found


def _done(engine: Engine, act: Callable[[Desk], Action]) -> Action:
    """An action with what follows it, and the context that a worker finds later."""
    action = act(desk_of(engine))
    follow_up(action.draft, engine=engine, now=NOW)
    relate_events(EventStore(engine).undescribed(limit=10), engine=engine, now=NOW)
    return action


def _said_after(engine: Engine, act: Callable[[Desk], Action]) -> Event:
    return event_now(engine, _done(engine, act).draft.led_to)


ACTS: dict[str, Callable[[Desk, dict[str, str]], Action]] = {
    "merge": lambda desk, placed: desk.merge(placed["art_1"], placed["art_4"], {}),
    "merge with words": lambda desk, placed: desk.merge(
        placed["art_1"], placed["art_4"], {}, keep=placed["art_4"], title="Two in one", lead="art_2"
    ),
    "split": lambda desk, placed: desk.split(["art_2", "art_3"], {}),
    "detach the lead": lambda desk, placed: desk.move(["art_1"], None, {}),
    "move two": lambda desk, placed: desk.move(["art_2", "art_3"], placed["art_4"], {}),
    "move a whole event": lambda desk, placed: desk.move(["art_4"], placed["art_5"], {}),
    "must, apart": lambda desk, placed: desk.link("art_1", "art_4", Link.MUST, {}),
    "must, two": lambda desk, placed: desk.link("art_2", "art_3", Link.MUST, {}),
    "must, together": lambda desk, placed: desk.link("art_1", "art_2", Link.MUST, {}),
    "cannot, together": lambda desk, placed: desk.link("art_1", "art_2", Link.CANNOT, {}),
    "cannot, apart": lambda desk, placed: desk.link("art_1", "art_4", Link.CANNOT, {}),
    "lock": lambda desk, placed: desk.lock(placed["art_1"], {}),
    "title": lambda desk, placed: desk.set(placed["art_1"], Field.TITLE, "Corvane is robbed", {}),
    "lead": lambda desk, placed: desk.set(placed["art_1"], Field.LEAD, "art_3", {}),
    "theme": lambda desk, placed: desk.set(placed["art_1"], Field.THEME, "exchanges", {}),
    "signal": lambda desk, placed: desk.set(placed["art_1"], Field.SIGNAL, "low", {}, reason="Old news"),
    "pinned": lambda desk, placed: desk.set(placed["art_1"], Field.PINNED, "true", {}),
    "hidden": lambda desk, placed: desk.set(placed["art_1"], Field.HIDDEN, "true", {}),
    "dismiss": lambda desk, placed: desk.dismiss("near_miss", placed["art_1"], placed["art_4"], {}),
    "keep apart": lambda desk, placed: desk.keep_apart(placed["art_1"], placed["art_4"], {}),
}


@pytest.mark.parametrize("name", ACTS)
def test_an_undo_restores_everything(engine: Engine, placed: dict[str, str], name: str) -> None:
    before = editorial(engine)
    action = _done(engine, lambda desk: ACTS[name](desk, placed))
    assert editorial(engine) != before

    _done(engine, lambda desk: desk.undo(action.seq, "A slip of the hand"))

    assert editorial(engine) == before
    assert EditingStore(engine).latest(1)[0].draft.reason == "A slip of the hand"
    due = EventStore(engine).undescribed(limit=10)
    assert due == [] or (name == "hidden" and placed["art_1"] not in due)  # those that look back at it have their turn


def test_actions_undone_in_reverse_leave_nothing_behind(engine: Engine, placed: dict[str, str]) -> None:
    stood, seqs = [], []
    acts = ("title", "must, together", "lead", "pinned", "cannot, apart", "signal", "dismiss", "merge with words")
    for name in acts:
        stood.append(editorial(engine))
        seqs.append(_done(engine, lambda desk, name=name: ACTS[name](desk, placed)).seq)  # type: ignore[misc]

    for seq, before in zip(reversed(seqs), reversed(stood), strict=True):
        _done(engine, lambda desk, seq=seq: desk.undo(seq))  # type: ignore[misc]
        assert editorial(engine) == before


def test_an_editor_chooses_what_a_merge_keeps(engine: Engine, placed: dict[str, str]) -> None:
    event = _said_after(engine, lambda desk: ACTS["merge with words"](desk, placed))

    assert event.id == placed["art_4"]
    assert event_now(engine, placed["art_1"]).merged_into == event.id
    assert event.description is not None
    assert (event.description.title, event.description.title_by) == ("Two in one", "editor")
    assert event.description.lead_article_id == "art_2"


def test_a_merge_takes_what_is_set_already_as_it_is(engine: Engine, placed: dict[str, str]) -> None:
    _done(engine, lambda desk: desk.set(placed["art_1"], Field.TITLE, "Corvane is robbed", {}))
    _done(engine, lambda desk: desk.set(placed["art_1"], Field.LEAD, "art_2", {}))
    before = editorial(engine)

    merged = _done(
        engine,
        lambda desk: desk.merge(
            placed["art_1"], placed["art_4"], {}, keep=placed["art_1"], title="Corvane is robbed", lead="art_2"
        ),
    )

    assert merged.draft.settings_after == ()
    _done(engine, lambda desk: desk.undo(merged.seq))
    assert editorial(engine) == before


def test_a_selection_becomes_one_event_that_re_clustering_leaves_alone(engine: Engine, placed: dict[str, str]) -> None:
    action = desk_of(engine).split(["art_2", "art_3"], {}, reason="Another exchange")

    home = action.draft.led_to
    assert members_of(engine, home) == ["art_2", "art_3"]
    assert event_now(engine, home).split_from == placed["art_1"]
    assert EditingStore(engine).latest(1)[0].draft.reason == "Another exchange"
    assert recluster(engine, DAY_AGO, NOW).moved == ()
    assert repair(engine, NOW) == []


def test_several_articles_move_at_once(engine: Engine, placed: dict[str, str]) -> None:
    action = desk_of(engine).move(["art_2", "art_5"], placed["art_4"], {})

    assert members_of(engine, placed["art_4"]) == ["art_2", "art_4", "art_5"]
    assert event_now(engine, placed["art_5"]).merged_into == placed["art_4"]
    assert recluster(engine, DAY_AGO, NOW).moved == ()
    assert action.draft.type is ActionType.MOVE
    assert desk_of(engine).move(["art_2", "art_5"], None, {}).draft.type is ActionType.SPLIT


def test_what_must_be_together_brings_along_what_is_bound_to_it(engine: Engine, placed: dict[str, str]) -> None:
    desk_of(engine).link("art_1", "art_2", Link.MUST, {})
    desk_of(engine).link("art_1", "art_4", Link.MUST, {})

    assert members_of(engine, placed["art_4"]) == ["art_1", "art_2", "art_4"]
    assert members_of(engine, placed["art_1"]) == ["art_3"]
    assert {pair.link for pair in EditingStore(engine).pairs()} == {Link.MUST}


def test_what_cannot_be_together_is_parted_and_stays_so(engine: Engine, placed: dict[str, str]) -> None:
    out = desk_of(engine).link("art_1", "art_2", Link.CANNOT, {}).draft.led_to

    recluster(engine, DAY_AGO, NOW)
    repair(engine, NOW)

    assert EditingStore(engine).pairs() == [Pair("art_1", "art_2", Link.CANNOT)]
    assert "art_1" in members_of(engine, out)
    assert "art_2" not in members_of(engine, out)


def test_a_word_on_articles_that_stand_so_tells_placing_of_it(engine: Engine, placed: dict[str, str]) -> None:
    desk_of(engine).link("art_1", "art_4", Link.CANNOT, {})

    last = EventStore(engine).changes_after(0, 1000)[-2:]
    assert {(one.event_id, one.type, one.fields) for one in last} == {
        (placed[article], ChangeType.EDITED, ("links",)) for article in ("art_1", "art_4")
    }
    assert EventStore(engine).undescribed(limit=10) == []


def test_what_an_editor_sets_is_what_the_event_says(engine: Engine, placed: dict[str, str]) -> None:
    for name in ("title", "lead", "theme", "signal"):
        _done(engine, lambda desk, name=name: ACTS[name](desk, placed))  # type: ignore[misc]
    describe_events([placed["art_1"]], engine=engine, now=NOW)

    event = event_now(engine, placed["art_1"])
    said = event.description
    assert said is not None
    assert (said.title, said.title_by) == ("Corvane is robbed", "editor")
    assert said.lead_article_id == "art_3"
    assert (said.themes[0].theme, said.themes[0].primary) == (Theme.EXCHANGES, True)
    assert sum(one.primary for one in said.themes) == 1
    assert event.level is Level.LOW
    assert said.signal.level is not Level.LOW
    assert event.overrides.signal is not None
    assert (event.overrides.signal.reason, event.overrides.signal.by) == ("Old news", "Ada")
    assert event.last_action is not None
    assert event.last_action.type == ActionType.SET
    assert event.id in {one.id for one in EventStore(engine).page(EventFilter(signal=Level.LOW), "signal", 10)}


def test_a_lead_holds_while_it_is_a_member(engine: Engine, placed: dict[str, str]) -> None:
    _done(engine, lambda desk: ACTS["lead"](desk, placed))
    moved = _done(engine, lambda desk: desk.move(["art_3"], placed["art_4"], {}))
    said = event_now(engine, placed["art_1"]).description
    assert said is not None
    assert said.lead_article_id == "art_1"

    _done(engine, lambda desk: desk.undo(moved.seq))

    said = event_now(engine, placed["art_1"]).description
    assert said is not None
    assert said.lead_article_id == "art_3"


def test_an_event_that_an_editor_named_is_not_merged_away_by_repair(engine: Engine, placed: dict[str, str]) -> None:
    put(engine, "art_2", "evt_apart")
    desk_of(engine).set("evt_apart", Field.TITLE, "Another robbery", {})

    repair(engine, NOW)

    assert event_now(engine, "evt_apart").status is Status.ACTIVE


def test_of_events_that_are_one_by_todays_rules_the_one_that_an_editor_named_keeps_its_id(
    engine: Engine, placed: dict[str, str]
) -> None:
    put(engine, "art_2", "evt_apart")
    _done(engine, lambda desk: desk.set("evt_apart", Field.TITLE, "Another robbery", {}))

    recluster(engine, DAY_AGO, NOW)

    assert "art_1" in members_of(engine, "evt_apart")
    assert event_now(engine, placed["art_1"]).merged_into == "evt_apart"


@pytest.mark.parametrize("since", [DAY_AGO, NOON + timedelta(minutes=10)])
@pytest.mark.parametrize("field", ["title", "lead", "theme", "signal", "pinned"])
def test_no_re_clustering_merges_an_event_away_on_which_an_editor_set_something(
    engine: Engine, placed: dict[str, str], field: str, since: datetime
) -> None:
    put(engine, "art_2", "evt_apart")
    values = {"title": "Another robbery", "lead": "art_2", "theme": "exchanges", "signal": "low", "pinned": "true"}
    _done(engine, lambda desk: desk.set(placed["art_1"], Field.PINNED, "true", {}))
    _done(engine, lambda desk: desk.set("evt_apart", Field(field), values[field], {}, reason="It is another one"))

    recluster(engine, since, NOW)

    assert event_now(engine, "evt_apart").status is Status.ACTIVE
    assert members_of(engine, "evt_apart") == ["art_2"]
    assert members_of(engine, placed["art_1"]) == ["art_1", "art_3"]


@pytest.mark.parametrize("hidden", ["evt_apart", "art_1"])
def test_no_rule_regroups_what_is_hidden(engine: Engine, placed: dict[str, str], hidden: str) -> None:
    put(engine, "art_2", "evt_apart")
    desk_of(engine).set(placed.get(hidden, hidden), Field.HIDDEN, "true", {})

    repair(engine, NOW)
    recluster(engine, DAY_AGO, NOW)

    assert members_of(engine, "evt_apart") == ["art_2"]
    assert members_of(engine, placed["art_1"]) == ["art_1", "art_3"]


def test_a_suggestion_is_dismissed_once_and_a_note_is_kept(engine: Engine, placed: dict[str, str]) -> None:
    desk_of(engine).dismiss("stale_lead", placed["art_1"], None, {})
    note = desk_of(engine).note(placed["art_1"], "Called their press office.\nNo answer yet.", {})

    assert EditingStore(engine).dismissals() == {Dismissal("stale_lead", placed["art_1"], None)}
    with pytest.raises(Refused, match="dismissed already"):
        desk_of(engine).dismiss("stale_lead", placed["art_1"], None, {})
    assert note.draft.reason == "Called their press office.\nNo answer yet."
    desk_of(engine).undo(note.seq)
    assert event_now(engine, placed["art_1"]).last_action is None


def test_an_editor_who_looked_at_an_older_version_changes_nothing(engine: Engine, placed: dict[str, str]) -> None:
    class Late(Desk):
        """One that saw all events as they were before they were described."""

        def _acting(self, versions, reason):  # type: ignore[no-untyped-def]
            return super()._acting(dict.fromkeys(placed.values(), 1), reason)

    before = editorial(engine)
    for act in ACTS.values():
        with pytest.raises(StaleVersion):
            act(Late(engine, "Grace", NOW), placed)
    assert editorial(engine) == before


def test_a_suggestion_on_two_events_is_dismissed_in_whichever_order_they_are_named(
    engine: Engine, placed: dict[str, str]
) -> None:
    older, younger = EventStore(engine).by_age([placed["art_1"], placed["art_4"]])

    desk_of(engine).dismiss("near_miss", younger, older, {})

    assert EditingStore(engine).dismissals() == {Dismissal("near_miss", older, younger)}
    with pytest.raises(Refused, match="dismissed already"):
        desk_of(engine).dismiss("near_miss", older, younger, {})


NONSENSE: tuple[tuple[Callable[[Desk, dict[str, str]], object], str], ...] = (
    (lambda desk, at: desk.set(at["art_1"], Field.TITLE, " \n ", {}), "Write a title"),
    (lambda desk, at: desk.set(at["art_1"], Field.TITLE, "x" * 201, {}), "at most 200"),
    (lambda desk, at: desk.set(at["art_1"], Field.TITLE, "a\x00b", {}), "cannot be shown"),
    (lambda desk, at: desk.set(at["art_1"], Field.TITLE, "\ud800", {}), "cannot be shown"),
    (lambda desk, at: desk.set(at["art_1"], Field.TITLE, None, {}), "Nothing is set"),
    (lambda desk, at: desk.set(at["art_1"], Field.LEAD, "art_4", {}), "does not stand in this event"),
    (lambda desk, at: desk.set(at["art_1"], Field.THEME, "weather", {}), "no such theme"),
    (lambda desk, at: desk.set(at["art_1"], Field.SIGNAL, "extreme", {}, reason="x"), "no such level"),
    (lambda desk, at: desk.set(at["art_1"], Field.SIGNAL, "high", {}, reason=" "), "Say why"),
    (lambda desk, at: desk.set(at["art_1"], Field.SIGNAL, "high", {}, reason="x" * 501), "at most 500"),
    (lambda desk, at: desk.set(at["art_1"], Field.HIDDEN, "yes", {}), "the value is `true`"),
    (lambda desk, at: desk.set("evt_none", Field.HIDDEN, "true", {}), "no event evt_none"),
    (lambda desk, at: desk.note(at["art_1"], " ", {}), "Write down something"),
    (lambda desk, at: desk.dismiss("nonsense", at["art_1"], None, {}), "no such suggestion"),
    (lambda desk, at: desk.dismiss("near_miss", at["art_1"], None, {}), "about two events"),
    (lambda desk, at: desk.dismiss("near_miss", at["art_1"], at["art_1"], {}), "about two events"),
    (lambda desk, at: desk.dismiss("undated", at["art_1"], at["art_4"], {}), "about one event"),
    (lambda desk, at: desk.split([], {}), "at least one article"),
    (lambda desk, at: desk.split(["art_1", "art_2", "art_3"], {}), "the whole event"),
    (lambda desk, at: desk.split(["art_1", "art_4"], {}), "several events"),
    (lambda desk, at: desk.move(["art_2", "art_4"], at["art_4"], {}), "in that event already"),
    (lambda desk, at: desk.link("art_1", "art_1", Link.MUST, {}), "two different"),
    (lambda desk, at: desk.link("art_1", "art_none", Link.MUST, {}), "stands in no event"),
    (lambda desk, at: desk.merge(at["art_1"], at["art_4"], {}, keep=at["art_5"]), "one of the two"),
    (lambda desk, at: desk.merge(at["art_1"], at["art_4"], {}, lead="art_5"), "does not stand in this event"),
)


def test_what_makes_no_sense_is_refused_in_a_sentence(engine: Engine, placed: dict[str, str]) -> None:
    before = editorial(engine)

    for act, why in NONSENSE:
        with pytest.raises(Refused, match=why):
            act(desk_of(engine), placed)

    assert EditingStore(engine).latest(10) == []
    assert editorial(engine) == before


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ("title", "merge with words", "left its event without articles"),
        ("must, together", "split", "touched the same event"),
        ("cannot, apart", "merge", "spoke of the same articles"),
        ("move two", "must, two", "spoke of the same articles"),
    ],
)
def test_an_action_is_not_undone_under_a_later_one_that_depends_on_it(
    engine: Engine, placed: dict[str, str], first: str, second: str, why: str
) -> None:
    earlier, later = (_done(engine, lambda desk, name=name: ACTS[name](desk, placed)) for name in (first, second))  # type: ignore[misc]

    with pytest.raises(Refused, match=why):
        desk_of(engine).undo(earlier.seq)
    desk_of(engine).undo(later.seq)
    desk_of(engine).undo(earlier.seq)


def test_an_action_is_undone_beside_later_ones_that_do_not_depend_on_it(engine: Engine, placed: dict[str, str]) -> None:
    names = ("lead", "lock", "cannot, apart", "title", "dismiss", "pinned")
    seqs = [_done(engine, lambda desk, name=name: ACTS[name](desk, placed)).seq for name in names]  # type: ignore[misc]

    for seq in seqs:
        desk_of(engine).undo(seq)

    assert EditingStore(engine).pairs() == []
    assert event_now(engine, placed["art_1"]).overrides == Overrides()


def test_a_field_that_was_set_again_is_undone_in_reverse(engine: Engine, placed: dict[str, str]) -> None:
    first = _done(engine, lambda desk: desk.set(placed["art_1"], Field.SIGNAL, "low", {}, reason="Old news"))
    second = _done(engine, lambda desk: desk.set(placed["art_1"], Field.SIGNAL, "high", {}, reason="New after all"))

    with pytest.raises(Refused, match=f"set the same of the same event: undo action {second.seq} first"):
        desk_of(engine).undo(first.seq)
    desk_of(engine).undo(second.seq)

    signal = event_now(engine, placed["art_1"]).overrides.signal
    assert signal is not None
    assert (signal.level, signal.reason) == (Level.LOW, "Old news")


def test_an_event_that_was_opened_is_not_undone_under_what_was_set_on_it(
    engine: Engine, placed: dict[str, str]
) -> None:
    opened = desk_of(engine).split(["art_2"], {})
    named = desk_of(engine).set(opened.draft.led_to, Field.TITLE, "Another robbery", {})

    with pytest.raises(Refused, match=f"undo action {named.seq} first"):
        desk_of(engine).undo(opened.seq)


def test_what_was_set_on_an_event_that_is_gone_is_not_undone(engine: Engine, placed: dict[str, str]) -> None:
    titled = desk_of(engine).set(placed["art_4"], Field.TITLE, "A talk", {})
    ArticleStore(engine).remove(["art_4"], NOW)
    repair(engine, NOW)

    with pytest.raises(Refused, match="was removed"):
        desk_of(engine).undo(titled.seq)
