"""An event follows the nearest earlier one about its actor, unless that is so near that it may be the same."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cluster.describing import draft
from cluster.draft import Draft
from cluster.event import ArticleType, Earlier, Theme
from cluster.following import Naming, Namings, Told, followed
from cluster.history import Followed
from tests.builders import NOON, make_vector
from tests.unit.cluster.pasts import make_news

TITLE = "Corvane names Ines Halloran its new chief executive"
TEXT = "The exchange Corvane appointed Ines Halloran to lead it after the breach."


def make_draft(type: ArticleType = ArticleType.NEWS) -> Draft:
    return draft([make_news("a", title=TITLE, text=TEXT, theme=Theme.EXCHANGES, type=type)])


def naming(id: str = "evt_0", hours: float = 24, **changed: object) -> Naming:
    return replace(Naming(id, "Corvane", Theme.EXCHANGES, NOON - timedelta(hours=hours)), **changed)  # type: ignore[arg-type]


def told(*directions: float, hours: float = 24, title: str = "Corvane halts withdrawals") -> Told:
    return Told(NOON - timedelta(hours=hours), title, make_vector(*directions))


def test_earlier_events_of_a_week_with_its_actor_in_their_titles_may_be_followed() -> None:
    found = Namings([naming(), naming("evt_9", hours=100)]).before(make_draft())

    assert found == {"evt_0": "Corvane", "evt_9": "Corvane"}


def test_of_two_names_in_both_titles_the_longer_one_is_said() -> None:
    both = [naming(actor="Ines Halloran"), naming()]

    assert Namings(both).before(make_draft()) == {"evt_0": "Ines Halloran"}
    assert Namings(both[::-1]).before(make_draft()) == {"evt_0": "Ines Halloran"}


@pytest.mark.parametrize(
    "namings",
    [
        [naming(actor="Tideway")],
        [naming(theme=Theme.PRICE)],
        [naming(hours=5.9)],
        [naming(hours=170)],
        [naming(hours=-1)],
        [naming(f"evt_{number}") for number in range(21)],
    ],
    ids=["another actor", "another theme", "just before", "longer ago", "later", "in everyone's mouth"],
)
def test_what_is_no_earlier_stage_is_not_followed(namings: list[Naming]) -> None:
    assert Namings(namings).before(make_draft()) == {}


def test_analysis_follows_nothing() -> None:
    assert Namings([naming()]).before(make_draft(ArticleType.ANALYSIS)) == {}


BEFORE = {"evt_0": "Corvane", "evt_9": "Corvane"}
OWN = {"evt_1": [told(1, 0, hours=0)]}


def test_the_nearest_is_followed_under_its_first_title() -> None:
    first = told(1, 0.9, title="Corvane halts withdrawals after a breach")
    found = followed(make_draft(), BEFORE, OWN | {"evt_0": [first, told(1, 0.9)], "evt_9": [told(1, 1)]})

    assert found == Followed(Earlier("evt_0", "Corvane halts withdrawals after a breach"), "Corvane")


@pytest.mark.parametrize("direction", [(1, 0.1), (1, 1.5)], ids=["may be the same", "far"])
def test_what_is_too_near_or_too_far_is_not_followed(direction: tuple[float, ...]) -> None:
    assert followed(make_draft(), BEFORE, OWN | {"evt_0": [told(*direction)]}) is None


def test_reports_that_came_after_its_last_one_bring_no_event_nearer() -> None:
    far, late = told(1, 1.5), told(1, 0.7, hours=-2)

    assert followed(make_draft(), BEFORE, OWN | {"evt_0": [far, late]}) is None


def test_an_event_whose_reports_are_gone_is_not_followed() -> None:
    assert followed(make_draft(), BEFORE, OWN) is None
    assert followed(make_draft(), BEFORE, {"evt_0": [told(1, 0.9)]}) is None
