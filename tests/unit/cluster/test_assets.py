"""Assets are found at word boundaries, in the right case, and ambiguous ones only in context."""

import pytest

from cluster.assets import mentions, rank


def symbols(text: str) -> list[str]:
    return [mention.asset.symbol for mention in mentions(text)]


@pytest.mark.parametrize(
    "text",
    [
        "The soldiers LINK up as ONE unit NEAR the border",
        "A solid dot on the sol-fa scale",
        "Optimism returns and the cosmos is stellar",
        "The bitcoiner met bitcoinworld",
        "CONNECT THE DOT AND OP OUT, ONE AND ALL",
        "Bitcoin Magazine and Bitcoin Conference",
    ],
)
def test_ordinary_words_and_outlets_are_no_assets(text: str) -> None:
    assert symbols(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bitcoin and ETHER", ["BTC", "ETH"]),
        ("BTC, not btc", ["BTC"]),
        ("Bitcoin Cash splits from Bitcoin", ["BCH", "BTC"]),
        ("$near and $ONE rise", ["NEAR", "ONE"]),
        ("Chainlink signs a bank; LINK rises", ["LINK", "LINK"]),
        ("LINK token holders vote", ["LINK"]),
        ("The network (OP) upgrades", ["OP"]),
        ("Optimism network upgrades", ["OP"]),
        ("SOL/USD hits a high", ["SOL"]),
        ("İstanbul'da Solana", ["SOL"]),
        ("CORVANE BUYS BTC", ["BTC"]),
    ],
)
def test_assets_are_found_where_they_are_meant(text: str, expected: list[str]) -> None:
    assert symbols(text) == expected


def test_a_mention_gives_the_exact_place() -> None:
    text = "İ İ Litecoin up"
    (found,) = mentions(text)

    assert text[found.start : found.end] == "Litecoin"


def test_ranks_start_with_bitcoin_and_an_unknown_symbol_has_none() -> None:
    assert rank("BTC") == 1
    assert rank("QQQQ") is None
