"""Related events are other events: near, different from each other, and none that may be the same."""

from dataclasses import replace
from datetime import timedelta

from cluster.event import Related, Theme
from cluster.relating import Candidate, Neighbourhood
from tests.builders import NOON, make_vector


def candidate(
    id: str, *direction: float, hours: float = 0, assets: str = "", themes: Theme | None = None, actors: str = ""
) -> Candidate:
    return Candidate(
        event_id=id,
        title=f"Event {id}",
        centroid=make_vector(*direction),
        assets=frozenset(assets.split()),
        themes=frozenset({themes} if themes else ()),
        independent_sources=1,
        first_published_at=NOON + timedelta(hours=hours),
        lead_article_id=f"lead of {id}",
        actors=frozenset(actors.split()),
    )


SUBJECT = candidate("subject", 1, 0, assets="BTC", themes=Theme.ETF, actors="Corvane")


def related_to(*others: Candidate, limit: int = 6) -> tuple[Related, ...]:
    return Neighbourhood([SUBJECT, *others]).related(SUBJECT.event_id, limit)


def ids(*others: Candidate, limit: int = 6) -> list[str]:
    return [found.event_id for found in related_to(*others, limit=limit)]


def test_itself_a_merge_candidate_and_the_unrelated_are_left_out() -> None:
    merge_candidate = candidate("twin", 1, 0.1)
    unrelated = candidate("far", 0, 1)

    assert ids(merge_candidate, unrelated, candidate("near", 1, 1)) == ["near"]


def test_of_two_that_tell_the_same_one_is_shown() -> None:
    assert len(ids(candidate("one", 1, 1, 0), candidate("other", 1, 1, 0.05))) == 1


def test_no_more_than_the_limit_are_shown() -> None:
    others = [candidate(f"e{n}", 1, *(0.9 if n == place else 0 for place in range(9))) for n in range(9)]

    assert len(ids(*others, limit=6)) == 6


def test_a_shared_actor_orders_the_stages_of_an_affair() -> None:
    old = candidate("old", 1, 0.9, hours=-5, actors="Corvane")
    before, after = related_to(old, candidate("new", 1, 0, 0.9, hours=5, actors="Corvane"))

    assert {before.relation, after.relation} == {"precedes", "follows"}
    assert {before.why, after.why} == {"earlier news on Corvane", "later news on Corvane"}


def test_a_shared_asset_and_theme_is_named() -> None:
    (found,) = related_to(candidate("same", 1, 1, assets="BTC", themes=Theme.ETF))

    assert (found.relation, found.why) == ("same_asset_theme", "also on BTC and etf")


def test_the_order_of_the_candidates_does_not_matter() -> None:
    others = [candidate(f"e{n}", 1, *(0.8 if n == place else 0 for place in range(5))) for n in range(5)]

    assert ids(*others) == ids(*reversed(others))


def test_what_the_days_do_not_hold_has_no_context() -> None:
    assert Neighbourhood([]).related("evt_0") == ()
    assert Neighbourhood([SUBJECT]).related("evt_0") == ()


def test_what_they_share_brings_two_nearer() -> None:
    plain = candidate("plain", 1, 1.2)
    sharing = candidate("sharing", 1, 0, 1.3, actors="Corvane")

    assert ids(plain, sharing) == ["sharing", "plain"]
    assert ids(plain, candidate("sharing", 1, 0, 1.3)) == ["plain", "sharing"]


def test_an_event_led_by_the_same_article_is_left_out() -> None:
    assert ids(replace(candidate("other", 1, 1), lead_article_id=SUBJECT.lead_article_id)) == []
