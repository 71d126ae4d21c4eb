"""Rules tell reported news from what is analysed, argued, collected, handed out or paid for."""

import pytest

from cluster.article_types import article_type
from cluster.event import ArticleType, Theme
from cluster.themes import find_themes


def read(title: str, text: str = "") -> ArticleType:
    return article_type(title, text, find_themes(title, text)[0][0])


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Corvane halts withdrawals after a breach", ArticleType.NEWS),
        ("Bitcoin falls below $59,000", ArticleType.NEWS),
        ("Bitcoin price prediction: can bulls hold the line?", ArticleType.ANALYSIS),
        ("Why stablecoin rules matter to banks", ArticleType.ANALYSIS),
        ("Crypto week in review: what moved", ArticleType.ROUNDUP),
        ("Price moves: BTC, ETH and SOL slide", ArticleType.ROUNDUP),
        ("Opinion: custody must change", ArticleType.OPINION),
        ("Best crypto to buy now: 3 presale gems set for 100x", ArticleType.SPONSORED),
    ],
)
def test_the_title_tells_the_type(title: str, expected: ArticleType) -> None:
    assert read(title) is expected


def test_a_wire_dateline_makes_a_press_release() -> None:
    text = "Tallinn, Estonia, March 4th, 2026, Chainwire\nQuillon, a custody firm, today announced a new vault."

    assert read("Quillon launches institutional vault", text) is ArticleType.PRESS_RELEASE


def test_a_press_contact_at_the_end_makes_a_press_release() -> None:
    text = "Quillon opened an office.\n" + "It has desks. " * 60 + "\nMedia contact: Jo Marsh, press@quillon.example"

    assert read("Quillon opens an office", text) is ArticleType.PRESS_RELEASE


def test_a_declared_sponsor_makes_it_sponsored_even_with_a_dateline() -> None:
    text = "This content is provided by a sponsor. PRESS RELEASE. Tallinn, Estonia, March 4, 2026 – Quillon grows."

    assert read("Quillon grows", text) is ArticleType.SPONSORED


def test_a_leveraged_position_is_no_promotion() -> None:
    assert article_type("Trader opens 40x long position", "", Theme.DERIVATIVES) is ArticleType.NEWS


def test_a_filing_for_a_fund_of_three_assets_is_no_roundup() -> None:
    assert read("Halden files for ETF holding BTC, ETH and SOL") is ArticleType.NEWS
