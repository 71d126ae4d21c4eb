"""What is doubtful about where articles stand, from probabilities alone, and what is shown of both sides."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pytest

from cluster.doubts import Clue, Doubt, DoubtKind, Side
from cluster.grouping_doubts import doubts_on_grouping, same_event, two_events
from cluster.regrouping import Standing
from cluster.sides import Compared
from ingest.article import Article
from tests.builders import NOON, make_article, make_reading

TEXT = "Users of the exchange Corvane wait for word."
TITLES = (
    "Corvane loses $40 million to an attacker",
    "Attacker takes $40.2 million from exchange Corvane",
    "Corvane says $52 million were taken",
    "Halden Bank opens a desk for digital assets",
)


def _articles(titles: Sequence[str]) -> list[Article]:
    return [
        make_article(f"art_{row}", f"outlet{row}", title=title, text=TEXT, published_at=NOON + timedelta(minutes=row))
        for row, title in enumerate(titles)
    ]


def _doubts(
    probability: float, *groups: Sequence[int], apart: bool = False, bound: bool = False, asked: str = "evt_0"
) -> list[Doubt]:
    """The doubts where the first two articles belong together, and so do the last; any others with one probability."""
    near = np.full((4, 4), probability)
    near[:2, :2] = near[2:, 2:] = 0.95
    events = tuple(
        Standing(f"evt_{place}", frozenset(rows), frozenset(rows[:1]), (frozenset(rows),) if bound else ())
        for place, rows in enumerate(groups)
    )
    articles = _articles(TITLES)
    compared = Compared(events, near, np.full((4, 4), apart), articles, [make_reading(one) for one in articles])
    return list(doubts_on_grouping(compared, {asked}))


def _texts(doubt: Doubt, what: str, side: Side) -> list[str]:
    return [clue.text for clue in doubt.evidence if (clue.what, clue.side) == (what, side)]


def test_two_events_that_come_near_each_other_are_a_near_miss_with_what_speaks_for_and_against() -> None:
    (doubt,) = _doubts(0.45, [0, 1], [2], asked="evt_1")

    assert (doubt.event_id, doubt.other_id, doubt.kind) == ("evt_0", "evt_1", DoubtKind.NEAR_MISS)
    assert doubt.doubt == pytest.approx(2 * same_event(0.45), abs=0.001)
    assert doubt.text == (
        "These two events may be one: both name Corvane, though one says $40 million and the other $52 million."
    )
    assert doubt.evidence[:3] == (
        Clue("report", Side.HERE, TITLES[0], ("art_0",)),
        Clue("report", Side.HERE, TITLES[1], ("art_1",)),
        Clue("report", Side.THERE, TITLES[2], ("art_2",)),
    )
    assert _texts(doubt, "figure", Side.HERE) == ["$40 million"]
    assert _texts(doubt, "figure", Side.THERE) == ["$52 million"]


def test_the_nearer_two_events_come_the_greater_is_the_doubt_and_far_ones_are_none() -> None:
    found = [_doubts(near, [0, 1], [2]) for near in (0.02, 0.3, 0.45, 0.59)]

    assert found[0] == []
    assert [one.doubt for (one,) in found[1:]] == sorted(one.doubt for (one,) in found[1:])


def test_nothing_is_asked_of_other_events_nor_of_what_an_editor_wants_apart() -> None:
    assert _doubts(0.45, [0, 1], [2], asked="evt_9") == []
    assert _doubts(0.45, [0, 1], [2], apart=True) == []


def test_a_lone_report_that_hangs_on_little_is_borderline_and_several_suggest_a_split() -> None:
    (borderline,) = _doubts(0.3, [0, 1, 2])
    (split,) = _doubts(0.2, [2, 3, 0, 1])

    assert (borderline.kind, borderline.other_id, borderline.about) == (DoubtKind.BORDERLINE_MERGE, None, "art_2")
    assert borderline.text.startswith("The report by Outlet2 only just joined and may tell something else, though one")
    assert borderline.doubt == pytest.approx(2 * two_events(0.3, 3), abs=0.001)
    assert (split.kind, split.about) == (DoubtKind.SUGGESTED_SPLIT, "art_0")
    assert split.text.startswith("2 of the 4 reports may tell another happening")
    assert {clue.article_ids for clue in split.evidence if clue.side is Side.THERE and clue.article_ids} == {
        ("art_0",),
        ("art_1",),
    }


def test_what_hangs_together_or_is_bound_by_an_editor_is_no_doubt() -> None:
    assert _doubts(0.9, [0, 1, 2]) == []
    assert _doubts(0.2, [0, 1, 2], bound=True) == []
    assert _doubts(0.2, [3]) == []
