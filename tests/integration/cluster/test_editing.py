"""An editor merges, moves and undoes; no id dies, and a re-clustering keeps the editor's word."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import cycle

import pytest
from sqlalchemy import Engine
from sqlalchemy.event import listen

from cluster import reclustering
from cluster.action import Action, ActionType, Field, Link, Pair
from cluster.changes import StaleVersion, change_events
from cluster.cross_encoder import ReadsPairs
from cluster.decision import EDITORS_WORD
from cluster.describe_stage import describe_events
from cluster.editing import Desk, Refused
from cluster.editing_store import EditingStore, write_pairs
from cluster.event import ChangeType, Placement, Role, Status
from cluster.following_up import follow_up
from cluster.placing import Placer
from cluster.reading import Reading
from cluster.reclustering import KeepsChanging, recluster
from cluster.similarity import RULESET
from cluster.store import EventStore
from cluster.window import Window
from ingest.article import Article
from storage.engine import writing
from tests.builders import NOON, make_article
from tests.integration.cluster.pipeline import NOW, fence, place, publish, read, store
from tests.integration.cluster.standing import desk_of, event_now, members_of, put

BREACH = make_article("art_1", "ledgerpost")
SAME = make_article("art_2", "coinherald", published_at=NOON + timedelta(minutes=30))
TALK = make_article(
    "art_3", "coinherald", title="Regulator opens a consultation on staking", text="Comments are due by the end of May."
)
TALK_TOO = make_article(
    "art_4", "ledgerpost", title="Regulator opens a consultation on staking", text="Comments are due by late May."
)
DAY_AGO = NOON - timedelta(days=1)


def _merge(engine: Engine, one: str, other: str) -> Action:
    return desk_of(engine).merge(one, other, EventStore(engine).versions([one, other]))


def _types(engine: Engine, event_id: str) -> list[ChangeType]:
    return [change.type for change in EventStore(engine).changes_after(0, 1000) if change.event_id == event_id]


def test_a_merge_keeps_the_older_id_and_the_other_leads_to_it(engine: Engine) -> None:
    placed = publish(engine, BREACH, TALK)
    older, younger = EventStore(engine).by_age([placed["art_1"], placed["art_3"]])

    _merge(engine, younger, older)

    gone = event_now(engine, younger)
    assert (gone.status, gone.merged_into) == (Status.MERGED, older)
    assert members_of(engine, older) == ["art_1", "art_3"]
    assert _types(engine, younger)[-1] is ChangeType.MERGED
    assert _types(engine, older)[-1] is ChangeType.GREW
    assert older in EventStore(engine).undescribed(limit=10)


def test_a_merged_event_says_that_an_editor_put_it_together(engine: Engine) -> None:
    placed = publish(engine, BREACH, TALK)
    older, _ = EventStore(engine).by_age(list(placed.values()))
    _merge(engine, *placed.values())

    describe_events([older], engine=engine, now=NOW)

    moved = next(one for one in event_now(engine, older).members if one.placement.because)
    assert moved.placement.because[0].code == "editor"
    assert event_now(engine, older).independent_sources == 2


@pytest.mark.parametrize("act", ["merge", "move"])
def test_a_text_of_last_week_that_an_editor_brings_together_with_todays_print_of_it_counts_once(
    engine: Engine, act: str
) -> None:
    text = " ".join(f"Clerk {n} moved {n * 7} coins on the morning of the breach, said witness {n}." for n in range(20))
    first = make_article("art_1", "ledgerpost", text=text, published_at=NOON - timedelta(days=7))
    again = make_article("art_2", "coinherald", text=text, published_at=NOON)
    placed = publish(engine, first, again)
    assert placed["art_1"] != placed["art_2"]

    if act == "merge":
        _merge(engine, placed["art_1"], placed["art_2"])
    else:
        desk_of(engine).move(["art_2"], placed["art_1"], {})
    describe_events([placed["art_1"]], engine=engine, now=NOW)

    event = event_now(engine, placed["art_1"])
    assert [(member.article.id, member.role) for member in event.members] == [
        ("art_1", Role.ORIGINAL),
        ("art_2", Role.COPY),
    ]
    assert event.description is not None
    assert event.independent_sources == 1
    assert not next(reason for reason in event.description.signal.reasons if reason.code == "fresh").passed


def test_a_move_takes_an_article_out_and_the_event_stays(engine: Engine) -> None:
    placed = publish(engine, BREACH, SAME, TALK)

    desk_of(engine).move(["art_2"], placed["art_3"], {})

    assert members_of(engine, placed["art_1"]) == ["art_1"]
    assert members_of(engine, placed["art_3"]) == ["art_2", "art_3"]
    assert _types(engine, placed["art_1"])[-1] is ChangeType.SHRANK


def test_an_article_moved_out_to_its_own_event_says_what_it_was_split_from(engine: Engine) -> None:
    placed = publish(engine, BREACH, SAME)

    action = desk_of(engine).move(["art_2"], None, {})

    fresh = action.draft.after[0].event_id
    assert event_now(engine, fresh).split_from == placed["art_1"]
    assert _types(engine, fresh) == [ChangeType.CREATED]
    assert _types(engine, placed["art_1"])[-1] is ChangeType.SPLIT


def test_moving_the_last_article_merges_its_event(engine: Engine) -> None:
    placed = publish(engine, BREACH, TALK)

    desk_of(engine).move(["art_3"], placed["art_1"], {})

    assert event_now(engine, placed["art_3"]).merged_into == placed["art_1"]


def test_undoing_a_merge_revives_the_id_with_its_articles(engine: Engine) -> None:
    placed = publish(engine, BREACH, SAME, TALK, TALK_TOO)
    action = _merge(engine, placed["art_1"], placed["art_3"])

    desk_of(engine).undo(action.seq)

    for article_id, event_id in placed.items():
        assert article_id in members_of(engine, event_id)
        assert event_now(engine, event_id).status is Status.ACTIVE
        assert event_now(engine, event_id).merged_into is None
    assert EditingStore(engine).pairs() == []


def test_undoing_a_split_lets_the_new_id_redirect(engine: Engine) -> None:
    placed = publish(engine, BREACH, SAME)
    action = desk_of(engine).move(["art_2"], None, {})

    desk_of(engine).undo(action.seq)

    assert members_of(engine, placed["art_1"]) == ["art_1", "art_2"]
    assert event_now(engine, action.draft.after[0].event_id).merged_into == placed["art_1"]


def test_an_action_is_undone_once_and_not_under_a_later_one(engine: Engine) -> None:
    placed = publish(engine, BREACH, SAME, TALK)
    first = desk_of(engine).move(["art_2"], placed["art_3"], {})
    second = _merge(engine, placed["art_1"], placed["art_3"])

    with pytest.raises(Refused, match=f"undo action {second.seq} first"):
        desk_of(engine).undo(first.seq)
    desk_of(engine).undo(second.seq)
    with pytest.raises(Refused, match="undone already"):
        desk_of(engine).undo(second.seq)
    desk_of(engine).undo(first.seq)

    assert members_of(engine, placed["art_1"]) == ["art_1", "art_2"]


def test_an_editor_who_looked_at_an_older_version_changes_nothing(engine: Engine) -> None:
    placed = publish(engine, BREACH, TALK)
    seen = EventStore(engine).versions([placed["art_1"], placed["art_3"]])
    publish(engine, SAME)

    with pytest.raises(StaleVersion, match=placed["art_1"]):
        desk_of(engine).merge(placed["art_1"], placed["art_3"], seen)

    assert event_now(engine, placed["art_3"]).status is Status.ACTIVE
    assert EditingStore(engine).latest(10) == []


def test_an_editor_who_looked_at_an_older_version_moves_nothing(engine: Engine) -> None:
    placed = publish(engine, BREACH, TALK)
    seen = EventStore(engine).versions([placed["art_1"]])
    publish(engine, SAME)

    with pytest.raises(StaleVersion, match=placed["art_1"]):
        desk_of(engine).move(["art_2"], placed["art_3"], seen)

    assert EventStore(engine).event_of(["art_2"])["art_2"] == placed["art_1"]


def test_an_undo_gives_back_the_word_that_its_action_took_the_place_of(engine: Engine) -> None:
    placed = publish(engine, BREACH, SAME)
    apart = desk_of(engine).move(["art_2"], None, {})
    said = EditingStore(engine).pairs()
    assert [pair.link for pair in said] == [Link.CANNOT]
    back = desk_of(engine).move(["art_2"], placed["art_1"], {})
    assert EditingStore(engine).pairs() != said

    desk_of(engine).undo(back.seq)

    assert EditingStore(engine).pairs() == said
    assert EventStore(engine).event_of(["art_2"])["art_2"] == apart.draft.after[0].event_id


def test_an_action_is_not_undone_under_a_later_one_that_found_its_article_under_another_id(engine: Engine) -> None:
    placed = publish(engine, BREACH, SAME, TALK)
    first = desk_of(engine).move(["art_2"], None, {})
    put(engine, "art_2", "evt_renamed")
    second = desk_of(engine).move(["art_2"], placed["art_3"], {})
    assert not set(first.draft.event_ids) & set(second.draft.event_ids)

    with pytest.raises(Refused, match=f"undo action {second.seq} first"):
        desk_of(engine).undo(first.seq)

    assert EventStore(engine).event_of(["art_2"])["art_2"] == placed["art_3"]


def test_an_action_never_holds_two_connections(engine: Engine) -> None:
    placed = publish(engine, BREACH, SAME, TALK)
    held: list[int] = []
    listen(engine, "checkout", lambda *_: held.append(engine.pool.checkedout()))  # type: ignore[attr-defined]

    desk_of(engine).move(["art_2"], None, {})
    merged = desk_of(engine).merge(placed["art_1"], placed["art_3"], {})
    desk_of(engine).undo(merged.seq)

    assert set(held) == {1}


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (lambda desk, placed: desk.merge(placed["art_1"], placed["art_1"], {}), "one event already"),
        (lambda desk, placed: desk.merge(placed["art_1"], "evt_none", {}), "no event evt_none"),
        (lambda desk, placed: desk.move(["art_1"], placed["art_1"], {}), "in that event already"),
        (lambda desk, placed: desk.move(["art_1"], None, {}), "alone"),
        (lambda desk, placed: desk.move(["art_none"], placed["art_1"], {}), "stands in no event"),
        (lambda desk, placed: desk.undo(7), "no action"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(
    engine: Engine, act: Callable[[Desk, dict[str, str]], object], why: str
) -> None:
    placed = publish(engine, BREACH, TALK)

    with pytest.raises(Refused, match=why):
        act(desk_of(engine), placed)

    assert EditingStore(engine).latest(10) == []


def test_a_merged_event_takes_no_article(engine: Engine) -> None:
    other = make_article("art_5", "blockgazette", title="Perch raises eighteen million", text="Three funds took part.")
    placed = publish(engine, BREACH, TALK, other)
    _, gone = EventStore(engine).by_age([placed["art_1"], placed["art_3"]])
    _merge(engine, placed["art_1"], placed["art_3"])

    with pytest.raises(Refused, match="merged into"):
        desk_of(engine).move(["art_5"], gone, {})


def test_a_re_clustering_that_finds_nothing_new_writes_nothing(engine: Engine) -> None:
    publish(engine, BREACH, SAME, TALK, TALK_TOO)
    before = EventStore(engine).changes_after(0, 1000)

    done = recluster(engine, DAY_AGO, NOW)

    assert (done.articles, done.moved) == (4, ())
    assert EventStore(engine).changes_after(0, 1000) == before


def test_a_re_clustering_puts_right_what_no_editor_asked_for(engine: Engine) -> None:
    placed = publish(engine, BREACH, SAME)
    action = desk_of(engine).move(["art_2"], None, {})
    desk_of(engine).undo(action.seq)
    fresh = action.draft.after[0].event_id
    assert EventStore(engine).event_of(["art_2"]) == {"art_2": placed["art_1"]}

    assert recluster(engine, DAY_AGO, NOW).moved == ()
    assert event_now(engine, fresh).merged_into == placed["art_1"]


def test_a_re_clustering_moves_nothing_that_repair_would_take_back(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = publish(engine, BREACH, TALK)

    def into_one(subject: Reading, window: Window, reader: ReadsPairs | None) -> Placement:
        return Placement(subject.article_id, placed["art_1"], 0.5, (), None, None, RULESET)

    monkeypatch.setattr(reclustering, "decide", into_one)
    done = recluster(engine, DAY_AGO, NOW)

    assert (done.moved, done.events) == ((), ())
    assert EventStore(engine).event_of(["art_1", "art_3"]) == placed


def test_a_re_clustering_takes_back_no_move_that_others_are_bound_to(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    bounty = make_article("art_5", "blockgazette", title="Perch raises eighteen million", text="Three funds took part.")
    placed = publish(engine, BREACH, TALK, bounty)
    _merge(engine, placed["art_1"], placed["art_3"])

    def to_bounty(subject: Reading, window: Window, reader: ReadsPairs | None) -> Placement:
        bound = window.held.bound_to(subject.article_id)
        because = (EDITORS_WORD,) if bound else ()
        return Placement(subject.article_id, bound or placed["art_5"], 0.5, because, None, None, RULESET)

    monkeypatch.setattr(reclustering, "decide", to_bounty)
    recluster(engine, DAY_AGO, NOW)

    now_in = EventStore(engine).event_of(["art_1", "art_3"])
    assert now_in["art_1"] == now_in["art_3"]


def _decides(monkeypatch: pytest.MonkeyPatch, wanted: dict[str, Placement]) -> None:
    """What the rules are to say of each article that is decided anew."""

    def as_wanted(subject: Reading, window: Window, reader: ReadsPairs | None) -> Placement:
        return wanted[subject.article_id]

    monkeypatch.setattr(reclustering, "decide", as_wanted)


def _to(article_id: str, event_id: str, copy_of: str | None = None) -> Placement:
    return Placement(article_id, event_id, 0.5, (), None, copy_of, RULESET)


LATER = NOON + timedelta(minutes=10)


def _set_lead(engine: Engine, event_id: str, article_id: str) -> None:
    follow_up(desk_of(engine).set(event_id, Field.LEAD, article_id, {}).draft, engine=engine, now=NOW)


def test_a_copy_of_what_stays_with_the_lead_of_an_event_that_an_editor_named_stays_where_it_is(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    bounty = make_article("art_5", "blockgazette", title="Perch raises eighteen million", text="Three funds took part.")
    placed = publish(engine, BREACH, replace(TALK, published_at=LATER), replace(bounty, published_at=LATER))
    _set_lead(engine, placed["art_3"], "art_3")
    home = placed["art_1"]
    _decides(monkeypatch, {"art_3": _to("art_3", home), "art_5": _to("art_5", home, copy_of="art_3")})

    assert recluster(engine, LATER, NOW).moved == ()


def test_a_lead_leaves_the_event_that_an_editor_named_where_it_is_to_be_apart_from_what_comes(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = publish(engine, BREACH, SAME, TALK, replace(TALK_TOO, published_at=LATER))
    here, there = placed["art_1"], placed["art_3"]
    _set_lead(engine, there, "art_4")
    desk_of(engine).link("art_2", "art_4", Link.CANNOT, {})
    _decides(monkeypatch, {"art_2": _to("art_2", there), "art_4": _to("art_4", here)})

    recluster(engine, LATER, NOW)

    assert EventStore(engine).event_of(["art_2", "art_4"]) == {"art_2": there, "art_4": here}


def test_a_re_clustering_names_the_events_that_it_changed(engine: Engine) -> None:
    placed = publish(engine, BREACH, SAME, TALK)
    put(engine, "art_2", placed["art_3"])

    done = recluster(engine, DAY_AGO, NOW)

    assert done.moved == ("art_2",)
    assert set(done.events) == {placed["art_1"], placed["art_3"]}


def test_a_re_clustering_keeps_the_editors_word(engine: Engine) -> None:
    placed = publish(engine, BREACH, SAME, TALK, TALK_TOO)
    desk_of(engine).move(["art_2"], None, {})
    _merge(engine, placed["art_1"], placed["art_3"])
    before = EventStore(engine).event_of(list(placed))

    assert recluster(engine, DAY_AGO, NOW).moved == ()

    assert EventStore(engine).event_of(list(placed)) == before


def test_whoever_was_bound_through_an_article_that_left_stays_bound(engine: Engine) -> None:
    placed = publish(engine, BREACH, SAME, TALK, TALK_TOO)
    _merge(engine, placed["art_1"], placed["art_3"])
    kept = EventStore(engine).event_of(["art_1"])["art_1"]
    description = event_now(engine, kept).description
    assert description is not None

    desk_of(engine).move([description.lead_article_id], None, {})

    rest = {"art_1", "art_2", "art_3", "art_4"} - {description.lead_article_id}
    bound = {end for pair in EditingStore(engine).pairs() if pair.link is Link.MUST for end in (pair.one, pair.other)}
    assert bound == rest
    assert recluster(engine, DAY_AGO, NOW).moved == ()


def test_an_editors_word_on_an_article_older_than_the_window_binds_a_re_clustering(engine: Engine) -> None:
    week = NOON + timedelta(days=7)
    late, undecided = replace(TALK, published_at=week), replace(SAME, published_at=week - timedelta(hours=2))
    placed = place(engine, BREACH, undecided, late)
    put(engine, "art_2", placed["art_1"])
    desk_of(engine).move(["art_3"], placed["art_1"], {})

    assert recluster(engine, week - timedelta(hours=1), NOW).moved == ()

    assert EventStore(engine).event_of(["art_3"])["art_3"] == placed["art_1"]


def test_an_editors_word_on_an_article_older_than_the_window_binds_placing(engine: Engine) -> None:
    placed = place(engine, BREACH)
    late = replace(TALK, published_at=NOON + timedelta(days=7))
    store(engine, late)
    with writing(engine) as connection:
        write_pairs(connection, [Pair.of("art_1", "art_3", Link.MUST)])
    read(engine, ["art_3"])

    Placer(engine).place_pending(fence(engine), NOW)

    assert EventStore(engine).event_of(["art_3"])["art_3"] == placed["art_1"]


def test_a_re_clustering_gives_no_id_to_articles_that_an_editor_wants_apart_from_an_old_one_in_it(
    engine: Engine,
) -> None:
    week = NOON + timedelta(days=7)
    placed = place(engine, BREACH, replace(TALK, published_at=week))
    desk_of(engine).move(["art_3"], placed["art_1"], {})
    out = desk_of(engine).move(["art_3"], None, {}).draft.after[0].event_id
    assert place(engine, replace(TALK_TOO, published_at=week + timedelta(hours=1)))["art_4"] == out
    put(engine, "art_4", placed["art_1"])

    recluster(engine, week - timedelta(hours=1), NOW)

    assert EventStore(engine).event_of(["art_3", "art_4"]) == {"art_3": out, "art_4": out}


def test_of_several_groups_the_one_with_the_lead_keeps_the_id(engine: Engine) -> None:
    placed = publish(engine, TALK, TALK_TOO, SAME)
    kept = placed["art_3"]
    put(engine, "art_2", kept)
    description = event_now(engine, kept).description
    assert description is not None
    alone = replace(description, lead_article_id="art_2")
    with change_events(engine, by="describe", at=NOW) as ledger:
        ledger.describe(kept, alone, EventStore(engine).versions([kept])[kept], None)

    recluster(engine, DAY_AGO, NOW)

    assert members_of(engine, kept) == ["art_2"]
    assert len(set(EventStore(engine).event_of(["art_3", "art_4"]).values())) == 1


def test_a_re_clustering_decides_again_when_an_editor_acts_meanwhile(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = publish(engine, BREACH, SAME, TALK)
    acts = [lambda: desk_of(engine).move(["art_2"], placed["art_3"], {})]
    _act_between_deciding_and_writing(monkeypatch, lambda: acts.pop()() if acts else None)

    recluster(engine, DAY_AGO, NOW)

    assert acts == []
    assert EventStore(engine).event_of(["art_2"])["art_2"] == placed["art_3"]


def test_a_re_clustering_gives_up_on_events_that_never_stand_still(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(engine, BREACH, SAME)
    put(engine, "art_2", "evt_alone")
    taken_by = cycle([None, "evt_alone"])

    def act() -> None:
        with change_events(engine, by="expire", at=NOW) as ledger:
            ledger.close(EventStore(engine).event_of(["art_1"])["art_1"] if next(taken_by) else "evt_alone")

    _act_between_deciding_and_writing(monkeypatch, act)

    with pytest.raises(KeepsChanging):
        recluster(engine, DAY_AGO, NOW)

    assert EventStore(engine).event_of(["art_2"])["art_2"] == "evt_alone"


def _act_between_deciding_and_writing(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    decide_anew = reclustering._decide_anew

    def decide_and_act(engine: Engine, since: datetime, reader: ReadsPairs | None) -> dict[str, Placement]:
        decided = decide_anew(engine, since, reader)
        act()
        return decided

    monkeypatch.setattr(reclustering, "_decide_anew", decide_and_act)


def test_a_report_that_comes_later_joins_the_merged_event(engine: Engine) -> None:
    placed = publish(engine, BREACH, TALK)
    _merge(engine, placed["art_1"], placed["art_3"])
    kept = EventStore(engine).event_of(["art_1"])["art_1"]

    assert publish(engine, SAME)["art_2"] == kept


def test_whatever_editors_and_re_clusterings_do_the_promises_hold(engine: Engine) -> None:
    chance = random.Random(20261125)
    words = "vault signer bridge fund court upgrade reserve ticker exchange wallet ruling stake".split()
    articles = [_random_article(chance, words, number) for number in range(24)]
    ever = set(publish(engine, *articles).values())
    assert len(ever) > 3
    done = {"merge": 0, "move": 0, "undo": 0, "recluster": 0}
    for _ in range(120):
        step = chance.choice(list(done))
        try:
            ever |= _step(engine, step, chance, [one.id for one in articles])
            done[step] += 1
        except Refused:
            continue
        _promises_hold(engine, ever, {one.id for one in articles})
    assert min(done.values()) > 3


def _random_article(chance: random.Random, words: list[str], number: int) -> Article:
    told = chance.choices(words[number % 4 * 3 : number % 4 * 3 + 3], k=12)
    return make_article(
        f"art_{number}",
        chance.choice(["ledgerpost", "coinherald", "blockgazette"]),
        title=" ".join(told[:5]),
        text=" ".join(told) + f" {chance.choice(words)}",
        published_at=NOON + timedelta(minutes=number) - timedelta(days=chance.choice([0, 0, 1, 3, 5, 8])),
    )


def _step(engine: Engine, step: str, chance: random.Random, article_ids: list[str]) -> set[str]:
    desk, now_in = desk_of(engine), EventStore(engine).event_of(article_ids)
    if step == "merge":
        one, other = chance.sample(sorted(now_in.values()), 2)
        desk.merge(one, other, {})
    elif step == "move":
        desk.move([chance.choice(article_ids)], chance.choice([None, *sorted(set(now_in.values()))]), {})
    elif step == "undo":
        latest = [one for one in EditingStore(engine).latest(12) if one.draft.type is not ActionType.UNDO]
        desk.undo(chance.choice([one.seq for one in latest if one.undone_by is None] or [0]))
    else:
        recluster(engine, DAY_AGO, NOW)
    return set(EventStore(engine).event_of(article_ids).values())


def _promises_hold(engine: Engine, ever: set[str], article_ids: set[str]) -> None:
    events = EventStore(engine)
    now_in = events.event_of(list(article_ids))
    assert set(now_in) == article_ids
    for event_id in ever:
        event, steps = event_now(engine, event_id), 0
        while event.merged_into:
            event, steps = event_now(engine, event.merged_into), steps + 1
            assert steps <= len(ever), "the ids lead in a circle"
        assert event.members
    for pair in EditingStore(engine).pairs():
        assert (now_in[pair.one] == now_in[pair.other]) == (pair.link is Link.MUST)
    logged = {change.event_id: change.version for change in events.changes_after(0, 100_000)}
    assert logged == events.versions(list(logged))


def test_placing_goes_on_after_an_editors_change(engine: Engine) -> None:
    store(engine, BREACH, TALK)
    read(engine, ["art_1", "art_3"])
    placer, number = Placer(engine), fence(engine)
    placer.place_pending(number, NOW)
    placed = EventStore(engine).event_of(["art_1", "art_3"])
    desk_of(engine).merge(placed["art_1"], placed["art_3"], {})
    store(engine, SAME)
    read(engine, ["art_2"])

    placer.place_pending(number, NOW)

    kept = EventStore(engine).event_of(["art_1"])["art_1"]
    assert EventStore(engine).event_of(["art_2"]) == {"art_2": kept}
