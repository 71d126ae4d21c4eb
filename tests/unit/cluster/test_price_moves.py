"""A price's move is the same move in whatever words it is told."""

import pytest

from cluster.price_moves import read_moves


@pytest.mark.parametrize(
    "title",
    [
        "Bitcoin smashes through its old peak to a new all-time high",
        "BTC in uncharted territory as buyers return",
        "Breaking: Bitcoin sets a record",
        "Bitcoin price discovery begins at $109K",
    ],
)
def test_a_record_is_one_move_however_it_is_worded(title: str) -> None:
    moves, _ = read_moves(title, "")

    assert {"BTC:record", "BTC:up"} <= moves.keys()


@pytest.mark.parametrize(("title", "move"), [("Ether slips under $3,000", "ETH:down"), ("Solana rebounds", "SOL:up")])
def test_a_move_has_its_asset_and_its_way(title: str, move: str) -> None:
    assert move in read_moves(title, "")[0]


def test_levels_that_lie_close_share_a_key_and_distant_ones_do_not() -> None:
    def levels(price: str) -> set[str]:
        return set(read_moves(f"Bitcoin climbs to {price}", "")[1])

    assert levels("$109,400") & levels("$109.8K")
    assert not levels("$109,400") & levels("$112,000")


def test_an_amount_of_money_is_no_level() -> None:
    assert read_moves("Bitcoin jumps as funds take in $1.2 billion", "Some $800M came on Monday.")[1] == {}


def test_a_title_without_a_move_tells_none() -> None:
    assert read_moves("Regulator opens a consultation on bitcoin custody", "The price fell to $99,000.") == ({}, {})
