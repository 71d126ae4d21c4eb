"""A reason to care is given only where a rule fires, with words and numbers that its evidence holds."""

import re
from datetime import timedelta

from cluster.describing import describe
from cluster.event import ArticleType, Why
from cluster.report import Report
from tests.builders import NOON
from tests.unit.cluster.reports import make_report


def why(*reports: Report) -> Why | None:
    return describe(reports, NOON + timedelta(hours=1)).why


def test_figures_that_differ_come_first() -> None:
    found = why(
        make_report("a", title="Liquidations rise above $1 billion", text="Traders were hit."),
        make_report("b", "harbor", minutes=3, title="Liquidations reach $967M", text="Traders lost."),
    )

    assert found is not None
    assert found.rule == "disputed_figure"
    assert "“$967M” and “above $1 billion”" in found.text
    assert {quote.text for quote in found.evidence} == {"$967M", "above $1 billion"}


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


def test_a_quick_confirmation_names_both_and_the_minutes_between_them() -> None:
    found = why(make_report("a"), make_report("b", "harbor", minutes=11.5))

    assert found is not None
    assert found.rule == "independent_confirmation"
    assert "Ledgerpost and Harbor" in found.text
    assert "within 12 minutes" in found.text
    assert [quote.article_id for quote in found.evidence] == ["a", "b"]


def test_a_lone_report_has_no_rule_and_says_nothing() -> None:
    assert why(make_report("a")) is None


def test_a_confirmation_a_day_later_is_not_quick() -> None:
    assert why(make_report("a"), make_report("b", "harbor", minutes=1500)) is None


def test_every_number_of_a_figures_rule_stands_in_its_evidence_or_counts_rows() -> None:
    reports = [
        make_report(one, f"outlet-{one}", minutes=200 * n, title="Weekly outflows of $1.24 billion", text="Funds bled.")
        for n, one in enumerate("abc")
    ]
    found = why(*reports)

    assert found is not None
    assert found.rule == "agreed_figure"
    cited = " ".join(quote.text for quote in found.evidence)
    assert all(number in cited or number == str(len(reports)) for number in re.findall(r"\d[\d.]*\d|\d", found.text))
