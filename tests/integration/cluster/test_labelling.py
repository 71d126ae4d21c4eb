"""Editors' decisions become labelled pairs: what stands, by the newest word, and no big merge drowns the rest."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from cluster.action import Action, Dismissal, Link
from cluster.editing import Desk
from cluster.editing_store import EditingStore
from cluster.labelling import AN_ACTION_WEIGHS, MOST_OF_AN_ACTION, labels
from cluster.store import EventStore
from tests.builders import NOON, make_article
from tests.integration.cluster.pipeline import publish
from tests.integration.cluster.standing import desk_of

SAME, APART = True, False
TALK = "Regulator opens a consultation on staking"


@pytest.fixture
def placed(engine: Engine) -> dict[str, str]:
    """Three articles on a breach, one on a talk and one on a bounty; the event id of each."""
    return publish(
        engine,
        *(make_article(f"art_{n}", f"outlet{n}", published_at=NOON + timedelta(minutes=n)) for n in (1, 2, 3)),
        make_article("art_4", "coinherald", title=TALK, text="Comments are due by the end of May."),
        make_article("art_5", "blockgazette", title="Perch raises eighteen million", text="Three funds took part."),
    )


def told(engine: Engine) -> dict[tuple[str, str], bool]:
    store = EditingStore(engine)
    return {label.ends: label.is_same for label in labels(store.standing(), store.pairs())}


def test_a_merge_and_a_must_link_say_the_same_and_all_that_parts_says_apart(
    engine: Engine, placed: dict[str, str]
) -> None:
    desk = desk_of(engine)
    desk.link("art_1", "art_2", Link.MUST, {})
    assert told(engine) == {("art_1", "art_2"): SAME}
    desk.link("art_4", "art_5", Link.CANNOT, {})
    assert told(engine)["art_4", "art_5"] is APART
    desk.move(["art_3"], placed["art_4"], {})
    assert told(engine) == {
        ("art_1", "art_2"): SAME,
        ("art_4", "art_5"): APART,
        **{("art_1", "art_3"): APART, ("art_2", "art_3"): APART, ("art_3", "art_4"): SAME},
    }
    desk.split(["art_3"], {})
    assert told(engine)["art_3", "art_4"] is APART


def test_what_was_taken_back_teaches_nothing_and_the_newest_word_wins(engine: Engine, placed: dict[str, str]) -> None:
    desk = desk_of(engine)
    merged = desk.merge(placed["art_1"], placed["art_4"], {}, keep=placed["art_1"])
    assert told(engine)["art_1", "art_4"] is SAME
    parted = desk.move(["art_4"], None, {})
    assert set(told(engine).values()) == {APART}
    desk.undo(parted.seq)
    assert told(engine)["art_1", "art_4"] is SAME
    desk.undo(merged.seq)
    assert told(engine) == {}


def test_a_dismissed_near_miss_tells_the_leads_apart_until_somebody_merges_them(
    engine: Engine, placed: dict[str, str]
) -> None:
    desk = desk_of(engine)
    desk.dismiss("disputed_figures", placed["art_1"], None, {})
    assert told(engine) == {}
    desk.dismiss("near_miss", placed["art_1"], placed["art_4"], {})
    assert Dismissal("near_miss", placed["art_4"], placed["art_1"]) in EditingStore(engine).dismissals()
    lead = EventStore(engine).get_many([placed["art_1"]])[placed["art_1"]].description
    assert lead is not None
    assert told(engine) == {(lead.lead_article_id, "art_4"): APART}
    kept = desk.keep_apart(placed["art_1"], placed["art_4"], {})
    assert told(engine) == {(one, "art_4"): APART for one in ("art_1", "art_2", "art_3")}
    desk.undo(kept.seq)
    desk.merge(placed["art_1"], placed["art_4"], {})
    assert set(told(engine).values()) == {SAME}


BIG: dict[str, tuple[bool, Callable[[Desk, str, str], Action]]] = {
    "merge": (SAME, lambda desk, one, other: desk.merge(one, other, {})),
    "keep apart": (APART, lambda desk, one, other: desk.keep_apart(one, other, {})),
}


@pytest.mark.parametrize("name", BIG)
def test_a_word_on_big_events_weighs_no_more_than_three_and_tells_of_the_leads_first(engine: Engine, name: str) -> None:
    is_same, act = BIG[name]
    breach = [make_article(f"art_1{n}", f"outlet{n}", published_at=NOON + timedelta(minutes=n)) for n in range(6)]
    talk = [make_article(f"art_2{n}", f"outlet{n}", title=TALK, text="Comments are due by May.") for n in range(9)]
    placed = publish(engine, *breach, *talk)
    one, other = placed["art_10"], placed["art_20"]
    leads = {event.description.lead_article_id for event in EventStore(engine).get_many([one, other]).values()}  # type: ignore[union-attr]
    act(desk_of(engine), one, other)

    store = EditingStore(engine)
    found = labels(store.standing(), store.pairs())

    assert 1 < len(found) <= MOST_OF_AN_ACTION
    assert {label.is_same for label in found} == {is_same}
    assert set(found[0].ends) == leads
    assert sum(label.weight for label in found) == pytest.approx(AN_ACTION_WEIGHS, abs=0.01)
