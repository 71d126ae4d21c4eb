"""What editors have the last word on is written the same way on every database, and an undo leaves no trace in it."""

import json
from datetime import timedelta

from sqlalchemy import Engine

from cluster.action import Field, Link
from cluster.editorial_store import EditorialStore
from tests.builders import NOON, make_article
from tests.integration.cluster.pipeline import publish
from tests.integration.cluster.standing import desk_of

TALK = "Regulator opens a consultation on staking"


def _lines(engine: Engine) -> list[str]:
    return list(EditorialStore(engine).lines())


def test_all_that_editors_said_stands_in_sorted_lines_and_goes_with_its_undo(engine: Engine) -> None:
    # By a person's order `art_a` would come before `art_B`, by bytes it comes behind.
    placed = publish(
        engine,
        make_article("art_a", "ledgerpost"),
        make_article("art_B", "mirrorwire", published_at=NOON + timedelta(minutes=9)),
        make_article("art_c", "coinherald", title=TALK, text="Comments are due by the end of May."),
    )
    one, other = placed["art_a"], placed["art_c"]
    before = _lines(engine)
    desk = desk_of(engine)
    done = [
        desk.set(one, Field.TITLE, "Corvane is “robbed”", {}),
        desk.set(one, Field.LEAD, "art_B", {}),
        desk.set(one, Field.THEME, "exchanges", {}),
        desk.set(other, Field.SIGNAL, "low", {}, reason="Old news."),
        desk.set(other, Field.PINNED, "true", {}),
        desk.set(other, Field.HIDDEN, "true", {}),
        desk.link("art_c", "art_a", Link.CANNOT, {}),
        desk.dismiss("near_miss", one, other, {}),
        desk.note(one, "Ask them.", {}),
        desk.lock(other, {}),
    ]

    lines = _lines(engine)
    assert lines == sorted(lines)
    assert [json.loads(line) for line in lines if '"membership"' not in line] == [
        {"kind": "dismissal", "event_id": other, "other_id": one, "of": "near_miss", "about": ""},
        {"kind": "hidden", "event_id": other},
        {"kind": "lead", "event_id": one, "value": "art_B"},
        {"kind": "lock", "event_id": other},
        {"kind": "pair", "one": "art_a", "other": "art_c", "link": "cannot_link"},
        {"kind": "pinned", "event_id": other},
        {"kind": "signal", "event_id": other, "level": "low", "reason": "Old news.", "by": "Ada"},
        {"kind": "theme", "event_id": one, "value": "exchanges"},
        {"kind": "title", "event_id": one, "value": "Corvane is “robbed”"},
    ]
    told = {found["event_id"]: found["articles"] for found in map(json.loads, before)}
    assert [article["id"] for article in told[one]] == ["art_B", "art_a"]
    assert {article["copy_of"] for article in told[one]} <= {None, "art_a"}

    for action in reversed(done):
        desk.undo(action.seq)
    assert _lines(engine) == before


def test_an_event_that_was_merged_has_no_members_and_keeps_what_is_set_on_it(engine: Engine) -> None:
    placed = publish(engine, make_article("art_1"), make_article("art_2", "coinherald", title=TALK, text="Soon."))
    one, other = placed["art_1"], placed["art_2"]
    desk_of(engine).set(other, Field.TITLE, "A talk", {})
    desk_of(engine).merge(one, other, {}, keep=one)

    found = [json.loads(line) for line in _lines(engine)]

    assert [line["event_id"] for line in found if line["kind"] == "membership"] == [one]
    assert {"kind": "title", "event_id": other, "value": "A talk"} in found
