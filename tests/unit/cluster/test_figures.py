"""Figures are normalised, and reports agree or not about the same thing measured."""

import math

import pytest

from cluster.figures import find_figures, read_amounts
from tests.unit.cluster.reports import make_report


def amounts(sentence: str) -> list[tuple[str, str, float, str]]:
    return [(one.what, one.unit, one.value, one.qualifier) for one in read_amounts("a", sentence, "")]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Liquidations top $1 billion", ("liquidations", "USD", 1e9, "above")),
        ("24-hour crypto liquidations reach $967M", ("liquidations", "USD", 967e6, "")),
        ("Traders lost $900 million to liquidations in an hour", ("liquidations, last hour", "USD", 9e8, "")),
        ("Spot bitcoin ETFs see $350.5M in net inflows", ("BTC inflows", "USD", 350.5e6, "")),
        ("BlackRock fund draws $489 million inflow", ("BlackRock inflows", "USD", 489e6, "")),
        ("Attacker got away with nearly €40 million stolen from Corvane", ("stolen", "EUR", 40e6, "about")),
        ("Corvane fined $4,300,000", ("penalty", "USD", 4.3e6, "")),
        ("Inflation slows to 2.4%", ("inflation", "%", 2.4, "")),
        ("Lumenar buys 1,250 BTC", ("bought", "BTC", 1250.0, "")),
    ],
)
def test_an_amount_is_read_with_what_it_measures(sentence: str, expected: tuple[str, str, float, str]) -> None:
    assert amounts(sentence) == [expected]


@pytest.mark.parametrize(
    "sentence",
    [
        "Bitcoin slips to $59,000",
        "Bitcoin rises 4%",
        "Bitcoin and ether funds draw $1.2 billion of inflows",
        "The firm, founded in 2014, has 40 offices",
    ],
)
def test_what_measures_nothing_recognised_is_no_figure(sentence: str) -> None:
    assert amounts(sentence) == []


def test_two_reports_that_differ_dispute_a_figure() -> None:
    (figure,) = find_figures(
        [
            make_report("a", title="Liquidations rise above $1 billion", text=""),
            make_report("b", "harbor", title="Liquidations reach $967M", text=""),
        ]
    )

    assert (figure.what, figure.status) == ("liquidations", "disputed")
    assert [(value.value, value.article_ids) for value in figure.values] == [(1e9, ("a",)), (967e6, ("b",))]


@pytest.mark.parametrize("other", ["$1.24B", "$1,240,000,000", "over $1.2 billion", "about $1.2 billion", "$1.2B"])
def test_one_figure_written_in_two_ways_is_agreed(other: str) -> None:
    (figure,) = find_figures(
        [
            make_report("a", title="Weekly outflows of $1.24 billion", text=""),
            make_report("b", "harbor", title=f"Weekly outflows of {other}", text=""),
        ]
    )

    assert figure.status == "agreed"


def test_a_figure_of_one_report_alone_is_not_the_events() -> None:
    assert find_figures([make_report("a", title="Liquidations reach $967M", text="")]) == ()


def test_counts_of_different_times_are_told_apart() -> None:
    reports = [
        make_report("a", title="Liquidations reach $300 million in one hour", text=""),
        make_report("b", "harbor", title="Liquidations reach $400 million", text=""),
    ]

    assert find_figures(reports) == ()


def test_a_round_number_is_no_rounding_of_one_far_below() -> None:
    (figure,) = find_figures(
        [
            make_report("a", title="Liquidations reach $1 billion", text=""),
            make_report("b", "harbor", title="Liquidations reach $700 million", text=""),
        ]
    )

    assert figure.status == "disputed"


@pytest.mark.parametrize("digits", ["1." + "0" * 330, "9" * 310, "1," * 200 + "000"])
def test_a_number_beyond_measure_is_no_figure(digits: str) -> None:
    assert all(math.isfinite(one.value) for one in read_amounts("a", f"Hack drains ${digits} million stolen", ""))


def test_the_two_values_named_first_are_those_that_disagree() -> None:
    figures = find_figures(
        [
            make_report("a", title="Liquidations above $900 million", text="Traders were hit."),
            make_report("b", "harbor", title="Liquidations reach $950 million", text="Traders lost."),
            make_report("c", "wharf", title="Liquidations hit $1.1 billion", text="Traders fell."),
        ]
    )

    assert [value.text for value in figures[0].values[:2]] == ["$950 million", "$1.1 billion"]
