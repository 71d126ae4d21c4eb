"""A description follows from the reports alone."""

import random
from collections import Counter
from datetime import timedelta

import pytest

from cluster.event import ArticleType, Description, Theme
from cluster.summary import QUOTED_CHARACTERS
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


def quoted(description: Description) -> Counter[str]:
    quotes = [
        *description.summary,
        *description.key_points,
        *(description.why.evidence if description.why else ()),
        *(quote for asset in description.assets for quote in asset.evidence),
    ]
    characters: Counter[str] = Counter()
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
    assert max(quoted(describe(REPORTS, LATER)).values()) <= QUOTED_CHARACTERS


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
