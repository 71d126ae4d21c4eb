"""Reported news is told from what is analysed, argued, collected, handed out or paid for."""

import pytest

from cluster.article_types import article_type
from cluster.event import ArticleType
from cluster.facts import read_facts
from cluster.kinds.parts import cut
from tests.builders import make_article
from tests.unit.cluster.reports import plain_vectors


def read(title: str, text: str = "") -> ArticleType:
    return read_facts(make_article(title=title, text=text), *plain_vectors()).type


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Corvane halts withdrawals after a breach", ArticleType.NEWS),
        ("Bitcoin falls below $59,000", ArticleType.NEWS),
        ("Bitcoin price prediction: can bulls hold the line?", ArticleType.ANALYSIS),
        ("What is proof of reserves? A guide for beginners", ArticleType.ANALYSIS),
        ("Crypto week in review: what moved", ArticleType.ROUNDUP),
        ("Crypto prices today: BTC, ETH, SOL, XRP and ADA slide", ArticleType.ROUNDUP),
        ("Trader opens 40x long position", ArticleType.NEWS),
        ("Halden files for ETF holding BTC, ETH and SOL", ArticleType.NEWS),
    ],
)
def test_the_title_alone_tells_the_type(title: str, expected: ArticleType) -> None:
    assert read(title) is expected


def test_what_praises_a_presale_is_sponsored_though_nobody_says_so() -> None:
    text = (
        "Buyers hunting for the next 100x gem turn to Zorbo, whose presale has raised $12 million in stage 4. Early "
        "buyers lock in a price of $0.004 before the next stage and earn staking rewards of 200%. Join the Zorbo "
        "presale today and follow the project on Telegram."
    )

    assert read("Best crypto to buy now: 3 presale gems set for 100x", text) is ArticleType.SPONSORED


def test_a_wire_dateline_makes_a_press_release() -> None:
    text = "Tallinn, Estonia, March 4th, 2026, Chainwire\nQuillon, a custody firm, today announced a new vault."

    assert read("Quillon launches institutional vault", text) is ArticleType.PRESS_RELEASE


def test_a_press_contact_at_the_end_makes_a_press_release() -> None:
    text = "Quillon opened an office.\n" + "It has desks. " * 60 + "\nMedia contact: Jo Marsh, press@quillon.example"

    assert read("Quillon opens an office", text) is ArticleType.PRESS_RELEASE


def test_a_declared_sponsor_makes_it_sponsored_whatever_it_reads_like() -> None:
    text = "This content is provided by a sponsor. The regulator fined Corvane on Tuesday, a court filing showed."

    assert read("Regulator fines Corvane", text) is ArticleType.SPONSORED


def test_a_release_under_a_sponsors_notice_stays_a_release() -> None:
    text = "This content is provided by a sponsor. PRESS RELEASE. Tallinn, Estonia, March 4, 2026 – Quillon grows."

    assert read("Quillon grows", text) is ArticleType.PRESS_RELEASE


def test_a_text_about_state_sponsored_hackers_is_not_paid_for() -> None:
    text = "State-sponsored hackers drained a bridge on Monday, the firm Halden said in a report on the theft."

    assert read("State-sponsored hackers drain a bridge", text) is ArticleType.NEWS


@pytest.mark.parametrize("kind", [ArticleType.ROUNDUP, ArticleType.SPONSORED])
def test_what_takes_an_article_off_the_news_must_be_sure(kind: ArticleType) -> None:
    leaning = dict.fromkeys(ArticleType, 0.0) | {kind: 0.45, ArticleType.ANALYSIS: 0.35, ArticleType.NEWS: 0.2}

    assert article_type(cut("Bitcoin holds", ""), leaning) is ArticleType.ANALYSIS
