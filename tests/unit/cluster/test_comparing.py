"""Two events side by side: what both say speaks for one happening, what contradicts for two."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cluster.comparing import About, Finding, NearMiss, Point, side_by_side
from cluster.event import AssetMention, Event, Member, Rival, Role, Theme, ThemeFound
from tests.unit.api.builders import make_article, make_event, make_member

HACK = "Thieves stole {} from the exchange Corvane on Tuesday, the firm Tidewatch said."
BTC, ETH = AssetMention("BTC", "Bitcoin", True, ()), AssetMention("ETH", "Ether", True, ())


def _member(article_id: str, text: str, title: str = "Thieves empty a wallet", minutes: int = 0) -> Member:
    return make_member(make_article(article_id, title=title, text=text, minutes=minutes), Role.ORIGINAL)


def _event(event_id: str, *members: Member, **said: Any) -> Event:
    return make_event(*members, event_id=event_id, **said)


def _points(one: Event, other: Event, about: About) -> list[Point]:
    return [point for point in side_by_side(one, other).points if point.about is about]


def test_a_figure_that_both_give_is_shared_however_it_is_written() -> None:
    one = _event("evt_1", _member("art_1", HACK.format("$41 million")))
    other = _event("evt_2", _member("art_2", HACK.format("about $41.2 million")))

    (point,) = _points(one, other, About.FIGURE)

    assert (point.finding, point.name) == (Finding.SHARED, "amount stolen")
    assert (point.here, point.there) == (("$41 million",), ("about $41.2 million",))


def test_two_values_of_one_figure_are_in_conflict_and_come_first() -> None:
    one = _event("evt_1", _member("art_1", HACK.format("$41 million")))
    other = _event("evt_2", _member("art_2", HACK.format("$300 million")))

    found = side_by_side(one, other)

    assert found.points[0] == Point(
        About.FIGURE, Finding.CONFLICT, ("$41 million",), ("$300 million",), "amount stolen"
    )
    assert all(point.finding is Finding.SHARED for point in found.points[1:])
    assert found.shared(About.FIGURE) == frozenset()


def test_a_number_that_nobody_says_what_it_measures_is_shared_when_it_is_the_same() -> None:
    one = _event("evt_1", _member("art_1", "The mayor spoke of $77 million on Monday."))
    other = _event("evt_2", _member("art_2", "Of $77 million, nobody would say more."))

    assert _points(one, other, About.FIGURE) == [
        Point(About.FIGURE, Finding.SHARED, ("$77 million",), ("$77 million",))
    ]


def test_what_copies_print_is_not_read() -> None:
    copy = make_member(make_article("art_3", text=HACK.format("$300 million")), Role.COPY, copy_of="art_9")
    one = _event("evt_1", _member("art_1", "Nothing is known yet."), copy)
    other = _event("evt_2", _member("art_2", HACK.format("$41 million")))

    assert _points(one, other, About.FIGURE) == []


@pytest.mark.parametrize(
    ("theirs", "finding", "here"), [((ETH, BTC), Finding.SHARED, ("BTC",)), ((ETH,), Finding.CONFLICT, ("BTC",))]
)
def test_assets_are_shared_or_altogether_others(
    theirs: tuple[AssetMention, ...], finding: Finding, here: tuple[str, ...]
) -> None:
    one, other = _event("evt_1", assets=(BTC,)), _event("evt_2", assets=theirs)

    (point,) = _points(one, other, About.ASSET)

    assert (point.finding, point.here) == (finding, here)


def test_of_themes_and_assets_that_one_event_does_not_have_nothing_is_said() -> None:
    one, other = _event("evt_1", assets=(BTC,)), _event("evt_2", assets=(), themes=())

    assert _points(one, other, About.ASSET) == _points(one, other, About.THEME) == []


def test_other_themes_are_in_conflict() -> None:
    one, other = _event("evt_1"), _event("evt_2", themes=(ThemeFound(Theme.MINING, True, ()),))

    assert _points(one, other, About.THEME) == [Point(About.THEME, Finding.CONFLICT, ("derivatives",), ("mining",))]


def test_a_name_of_one_events_lead_is_shared_where_the_others_reports_write_it() -> None:
    one = _event("evt_1", _member("art_1", "Corvane paused."), title_actors=("Adam Perch", "Perch", "Corvane"))
    other = _event("evt_2", _member("art_2", "On Tuesday Corvane paused."), title_actors=("Adam Perch",))
    stranger = _event("evt_3", _member("art_3", "Veldt paused."), title_actors=("Veldt",))

    assert _points(one, other, About.ACTOR) == [Point(About.ACTOR, Finding.SHARED, ("Corvane",), ("Corvane",))]
    assert _points(one, stranger, About.ACTOR) == [
        Point(About.ACTOR, Finding.CONFLICT, ("Adam Perch", "Corvane"), ("Veldt",))
    ]


@pytest.mark.parametrize(("minutes", "finding"), [(24 * 60, Finding.SHARED), (24 * 60 + 1, Finding.CONFLICT)])
def test_events_a_day_apart_are_in_conflict(minutes: int, finding: Finding) -> None:
    one = _event("evt_1", _member("art_1", ""))
    other = _event("evt_2", _member("art_2", "", minutes=minutes))

    for pair in ((one, other), (other, one)):
        assert side_by_side(*pair).gap == timedelta(minutes=minutes)
        assert [point.finding for point in _points(*pair, About.TIME)] == [finding]


def test_events_over_the_same_hours_have_no_gap() -> None:
    one = _event("evt_1", _member("art_1", ""), _member("art_2", "", minutes=90))
    other = _event("evt_2", _member("art_3", "", minutes=60))

    assert side_by_side(one, other).gap == timedelta(0)


def test_articles_that_nearly_went_to_the_other_event_are_named_with_the_best_in_front() -> None:
    def nearly(article_id: str, event_id: str, score: float) -> Member:
        return make_member(make_article(article_id), Role.ORIGINAL, rival=Rival(event_id, score))

    one = _event("evt_1", nearly("art_1", "evt_2", 0.2), nearly("art_2", "evt_9", 0.39))
    other = _event("evt_2", nearly("art_3", "evt_1", 0.31))

    assert side_by_side(one, other).near_misses == (NearMiss("art_3", 0.31), NearMiss("art_1", 0.2))


def test_an_event_that_says_nothing_can_be_compared() -> None:
    mute = replace(_event("evt_1", _member("art_1", "")), description=None)

    assert [point.about for point in side_by_side(mute, _event("evt_2")).points] == [About.TIME]
