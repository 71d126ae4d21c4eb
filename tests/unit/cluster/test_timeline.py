"""A timeline holds what happened to an event, in order; its buckets hold every member once."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from cluster.chains import Outline
from cluster.event import Event, Figure, FigureValue, Member, Role, Status
from cluster.timeline import MOST_BUCKETS, Happened, Milestone, spread, timeline
from ingest.article import Standing
from tests.unit.api.builders import NOON, make_article, make_event, make_full_event, make_member, make_publisher

MINUTE = timedelta(minutes=1)


def member(
    id: str, minutes: int = 0, origin: str = "org_1", role: Role = Role.INDEPENDENT, publisher: str = "Harbour Ledger"
) -> Member:
    return make_member(make_article(id, publisher, minutes=minutes), role, origin)


def unrated(one: Member) -> Member:
    publisher = make_publisher(one.article.publisher.name, Standing.UNRATED)
    return replace(one, article=replace(one.article, publisher=publisher))


def told(event: Event, *chain: Outline, closed_at: datetime | None = None) -> list[tuple[Happened, int, str]]:
    found: tuple[Milestone, ...] = timeline(event, chain, closed_at)
    return [(one.happened, (one.at - NOON) // MINUTE, one.article_id or "") for one in found]


def texts(event: Event) -> list[str]:
    return [one.text for one in timeline(event, (), None)]


def test_each_origin_is_told_once_as_it_came() -> None:
    event = make_event(
        member("a"),
        member("copy", 5, role=Role.COPY),
        member("b", 20, "org_2", publisher="Coin Courier"),
        member("again", 30, "org_2"),
        member("c", 40, "org_3", publisher="Blockline Daily"),
    )

    assert told(event) == [
        (Happened.FIRST_REPORT, 0, "a"),
        (Happened.NEW_SOURCE, 20, "b"),
        (Happened.CONFIRMED, 20, "b"),
        (Happened.NEW_SOURCE, 40, "c"),
    ]
    assert texts(event)[0] == "First report, by Harbour Ledger"
    assert texts(event)[3] == "3 independent sources, with Blockline Daily"


def test_what_is_handed_out_or_unrated_confirms_nothing() -> None:
    handed_out = member("a", role=Role.PRESS_RELEASE)
    second, third = member("c", 30, "org_3"), member("d", 50, "org_4")
    event = make_event(handed_out, unrated(member("b", 10, "org_2")), second, third)

    assert [place for place in told(event) if place[0] is Happened.CONFIRMED] == [(Happened.CONFIRMED, 50, "d")]
    assert texts(event)[0] == "A press release, at Harbour Ledger"
    assert Happened.CONFIRMED not in [place[0] for place in told(make_event(handed_out, second))]


def test_a_release_beside_a_report_of_its_origin_is_no_source() -> None:
    release, lead = member("a", role=Role.PRESS_RELEASE), member("c", 60)
    event = make_event(release, member("b", 30, "org_2", publisher="Coin Courier"), lead)

    assert told(event)[:2] == [(Happened.FIRST_REPORT, 30, "b"), (Happened.NEW_SOURCE, 60, "c")]
    assert [one.new_sources for one in spread(event).buckets if one.new_sources] == [1, 1]


def test_a_figure_is_told_when_it_is_first_given_and_when_another_one_is() -> None:
    event = make_full_event()
    found = [one for one in timeline(event, (), None) if one.happened in (Happened.FIGURE, Happened.OTHER_FIGURE)]

    assert [(one.article_id, one.text, one.quoted) for one in found] == [
        ("art_1", "First figure for forced closings", "above $1 billion"),
        ("art_3", "Another figure for forced closings", "$967 million"),
    ]


def test_of_a_figure_that_is_agreed_only_the_first_is_told() -> None:
    values = (FigureValue(2.0, "", "$2", ("b",)), FigureValue(2.0, "", "$2.00", ("a",)), FigureValue(2.0, "", "2", ()))
    event = make_event(member("a"), member("b", 9, "org_2"), figures=(Figure("stolen", "USD", "agreed", values),))

    found = [one for one in timeline(event, (), None) if one.happened is Happened.FIGURE]
    assert [(one.article_id, one.quoted) for one in found] == [("a", "$2.00")]


def test_the_other_events_of_its_chain_stand_where_they_began() -> None:
    event = make_event(member("a"), member("b", 60, "org_2"))
    chain = [Outline(id, f"What {id} tells", NOON + minutes * MINUTE, 1) for id, minutes in (("x", -500), ("y", 400))]

    found = timeline(event, [*chain[:1], Outline("evt_1", "Itself", NOON, 1), *chain[1:]], None)

    assert [one.happened for one in found] == [
        Happened.EARLIER_EVENT,
        Happened.FIRST_REPORT,
        Happened.NEW_SOURCE,
        Happened.CONFIRMED,
        Happened.LATER_EVENT,
    ]
    assert [found[0].outline, found[-1].outline] == chain


def test_it_ends_with_its_closing_while_it_is_closed() -> None:
    closed_at = NOON + timedelta(days=3)

    assert told(make_event(member("a"), status=Status.CLOSED), closed_at=closed_at)[-1] == (Happened.CLOSED, 4320, "")
    assert told(make_event(member("a")), closed_at=closed_at) == [(Happened.FIRST_REPORT, 0, "a")]
    assert told(make_event(member("a"), status=Status.CLOSED)) == [(Happened.FIRST_REPORT, 0, "a")]


def test_a_member_that_was_not_described_yet_waits() -> None:
    event = make_event(member("a"), member("late", 10, origin=""))

    assert told(event) == [(Happened.FIRST_REPORT, 0, "a")]
    assert sum(one.new_sources + one.others for one in spread(event).buckets) == 1


@pytest.mark.parametrize(
    ("minutes", "width", "count"),
    [
        ([0], 5, 1),
        ([0, 4], 5, 1),
        ([0, 5], 5, 2),
        ([0, 119], 5, 24),
        ([0, 120], 10, 13),
        ([4, 120], 10, 13),
        ([0, 23 * 60], 60, 24),
        ([0, 24 * 60], 120, 13),
        ([0, 24 * 60 * 24], 2880, 13),
        ([0, 400 * 60 * 24], 17 * 1440, 24),
    ],
)
def test_buckets_are_as_narrow_as_their_number_allows(minutes: list[int], width: int, count: int) -> None:
    event = make_event(*(member(f"art_{place}", minute) for place, minute in enumerate(minutes)))

    found = spread(event)

    assert found.width == width * MINUTE
    assert len(found.buckets) == count <= MOST_BUCKETS


def test_buckets_hold_each_member_once_and_each_origin_once_among_the_sources() -> None:
    event = make_event(
        member("a"),
        member("b", 7, role=Role.COPY),
        member("c", 7, "org_2"),
        member("d", 17, "org_2"),
        member("e", 18, "org_3"),
    )

    found = spread(event)

    assert [(one.starts_at - NOON) // MINUTE for one in found.buckets] == [0, 5, 10, 15]
    assert [(one.new_sources, one.others) for one in found.buckets] == [(1, 0), (1, 1), (0, 0), (1, 1)]
    assert sum(one.new_sources for one in found.buckets) == event.independent_sources
