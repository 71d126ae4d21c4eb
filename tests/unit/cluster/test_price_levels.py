"""A level is crossed where a report says that an asset went there, and not where somebody foresees it."""

from datetime import timedelta

import pytest

from cluster.event import PriceLevel
from cluster.price_levels import MAX_OF_EVENT, as_tag, merged, of_tag, read_levels, tags_between
from tests.builders import NOON
from tests.unit.cluster.reports import make_report


def levels(title: str, text: str = "") -> list[tuple[str, float, str]]:
    return [(one.symbol, one.price, one.way) for one in read_levels(make_report("a", title=title, text=text))]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Bitcoin tops $120,000 for the first time", ("BTC", 120_000, "rose")),
        ("Bitcoin (BTC) surges past $118K as shorts burn", ("BTC", 118_000, "rose")),
        ("XRP Price Falls Below $3 After a Rout", ("XRP", 3, "fell")),
        ("Ether breaks $4K while traders sleep", ("ETH", 4000, "rose")),
        ("Bitcoin breaks below $100,000", ("BTC", 100_000, "fell")),
        ("Traders cheer as Solana reclaims $200", ("SOL", 200, "rose")),
        ("Bitcoin hits new all-time high above $123K", ("BTC", 123_000, "rose")),
        ("Bitcoin, the largest cryptocurrency, climbed 4% to $115,000 on Monday", ("BTC", 115_000, "rose")),
        ("Dogecoin loses $0.16 level", ("DOGE", 0.16, "fell")),
        ("Bitcoin drops to $105,000", ("BTC", 105_000, "fell")),
        ("Bitcoin’s slide below $98,000 scares lenders", ("BTC", 98_000, "fell")),
    ],
)
def test_a_level_that_an_asset_went_to_is_crossed(sentence: str, expected: tuple[str, float, str]) -> None:
    assert levels(sentence) == [expected]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Bitcoin trades at $118,263 after a calm night", ("BTC", 118_263, "at")),
        ("Bitcoin holds above $105,000", ("BTC", 105_000, "over")),
        ("Ether hovers below $3,000", ("ETH", 3000, "under")),
        ("Bitcoin rose to $118,263 overnight", ("BTC", 118_263, "at")),
        ("Bitcoin surged to nearly $120,000", ("BTC", 120_000, "under")),
        ("Bitcoin dropped to almost $100,000", ("BTC", 100_000, "over")),
    ],
)
def test_a_level_that_an_asset_stands_at_is_told_apart(sentence: str, expected: tuple[str, float, str]) -> None:
    assert levels(sentence) == [expected]


@pytest.mark.parametrize(
    "sentence",
    [
        "Bitcoin could top $150,000 by autumn",
        "Bitcoin eyes $130K",
        "Will XRP hit $10 in May?",
        "If bitcoin breaks $119,000, shorts will burn",
        "Analyst predicts bitcoin hits $200,000",
        "Bitcoin to $250,000, says Corvane’s founder",
        "Odds that ether tops $5,000 shrink",
        "There is a risk of bitcoin falling below $90,000",
        "This analyst has called a bitcoin dip to $92,000",
        "Bitcoin nears $120,000",
        "Bitcoin faces resistance at $120,000",
        "Bitcoin hits $150,000 by December, a broker’s scenario says",
        "In 2021, bitcoin topped $60,000",
        "Bitcoin touched $74,000 in April",
        "Bitcoin soars $15K in a week",
        "Bitcoin miner Corvane’s shares top $400",
        "Bitcoin ETF inflows hit $800",
        "Corvane bought bitcoin at $70,000",
        "Open interest in bitcoin tops $80 billion",
        "Bitcoin’s 200-week average tops $48,000",
        "Bitcoin reclaims $120,00",
        "The script goes on. August 11: With bitcoin at $132,000, Corvane buys more",
        "Gold tops $4,000",
    ],
)
def test_what_is_foreseen_or_long_ago_or_no_price_is_no_level(sentence: str) -> None:
    assert levels(sentence) == []


def test_the_title_and_the_first_sentences_are_read_and_a_crossing_counts_over_a_statement() -> None:
    text = "Bitcoin is at $120,000. Ether fell below $4,000. Nothing else moved. Solana topped $300."

    assert levels("A wild day", text) == [("BTC", 120_000, "at"), ("ETH", 4000, "fell")]
    assert levels("Bitcoin at $120,000", "Bitcoin topped $120,000.") == [("BTC", 120_000, "rose")]


def test_the_words_that_are_cited_hold_the_level_and_stand_in_the_report() -> None:
    title = "Bitcoin (BTC) Surges Past $118K as Shorts Burn"
    (level,) = read_levels(make_report("a", title=title, text=""))

    assert level.quote.text == "Bitcoin (BTC) Surges Past $118K"
    assert level.written == "$118K"


def make_level(symbol: str = "BTC", price: float = 120_000, hours: float = 0, way: str = "rose") -> PriceLevel:
    (level,) = read_levels(make_report("a", minutes=60 * hours, title="Bitcoin tops $120,000", text=""))
    return PriceLevel(symbol, price, way, level.said_at, level.written, level.quote)


@pytest.mark.parametrize("way", ["rose", "fell", "at", "over", "under"])
@pytest.mark.parametrize(("symbol", "price"), [("BTC", 120_000), ("PEPE", 0.00001234), ("FIGR_HELOC", 99_999_999.99)])
def test_a_tag_says_what_its_level_says(symbol: str, price: float, way: str) -> None:
    tag = as_tag(make_level(symbol, price, way=way))

    assert of_tag(tag) == (symbol, NOON, price, way)
    assert len(tag) <= 40


def test_the_tags_of_some_days_are_those_between_their_bounds() -> None:
    first, last = tags_between("BTC", NOON, NOON + timedelta(hours=2))

    assert all(
        first <= as_tag(make_level(hours=hours, price=price)) <= last for hours in (0, 2) for price in (1e-8, 9e7)
    )
    assert not any(first <= as_tag(make_level(hours=hours)) <= last for hours in (-0.01, 2.01))
    assert not first <= as_tag(make_level("ETH")) <= last


def test_an_event_keeps_each_level_once_by_its_first_report() -> None:
    many = [make_level(price=100_000 + number) for number in range(30)]

    assert merged([make_level(), make_level(hours=1), make_level(way="at")]) == (make_level(), make_level(way="at"))
    assert len(merged(many)) == MAX_OF_EVENT


@pytest.mark.parametrize("digits", ["9" * 400, "0", "0.000000001", "1," * 300])
def test_a_price_beyond_measure_is_no_level(digits: str) -> None:
    assert levels(f"Bitcoin tops ${digits}") == []
