"""A trend has clearly more events than the same span of the weeks before."""

from datetime import timedelta

from cluster.trends import SPAN, Occurrence, find_trends
from tests.builders import NOON

WEEK = timedelta(days=7)


def happen(tag: str, count: int, weeks: int = 0, kind: str = "theme") -> list[Occurrence]:
    """Events on one thing in the span of some week, an hour apart."""
    end = NOON - weeks * WEEK
    ids = (f"evt_{weeks}_{number}" for number in range(count))
    return [Occurrence(kind, tag, id_, end - number * timedelta(hours=1)) for number, id_ in enumerate(ids)]


def test_what_has_twice_the_usual_rises() -> None:
    before = [
        *happen("security", 2, 1),
        *happen("security", 3, 2),
        *happen("security", 2, 3),
        *happen("security", 1, 4),
    ]

    (found,) = find_trends([*happen("security", 4), *before], NOON)

    assert (found.kind, found.tag, found.before, found.baseline) == ("theme", "security", (2, 3, 2, 1), 2)
    assert found.event_ids == ("evt_0_0", "evt_0_1", "evt_0_2", "evt_0_3")


def test_what_was_never_there_rises_from_four_events() -> None:
    assert [one.before for one in find_trends(happen("security", 4), NOON)] == [(0, 0, 0, 0)]
    assert find_trends(happen("security", 3), NOON) == []


def test_what_had_as_many_in_one_of_the_weeks_does_not_rise() -> None:
    assert find_trends([*happen("security", 5), *happen("security", 5, 3)], NOON) == []


def test_what_is_usual_or_less_than_twice_of_it_does_not_rise() -> None:
    usual = [one for week in range(1, 5) for one in happen("price", 6, week)]

    assert find_trends([*happen("price", 11), *usual], NOON) == []
    assert len(find_trends([*happen("price", 12), *usual], NOON)) == 1


def test_other_hours_of_the_week_do_not_count() -> None:
    between = [Occurrence("theme", "ai", f"evt_{day}", NOON - timedelta(days=day)) for day in (2, 3, 4, 5, 6)]
    early = [Occurrence("theme", "ai", "evt_early", NOON - SPAN)]

    assert find_trends([*happen("ai", 3), *between, *early], NOON) == []


def test_what_fits_no_theme_is_no_trend() -> None:
    assert find_trends(happen("other", 9), NOON) == []


def test_an_actor_called_by_two_names_is_one_trend() -> None:
    names = ("Corvane", "Corvane Bank", "Bank")

    found = find_trends([one for name in names for one in happen(name, 4, kind="actor")], NOON)

    assert [one.tag for one in found] == ["Corvane Bank"]


def test_the_greatest_rise_comes_first() -> None:
    found = find_trends(
        [*happen("ai", 5), *happen("etf", 9), *happen("etf", 3, 1), *happen("BTC", 4, kind="asset")], NOON
    )

    assert [one.tag for one in found] == ["etf", "ai", "BTC"]
