"""Amounts are normalised and told apart by what they measure, whose they are and over which time."""

import math

import pytest

from cluster.amounts import read_amounts


def amounts(sentence: str) -> list[tuple[str, str, float, str]]:
    found = read_amounts("a", sentence, "")
    return [(one.what, one.unit, one.value, one.qualifier) for one in found if one.what]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Liquidations top $1 billion", ("liquidations", "USD", 1e9, "above")),
        ("24-hour crypto liquidations reach $967M", ("liquidations", "USD", 967e6, "")),
        ("Traders lost $900 million to liquidations in an hour", ("liquidations in an hour", "USD", 9e8, "")),
        ("Spot bitcoin ETFs see $350.5M in net inflows", ("BTC inflows", "USD", 350.5e6, "")),
        ("Ether funds attracted $717 million on Wednesday", ("ETH inflows", "USD", 717e6, "")),
        ("BlackRock fund draws $489 million inflow", ("BlackRock inflows", "USD", 489e6, "")),
        ("Crypto funds post $3.7B inflows as bitcoin soars", ("crypto inflows", "USD", 3.7e9, "")),
        ("Bitcoin leads $1.9B crypto fund inflows", ("crypto inflows", "USD", 1.9e9, "")),
        (
            "Attacker got away with nearly €40 million stolen from Corvane",
            ("amount stolen", "EUR", 40e6, "nearly"),
        ),
        ("So far in 2026, thieves stole $2.17 billion", ("amount stolen over the year", "USD", 2.17e9, "")),
        ("Corvane fined $4,300,000", ("penalty", "USD", 4.3e6, "")),
        ("Inflation slows to 2.4%", ("inflation", "%", 2.4, "")),
        ("Lumenar buys 1,250 BTC", ("amount bought", "BTC", 1250.0, "")),
        ("Lumenar buys 1,250 btc", ("amount bought", "BTC", 1250.0, "")),
        ("Lumenar buys 40,000 AVAX", ("amount bought", "AVAX", 40_000.0, "")),
        ("A wallet moved 2.5 million USDT", ("amount moved", "USDT", 2.5e6, "")),
        ("Lumenar paid an average price of $111,827", ("average price", "USD", 111_827, "")),
        ("Corvane’s market cap hits $124.6 billion", ("market value", "USD", 124.6e9, "")),
        ("Bitcoin’s market cap hits $2.4 trillion", ("BTC market value", "USD", 2.4e12, "")),
        ("The total crypto market cap tops $4T", ("crypto market value", "USD", 4e12, "above")),
        ("Some $5B in BTC options expire on Friday", ("BTC options expiring", "USD", 5e9, "about")),
        ("Corvane, with $10.7 trillion under management, opens", ("assets managed", "USD", 10.7e12, "")),
        ("The House passed the bill 308-122", ("vote", "votes", 186.0, "")),
        ("The motion failed by 196 to 223 votes", ("vote", "votes", 27.0, "")),
    ],
)
def test_an_amount_is_read_with_what_it_measures(sentence: str, expected: tuple[str, str, float, str]) -> None:
    assert amounts(sentence) == [expected]


def test_what_coins_are_worth_is_their_value_and_what_was_done_with_it() -> None:
    assert amounts("Dormant wallet moves 16,843 BTC worth nearly $2 billion") == [
        ("amount moved", "BTC", 16_843, ""),
        ("value of 16,843 BTC", "USD", 2e9, "nearly"),
        ("amount moved", "USD", 2e9, "nearly"),
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "Bitcoin slips to $59,000",
        "Bitcoin rises 4%",
        "Corvane Holdings’ $40 million plan",
        "Bitcoin and ether funds draw $1.2 billion of inflows",
        "The firm, founded in 2014, has 40 offices",
        "Inflows could reach $4 billion",
        "If inflation falls below 2.4%, rates may follow",
        "Inflation, at 2.4% expected, is awaited",
        "Inflows are up from $3 billion",
        "Lumenar bought another $40 million",
        "Lumenar bought 12 S&P 500 notes and 10 OP accounts",
        "What Lumenar bought in 2024 AVAX holders know",
        "Lumenar bought 12 NOTEs",
        "The coin is behind Corvane, which has a market cap of $4.2 trillion",
    ],
)
def test_what_measures_nothing_recognised_or_another_time_is_no_figure(sentence: str) -> None:
    assert amounts(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "what"),
    [
        ("Lumenar, which holds a total of 1,600 BTC, paid an average price of $106,798", "average price in all"),
        ("So far, $900 million was stolen", "amount stolen by then"),
        ("On Friday alone the fund sold $111 million", "amount sold of a part"),
        ("That stash was bought at an average price of $102,702", "average price in all"),
        ("At the start of 2024 the fund held 551,917 BTC", "holdings by then"),
        ("Its previous record was a sale of $12 million", "amount sold by then"),
        ("Cumulative inflows reached $7.1 billion", "inflows in all"),
    ],
)
def test_an_amount_of_another_time_or_of_the_whole_is_told_apart(sentence: str, what: str) -> None:
    assert what in [one for one, *_ in amounts(sentence)]


def test_what_is_told_aside_is_not_read() -> None:
    text = "Corvane bought 1,000 BTC. Meanwhile, Lumenar bought 1,111 BTC."

    assert [one.value for one in read_amounts("a", "Corvane buys", text)] == [1000]


def test_a_comma_behind_an_amount_is_not_quoted() -> None:
    (found,) = read_amounts("a", "Corvane buys", "It paid an average price of $111,127, it said on Monday.")

    assert found.text == "$111,127"


def test_a_verb_in_front_of_an_amount_qualifies_it_and_is_not_quoted() -> None:
    found = [
        read_amounts("a", f"Liquidations {words}", "")[0] for words in ("crossed the $1 billion", "above $1 billion")
    ]

    assert [(one.qualifier, one.text) for one in found] == [("above", "$1 billion"), ("above", "above $1 billion")]


@pytest.mark.parametrize("digits", ["1." + "0" * 330, "9" * 310, "1," * 200 + "000"])
def test_a_number_beyond_measure_is_no_figure(digits: str) -> None:
    assert all(math.isfinite(one.value) for one in read_amounts("a", f"Hack drains ${digits} million stolen", ""))
