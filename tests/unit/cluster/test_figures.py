"""Reports agree on a figure or not; what is told apart by its time, its part or its rounding is no disagreement."""

import pytest

from cluster.event import Figure
from cluster.figures import find_figures
from tests.unit.cluster.reports import make_report


def figures(*titles: str) -> tuple[Figure, ...]:
    """The figures of one report for each title."""
    return find_figures(
        [make_report(f"r{place}", f"outlet-{place}", title=one, text="") for place, one in enumerate(titles)]
    )


def statuses(*titles: str) -> list[tuple[str, str]]:
    return [(figure.what, figure.status) for figure in figures(*titles)]


def test_two_reports_that_differ_dispute_a_figure_and_each_is_named() -> None:
    (figure,) = figures("24-hour liquidations rise above $1 billion", "24-hour liquidations reach $967M")

    assert (figure.what, figure.status) == ("liquidations", "disputed")
    assert [(value.text, value.value, value.qualifier, value.article_ids) for value in figure.values] == [
        ("above $1 billion", 1e9, "above", ("r0",)),
        ("$967M", 967e6, "", ("r1",)),
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Weekly outflows of $1.24 billion", "Weekly outflows of $1.24B"),
        ("Weekly outflows of $1.24 billion", "Weekly outflows of $1,240,000,000"),
        ("Weekly outflows of $1.24 billion", "Weekly outflows of over $1.2 billion"),
        ("Weekly outflows of $1.24 billion", "Weekly outflows of about $1.2 billion"),
        ("Weekly outflows of $1.24 billion", "Weekly outflows of $1.2B"),
        ("Record inflows of $726.7 million", "Record inflows of $726M"),
        ("Thieves stole $2.17 billion", "Thieves stole $2 billion"),
        ("Liquidations reach $967M", "Liquidations reach $975M"),
        ("The 512 BTC worth $59.4 million were moved", "The 512 BTC worth $60.1 million were moved"),
    ],
    ids=["short", "in full", "above", "about", "rounded", "cut off", "one digit", "counted on", "priced anew"],
)
def test_one_figure_written_in_two_ways_is_agreed(one: str, other: str) -> None:
    assert {status for _, status in statuses(one, other)} == {"agreed"}


@pytest.mark.parametrize(
    ("what", "one", "other"),
    [
        ("liquidations", "Liquidations reach $1 billion", "Liquidations reach $700 million"),
        ("BTC inflows", "Bitcoin ETFs see inflows of $403.1M", "Bitcoin ETFs see inflows of $404.85M"),
        ("amount sold", "State sold 54,000 BTC", "State sold nearly 50,000 BTC"),
        ("vote", "House passes the bill 308-122", "Bill passes by a vote of 307 to 122"),
        ("average price", "Lumenar pays an average price of $111,827", "Lumenar pays an average price of $111,127"),
        ("amount stolen", "More than $2.17 billion was stolen", "Some $2.7 billion was stolen"),
        ("market value", "Corvane’s market cap is $124.6 billion", "Corvane’s market cap is $128.4 billion"),
    ],
)
def test_figures_that_cannot_both_be_true_are_disputed(what: str, one: str, other: str) -> None:
    assert statuses(one, other) == [(what, "disputed")]


def test_a_figure_of_one_report_alone_is_not_the_events() -> None:
    assert figures("Liquidations reach $967M") == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Liquidations reach $300 million in one hour", "Liquidations reach $400 million"),
        ("Thieves stole $30 million so far", "Thieves stole $40 million"),
        ("Bitcoin ETFs see inflows of $300M", "Ether ETFs see inflows of $330M"),
        ("BlackRock’s bitcoin ETF sees inflows of $300M", "Bitcoin ETFs see inflows of $330M"),
        ("House passes one bill 308-122", "House passes another bill 294-134"),
        ("State sold 500 BTC", "State sold 900 BTC"),
    ],
    ids=["an hour", "so far", "another asset", "a part", "another vote", "far apart"],
)
def test_what_is_told_apart_is_no_disagreement(one: str, other: str) -> None:
    assert statuses(one, other) == []


@pytest.mark.parametrize(
    ("one", "other", "third"),
    [
        (
            "Inflows hit $3.7 billion",
            "Inflows hit $2.7 billion",
            "Crypto inflows hit $3.7 billion; Corvane’s own holdings are $2.7 billion",
        ),
        ("Lumenar holds 19.71 BTC", "Lumenar holds 22.81 BTC", "Lumenar buys 3.1 BTC"),
    ],
    ids=["gives both as two things", "gives what the one has more"],
)
def test_what_any_report_knows_as_two_things_is_not_disputed(one: str, other: str, third: str) -> None:
    assert [status for _, status in statuses(one, other)] == ["disputed"]
    assert "disputed" not in [status for _, status in statuses(one, other, third)]


def test_the_two_values_named_first_are_those_that_disagree() -> None:
    found = figures(
        "Liquidations above $900 million", "Liquidations reach $950 million", "Liquidations hit $1.1 billion"
    )

    assert [value.text for value in found[0].values[:2]] == ["$950 million", "$1.1 billion"]


def test_a_value_that_is_nearly_reached_is_given_as_about_it() -> None:
    (figure,) = figures("Nearly $94 million was stolen", "Thieves stole $93.6 million")

    assert [value.qualifier for value in figure.values] == ["about", ""]


def test_what_the_same_reports_give_by_a_longer_name_too_is_one_figure() -> None:
    one = "Liquidations reach $612M; bitcoin liquidations were $612M"
    other = "Liquidations above $700 million; bitcoin liquidations above $700 million"

    assert statuses(one, other, "Liquidations reach $612M") == [("liquidations", "disputed")]
    assert statuses(one, other, "Bitcoin liquidations reach $500M") == [("BTC liquidations", "disputed")]
    # Another sum of the part stays another figure.
    parts = ("Liquidations reach $612M; bitcoin liquidations were $412M", "Liquidations reach $612M; $412M in Bitcoin")
    assert statuses(*parts, "Bitcoin liquidations were $412M") == [
        ("liquidations", "agreed"),
        ("BTC liquidations", "agreed"),
    ]
