"""Related events are other events: those of the chain first, then near ones that differ from each other."""

from datetime import timedelta
from typing import Any

import pytest

from cluster.chains import Beside, Outline
from cluster.event import ArticleType, Earlier, Followed, Rival, Theme
from cluster.relating import FEW, LIMIT, TAKERS, Candidate, Neighbourhood, Pick, neighbours, shown
from cluster.similarity import JOIN_AT
from tests.builders import NOON
from tests.tellings import before_noon, make_told

NEAR, FAR = (1, 1), (0, 1)  # cosines of .71 and 0 with (1, 0)


def around(place: int) -> tuple[float, ...]:
    """A direction that is as near to (1, 0, 0, …) as all others of its kind, and to none of them."""
    return (1, *(1.0 if n == place else 0.0 for n in range(12)))


def candidate(
    id: str,
    white: tuple[float, ...] = NEAR,
    plain: tuple[float, ...] = around(0),
    *,
    hours: float = 30,
    type: ArticleType = ArticleType.NEWS,
    theme: Theme | None = Theme.ETF,
    assets: str = "",
    actors: str = "",
    sources: int = 1,
    title: str = "Corvane halts withdrawals",
    rival: Rival | None = None,
) -> Candidate:
    began = before_noon(hours)
    told = (make_told(white, plain, at=began, title=title, rival=rival),)
    symbols, names = assets.split(), frozenset(actors.split())
    primary = symbols[0] if symbols else None
    return Candidate(id, type, theme, primary, frozenset(symbols), names, sources, began, told)


SUBJECT = candidate("subject", (1, 0), (1, 0), hours=0, assets="SOL BTC", actors="Corvane Trump")


def picked(*others: Candidate, subject: Candidate = SUBJECT, **asked: Any) -> list[Pick]:
    return Neighbourhood([subject, *others]).context(subject.event_id, **asked)


def ids(*others: Candidate, **asked: Any) -> list[str]:
    return [pick.event_id for pick in picked(*others, **asked)]


def test_what_is_near_is_context_and_the_subject_and_the_far_are_not() -> None:
    assert ids(candidate("near"), candidate("far", FAR)) == ["near"]


@pytest.mark.parametrize(
    "other",
    [
        candidate("twin", plain=(1, 0.5), hours=23),
        candidate("twin", rival=Rival("subject", JOIN_AT)),
        candidate("long_ago", hours=169),
    ],
    ids=["hours apart and alike", "nearly one", "more than a week ago"],
)
def test_what_may_be_the_same_happening_or_is_long_ago_is_left_out(other: Candidate) -> None:
    assert ids(other) == []


def test_what_is_alike_a_day_later_is_another_happening() -> None:
    assert ids(candidate("next_day", plain=(1, 0.5), hours=25)) == ["next_day"]


def test_the_event_that_nearly_took_its_report_is_left_out_whichever_came_first() -> None:
    subject = candidate("subject", (1, 0), (1, 0), hours=0, rival=Rival("other", JOIN_AT))

    assert ids(candidate("other"), subject=subject) == []


@pytest.mark.parametrize(
    "other",
    [
        candidate("list", type=ArticleType.ROUNDUP),
        candidate("handed_out", type=ArticleType.PRESS_RELEASE),
        candidate("paid", type=ArticleType.SPONSORED),
        candidate("guess", type=ArticleType.ANALYSIS, theme=Theme.PRICE),
        candidate("guess", type=ArticleType.OPINION, theme=Theme.DERIVATIVES),
        candidate("guess", theme=Theme.PRICE, title="Solana could reach $400 by May"),
    ],
    ids=["a list", "handed out", "paid for", "a chart read", "an opinion on prices", "a guess called news"],
)
def test_what_tells_nothing_that_happened_is_nobodys_context(other: Candidate) -> None:
    assert ids(other) == []


@pytest.mark.parametrize(
    "other",
    [
        candidate("fall", theme=Theme.PRICE, title="Solana falls under $140"),
        candidate("reading", type=ArticleType.ANALYSIS, theme=Theme.ETF),
        candidate("plan", title="Corvane could list in May"),
    ],
    ids=["a price that moved", "an analysis of funds", "a plan"],
)
def test_what_happened_or_is_explained_may_be_context(other: Candidate) -> None:
    assert ids(other) == [other.event_id]


def test_of_two_that_tell_the_same_one_is_shown() -> None:
    one, other = candidate("one", plain=(1, 1, 0)), candidate("other", plain=(1, 1, 0.3))

    assert len(ids(one, other)) == 1


def test_what_tells_the_same_as_an_event_that_is_shown_beside_it_is_left_out() -> None:
    followed, alike = candidate("followed", plain=(1, 1, 0)), candidate("alike", plain=(1, 1, 0.3))

    assert ids(followed, alike, beside=["followed"]) == []
    assert ids(alike, beside=["not of these days"]) == ["alike"]


def test_no_more_than_the_limit_are_shown() -> None:
    others = [candidate(f"e{n}", plain=around(n)) for n in range(9)]

    assert len(ids(*others)) == LIMIT
    assert len(ids(*others, limit=2)) == 2


def test_of_two_as_near_the_one_with_more_sources_comes_first() -> None:
    assert ids(candidate("a", plain=around(1)), candidate("b", plain=around(2), sources=2)) == ["b", "a"]
    many = [candidate("a", plain=around(1), sources=40), candidate("b", plain=around(2), sources=8)]
    assert ids(*many) == ["a", "b"]


@pytest.mark.parametrize(
    "sharing",
    [
        candidate("b", plain=around(2), theme=Theme.MACRO, assets="SOL"),
        candidate("b", plain=around(2)),
        candidate("b", plain=around(2), theme=Theme.MACRO, hours=6),
    ],
    ids=["an asset", "a theme", "the day"],
)
def test_what_they_share_brings_two_nearer(sharing: Candidate) -> None:
    assert ids(candidate("a", plain=around(1), theme=Theme.MACRO), sharing)[0] == "b"


def test_after_the_first_three_only_what_is_nearer_is_shown() -> None:
    """Three that are worth a look are better than none; six of them are a list."""
    fair = [candidate(f"e{n}", plain=around(n), theme=Theme.MACRO) for n in range(6)]
    good = [candidate(f"g{n}", plain=around(6 + n), assets="SOL") for n in range(4)]

    assert len(ids(*fair)) == FEW
    assert set(ids(*fair, *good)) == {"g0", "g1", "g2", "g3"}
    assert len(ids(*fair, *good, beside=["before", "after"])) == 4


@pytest.mark.parametrize(
    ("other", "relation", "why"),
    [
        (candidate("other", actors="Corvane", assets="SOL"), "same_actor", "also on Corvane"),
        (candidate("other", assets="BTC SOL"), "same_asset_theme", "also ETF news on SOL"),
        (candidate("other", assets="SOL", theme=Theme.SECURITY), "context", "also on SOL"),
        (candidate("other"), "context", "also ETF news"),
        (candidate("other", theme=None), "context", "on a close subject"),
    ],
)
def test_what_they_share_is_why(other: Candidate, relation: str, why: str) -> None:
    assert picked(other) == [Pick("other", relation, why)]


def test_a_theme_that_is_none_is_no_reason() -> None:
    subject = candidate("subject", (1, 0), (1, 0), hours=0, theme=Theme.OTHER, assets="SOL")

    (found,) = picked(candidate("other", theme=Theme.OTHER, assets="SOL"), subject=subject)

    assert (found.relation, found.why) == ("context", "also on SOL")


def takers(*others: Candidate, subject: Candidate = SUBJECT) -> list[str]:
    return Neighbourhood([subject, *others]).takers(subject.event_id)


def test_an_event_may_be_context_to_what_is_near_and_apart_also_where_that_is_paid_for() -> None:
    paid = candidate("paid", type=ArticleType.SPONSORED)
    same, long_ago = candidate("same", rival=Rival("subject", JOIN_AT)), candidate("long_ago", hours=169)

    assert takers(paid, candidate("far", FAR), same, long_ago) == ["paid"]


def test_the_nearest_of_those_that_an_event_may_be_context_to_are_asked() -> None:
    many = [candidate(f"e{n:02}", (1, 0.9 + 0.01 * n)) for n in range(TAKERS + 3)]

    assert takers(*many) == [one.event_id for one in many[:TAKERS]]


def test_what_may_not_be_shown_is_context_to_nobody() -> None:
    subject = candidate("subject", (1, 0), (1, 0), hours=0, type=ArticleType.SPONSORED)

    assert takers(candidate("near"), subject=subject) == []
    assert Neighbourhood([]).takers("evt_0") == []


def test_the_order_of_the_candidates_does_not_matter() -> None:
    others = [candidate(f"e{n}", plain=around(n)) for n in range(5)]

    assert ids(*others) == ids(*reversed(others))


def test_what_the_days_do_not_hold_has_no_context() -> None:
    assert Neighbourhood([]).context("evt_0") == []
    assert Neighbourhood([SUBJECT]).context("evt_0") == []


def outline(id: str, hours: float = 0, follows: str | None = None, actor: str | None = None) -> Outline:
    followed = Followed(Earlier(follows, "Corvane halts withdrawals"), actor) if follows else None
    return Outline(id, f"What {id} tells", NOON + timedelta(hours=hours), 2, followed)


def test_the_event_that_one_follows_comes_before_those_that_follow_it() -> None:
    own, before = outline("own", follows="before", actor="Corvane"), outline("before", -9)
    after = outline("after", 9, follows="own")

    earlier, later = neighbours(Beside(own, before, (after,)))

    assert (earlier.event_id, earlier.relation, earlier.why) == (
        "before",
        "precedes",
        "earlier news on Corvane that this follows",
    )
    assert (later.event_id, later.relation, later.why) == ("after", "follows", "later news that follows this")
    assert (later.title, later.independent_sources, later.published_at) == (after.title, 2, after.published_at)


def test_of_many_that_follow_the_last_are_shown() -> None:
    after = tuple(outline(f"e{n}", n, follows="own") for n in range(5))

    assert [one.event_id for one in neighbours(Beside(outline("own"), None, after))] == ["e2", "e3", "e4"]
    assert neighbours(Beside(outline("own"))) == []


def test_a_picked_event_is_shown_as_its_link_has_it() -> None:
    found = shown(outline("other"), Pick("other", "context", "on a close subject"))

    assert (found.event_id, found.title, found.relation) == ("other", "What other tells", "context")
