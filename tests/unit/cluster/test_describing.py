"""A description follows from the reports alone."""

import random
from collections import Counter
from datetime import timedelta

import pytest

from cluster.event import ArticleType, Description, Theme
from cluster.lending import EXCERPT_AT_LEAST, MAX_CHARACTERS
from ingest.article import Flag
from tests.builders import NOON
from tests.unit.cluster.reports import describe, make_report

LATER = NOON + timedelta(hours=1)
REPORTS = [
    make_report(
        "a", title="Bitcoin liquidations rise above $1 billion", text="Bitcoin fell. Traders of futures lost. " * 9
    ),
    make_report("b", "harbor", minutes=5, title="Bitcoin slide wipes out $967M of longs", text="Longs were hit. " * 20),
    make_report("c", "mirror", minutes=6, copy_of="a", title="Bitcoin liquidations rise", text="Bitcoin fell. " * 30),
    make_report("d", "tideline", minutes=9, title="Bitcoin liquidations reach $967M", text="A flush of leverage. " * 9),
]


def shown(description: Description) -> Counter[str]:
    """The characters of each article that a page shows of it beside its title."""
    quotes = [
        *description.summary,
        *description.key_points,
        *(description.why.evidence if description.why else ()),
        *(quote for asset in description.assets for quote in asset.evidence),
    ]
    characters = Counter({quote.article_id: min(len(quote.text), EXCERPT_AT_LEAST) for quote in description.openings})
    for quote in quotes:
        characters[quote.article_id] += len(quote.text)
    return characters


def test_an_event_is_described_in_full() -> None:
    found = describe(REPORTS, LATER)

    assert found.lead_article_id == "a"
    assert [origin.article_ids for origin in found.origins] == [("a", "c"), ("b",), ("d",)]
    assert [(asset.symbol, asset.primary) for asset in found.assets] == [("BTC", True)]
    assert (found.themes[0].theme, found.themes[0].primary) == (Theme.DERIVATIVES, True)
    assert found.type is ArticleType.NEWS
    assert found.title in {report.article.title for report in REPORTS}
    assert found.related == ()


def test_the_same_reports_in_any_order_give_the_same_description() -> None:
    shuffled = list(REPORTS)
    random.Random(7).shuffle(shuffled)

    assert describe(shuffled, LATER) == describe(REPORTS, LATER)


def test_of_no_article_more_is_quoted_than_allowed() -> None:
    told = (
        "Traders of bitcoin lost $967 million on Tuesday when the price fell through a level that had held since May. ",
        "Longs of bitcoin made up nine tenths of the liquidations, a larger share than on any day of the spring. ",
        "Liquidations of bitcoin longs were the largest since the venue Alder failed in the winter of last year. ",
        "Funding rates on three venues turned negative within the hour, which traders took for a sign of panic. ",
    )
    reports = [
        make_report(
            id, id, minutes=n, title=f"Bitcoin liquidations reach $967M, {id} says", text="".join(told[n:] + told)
        )
        for n, id in enumerate(("harbor", "mirror", "tideline"))
    ]

    said = describe(reports, LATER)

    assert said.summary
    assert said.key_points
    for report in reports:
        assert len(report.article.title) + shown(said)[report.id] <= MAX_CHARACTERS


def test_each_member_that_may_be_quoted_has_an_opening() -> None:
    reserved = make_report("e", "northgate", minutes=9, flags=frozenset({Flag.RESERVED}))

    openings = {quote.article_id: quote.text for quote in describe([*REPORTS, reserved], LATER).openings}

    assert set(openings) == {"a", "b", "c", "d", "e"}
    assert openings["a"].startswith("Bitcoin fell.")
    assert openings["e"] == ""


def test_a_lead_that_readers_saw_stays_when_an_earlier_report_arrives() -> None:
    assert describe(REPORTS, LATER, shown_lead="d").lead_article_id == "d"


def test_a_lead_that_turned_out_to_be_a_copy_makes_way() -> None:
    assert describe(REPORTS, LATER, shown_lead="c").lead_article_id == "a"


def test_a_report_without_text_does_not_lead() -> None:
    assert describe([make_report("a", text=""), make_report("b", "harbor", minutes=5)], LATER).lead_article_id == "b"


def test_an_event_of_one_release_is_described_too() -> None:
    found = describe([make_report("a", type=ArticleType.PRESS_RELEASE)], LATER)

    assert (found.type, found.origins[0].kind, len(found.origins)) == (ArticleType.PRESS_RELEASE, "press_release", 1)


def test_no_reports_are_no_event() -> None:
    with pytest.raises(ValueError, match="without reports"):
        describe([], LATER)
