"""A reason to care is given only where a rule fires, with words and numbers that its evidence holds."""

from datetime import timedelta

import pytest

from cluster.event import ArticleType, Counted, Why
from cluster.report import Report
from ingest.article import Standing
from tests.builders import NOON, make_publisher
from tests.unit.cluster.reports import describe, make_report


def why(*reports: Report) -> Why | None:
    return describe(reports, NOON + timedelta(hours=1)).why


def test_figures_that_differ_come_first() -> None:
    found = why(
        make_report("a", title="Liquidations rise above $1 billion", text="Traders were hit."),
        make_report("b", "harbor", minutes=3, title="Liquidations reach $967M", text="Traders lost."),
    )

    assert found is not None
    assert found.rule == "disputed_figure"
    assert found.text == "The reports differ on liquidations: “$967M” and “above $1 billion”."
    assert {quote.text for quote in found.evidence} == {"$967M", "above $1 billion"}
    assert found.counted == (Counted(2, "figures for liquidations that cannot both be true"),)


def test_what_is_one_thing_has_its_article_and_a_verb_is_told_in_a_word() -> None:
    found = why(
        make_report("a", title="Thieves stole $967 million", text="Funds are gone."),
        make_report("b", "harbor", title="Theft tops $1 billion", text="Funds left."),
    )

    assert found is not None
    assert found.text == "The reports differ on the amount stolen: “$967 million” and above “$1 billion”."


def test_many_articles_on_one_source_are_called_so() -> None:
    text = "Liquidations grew, according to data from CoinGlass. Traders were forced out of positions."
    found = why(*(make_report(one, f"outlet-{one}", text=text, title="Traders hit") for one in "abc"))

    assert found is not None
    assert (found.rule, found.text) == (
        "one_origin",
        "All 3 articles rest on CoinGlass; no second source is named.",
    )


def test_a_release_on_many_outlets_is_called_one_text() -> None:
    found = why(*(make_report(one, f"outlet-{one}", type=ArticleType.PRESS_RELEASE) for one in "abcd"))

    assert found is not None
    assert found.text == "All 4 articles carry one handed-out text; none is a report of its own."
    assert found.counted == (Counted(4, "articles of this event"),)


def test_a_report_beside_two_releases_is_not_called_their_origin() -> None:
    releases = [make_report(one, f"outlet-{one}", minutes=9, type=ArticleType.PRESS_RELEASE) for one in "bc"]

    assert why(make_report("a"), *releases) is None


def test_a_quick_confirmation_names_both_and_the_minutes_between_them() -> None:
    found = why(make_report("a"), make_report("b", "harbor", minutes=11.5))

    assert found is not None
    assert found.rule == "independent_confirmation"
    assert found.text == "Ledgerpost and Harbor reported it within 12 minutes of each other; neither credits the other."
    assert [quote.article_id for quote in found.evidence] == ["a", "b"]
    assert found.counted == (Counted(12, "minutes between the two reports, rounded up"),)


def test_three_sources_within_an_hour_are_counted_with_their_minutes() -> None:
    reports = [make_report(one, f"outlet-{one}", minutes=29 * number) for number, one in enumerate("abcd")]
    found = why(*reports)

    assert found is not None
    assert (found.rule, found.text) == ("fast_spread", "3 independent sources reported it within 59 minutes.")
    assert [quote.article_id for quote in found.evidence] == ["a", "b", "c"]
    assert [one.count for one in found.counted] == [3, 59]


@pytest.mark.parametrize(
    "third",
    [
        make_report("c", "tideline", minutes=61),
        make_report("c", "harbor", minutes=20),
        make_report("c", "tideline", minutes=20, copy_of="a"),
        make_report("c", make_publisher("blog", standing=Standing.UNRATED), minutes=20),
    ],
    ids=["later", "of a source that is counted", "a copy", "unrated"],
)
def test_what_is_no_third_source_of_the_hour_makes_it_no_faster(third: Report) -> None:
    found = why(make_report("a"), make_report("b", "harbor", minutes=10), third)

    assert found is not None
    assert found.rule == "independent_confirmation"


def test_a_record_that_is_cited_tells_more_than_how_quickly_two_reported_it() -> None:
    text = "Corvane owes its clients a fortune, according to court documents."
    found = why(make_report("a"), make_report("b", "harbor", minutes=11, text=text))

    assert found is not None
    assert found.rule == "primary_record"
    assert found.text == f"Harbor cites a court record: “{text[:-1]}”."
    assert [(quote.article_id, quote.text) for quote in found.evidence] == [("b", text[:-1])]


def test_a_record_in_a_release_is_none_that_a_report_cites() -> None:
    text = "Corvane opens a branch, according to a press release."

    assert why(make_report("a", text=text, type=ArticleType.PRESS_RELEASE)) is None


def test_a_figure_that_sources_agree_on_tells_more_than_how_quickly_two_reported_it() -> None:
    said = "Weekly outflows of $1.24 billion"
    found = why(make_report("a", title=said, text="Funds bled."), make_report("b", "harbor", minutes=5, title=said))

    assert found is not None
    assert found.rule == "agreed_figure"
    assert found.counted == (Counted(2, "independent sources that give a figure for outflows in a week"),)


def test_a_lone_report_has_no_rule_and_says_nothing() -> None:
    assert why(make_report("a")) is None


def test_a_confirmation_a_day_later_is_not_quick() -> None:
    assert why(make_report("a"), make_report("b", "harbor", minutes=1500)) is None
