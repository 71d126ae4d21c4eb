"""An event follows the stage before it of one affair, unless the two may be one happening."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cluster.describing import draft
from cluster.draft import Draft
from cluster.event import ArticleType, Earlier, Followed, Rival, Theme
from cluster.following import Stage, Stages
from cluster.similarity import JOIN_AT
from tests.builders import NOON
from tests.tellings import before_noon, make_told
from tests.unit.cluster.pasts import make_news

TITLE = "Corvane names Ines Halloran its new chief executive"
TEXT = "The exchange Corvane appointed Ines Halloran to lead it after the breach."
NEAR, HALF_NEAR, FAR = (1, 0.5), (1, 1.2), (1, 1.7)  # cosines of .89, .64 and .51 with (1, 0)
OWN = Stage("evt_1", Theme.EXCHANGES, NOON, frozenset({"Corvane", "Ines Halloran"}), (make_told((1, 0)),))


def make_draft(type: ArticleType = ArticleType.NEWS, theme: Theme = Theme.EXCHANGES) -> Draft:
    return draft([make_news("a", title=TITLE, text=TEXT, theme=theme, type=type)])


def stage(
    id: str = "evt_0", direction: tuple[float, ...] = NEAR, *, hours: float = 24, actors: str = "", **changed: Any
) -> Stage:
    began = before_noon(hours)
    told = (make_told(direction, at=began, title=f"What {id} tells"),)
    return replace(Stage(id, Theme.EXCHANGES, began, frozenset(actors.split()), told), **changed)


def followed(*stages: Stage, own: Stage = OWN, by: Draft | None = None) -> Followed | None:
    return Stages([own, *stages]).followed_by(by or make_draft())


def test_news_on_its_theme_that_is_near_enough_is_followed_under_its_first_title() -> None:
    assert followed(stage()) == Followed(Earlier("evt_0", "What evt_0 tells"), None)


def test_what_is_half_as_near_is_followed_when_both_titles_name_somebody() -> None:
    assert followed(stage(direction=HALF_NEAR, actors="Corvane")) == Followed(
        Earlier("evt_0", "What evt_0 tells"), "Corvane"
    )
    assert followed(stage(direction=HALF_NEAR)) is None


def test_of_two_names_in_both_titles_the_longer_one_is_said() -> None:
    found = followed(stage(actors="Corvane", direction=NEAR), stage(direction=NEAR, actors="", hours=30))
    assert found is not None
    assert found.actor == "Corvane"

    both = followed(replace(stage(), actors=OWN.actors))
    assert both is not None
    assert both.actor == "Ines Halloran"


@pytest.mark.parametrize(
    "stages",
    [
        [stage(direction=FAR, actors="Corvane")],
        [stage(direction=HALF_NEAR, actors="Tideway")],
        [stage(theme=Theme.SECURITY)],
        [stage(hours=5.9)],
        [stage(hours=169)],
        [stage(hours=-1)],
        [stage(f"evt_{number}x", HALF_NEAR, actors="Corvane") for number in range(21)],
    ],
    ids=["far", "another actor", "another theme", "just before", "longer ago", "later", "a name in everyone's mouth"],
)
def test_what_is_no_earlier_stage_is_not_followed(stages: list[Stage]) -> None:
    assert followed(*stages) is None


def test_with_a_name_the_theme_may_be_another() -> None:
    assert followed(stage(theme=Theme.SECURITY, actors="Corvane")) is not None


@pytest.mark.parametrize("theme", [Theme.PRICE, Theme.DERIVATIVES])
def test_prices_without_a_name_follow_nothing(theme: Theme) -> None:
    own, price = replace(OWN, theme=theme), stage(theme=theme)

    assert followed(price, own=own, by=make_draft(theme=theme)) is None
    assert followed(replace(price, actors=OWN.actors), own=own, by=make_draft(theme=theme)) is not None


def test_of_several_stages_the_last_is_followed_rather_than_one_that_is_a_little_nearer() -> None:
    last, nearer, nearest = stage("last", (1, 0.5)), stage("near", (1, 0.4), hours=72), stage("far", (1, 0), hours=72)

    assert followed(last, nearer) == followed(last)
    assert followed(last, nearest) == followed(nearest)


def test_analysis_follows_nothing_and_what_cannot_be_compared_neither() -> None:
    assert followed(stage(), by=make_draft(ArticleType.ANALYSIS)) is None
    assert Stages([stage()]).followed_by(make_draft()) is None
    report = make_news("a", title=TITLE, text=TEXT, theme=Theme.EXCHANGES)
    foreign = replace(report, facts=replace(report.facts, language_supported=False))
    assert followed(stage(), by=draft([foreign])) is None


def test_an_event_that_nearly_took_its_report_is_not_followed() -> None:
    nearly = replace(OWN, told=(make_told((1, 0), rival=Rival("evt_0", JOIN_AT)),))

    assert followed(stage(), own=nearly) is None
    assert followed(stage(), stage("evt_9", hours=30), own=nearly) == followed(stage("evt_9", hours=30))


def test_reports_that_came_after_its_last_one_bring_no_event_nearer() -> None:
    first, late = make_told(FAR, at=before_noon(24)), make_told((1, -3), at=NOON + timedelta(hours=2))

    assert followed(stage(told=(first, late))) is None
    assert followed(stage(told=(first, replace(late, published_at=before_noon(3))))) is not None


def test_an_event_none_of_whose_reports_could_be_read_by_then_is_not_compared() -> None:
    unread = (make_told(NEAR, at=NOON + timedelta(hours=2)),)

    assert followed(stage(told=unread)) is None
    assert followed(stage(), own=replace(OWN, told=unread)) is None
