"""The theme is what title and lead are about, not what the filler below them mentions."""

import pytest

from cluster.event import Theme
from cluster.themes import find_themes

FILLER = (
    " Regulation is becoming more specific, lawmakers debate a bill, agencies publish policy and the framework of "
    "compliance grows. The same themes keep showing up: regulation, legislation and policy risk."
)


@pytest.mark.parametrize(
    ("title", "theme"),
    [
        ("Leveraged longs wiped out as crypto liquidations reach $800 million", Theme.DERIVATIVES),
        ("Corvane drained of $40 million in hot wallet hack", Theme.SECURITY),
        ("Spot bitcoin ETFs draw sixth day of inflows", Theme.ETF),
        ("Senate panel advances stablecoin bill", Theme.REGULATION),
        ("Former Halden chief sentenced to prison for fraud", Theme.ENFORCEMENT),
        ("Lumenar Foods adds 200 bitcoin to its treasury", Theme.TREASURY),
        ("Bitcoin miner Northgrid doubles its hashrate", Theme.MINING),
        ("Bitcoin price analysis: bulls defend support level", Theme.PRICE),
        ("Quillon Labs raises $18 million in Series A funding round", Theme.FUNDING),
        ("Fed holds interest rates steady", Theme.MACRO),
    ],
)
def test_a_plain_headline_gives_its_theme(title: str, theme: Theme) -> None:
    assert find_themes(title, "")[0][0] is theme


def test_filler_on_regulation_under_a_liquidation_report_leaves_it_a_derivatives_report() -> None:
    title = "Bitcoin drops under a round number as liquidations pass $900 million"
    lead = (
        "Bitcoin fell on Tuesday and a leverage flush followed, with futures liquidations across the market climbing "
        "as traders were forced out of leveraged positions. Open interest shrank and funding rates cooled. Desks said "
        "the move was driven by derivatives rather than by spot selling, and that options dealers had to hedge the "
        "slide while the order books stayed thin for most of the afternoon in London."
    )

    assert find_themes(title, lead + FILLER * 6)[0][0] is Theme.DERIVATIVES


def test_each_theme_names_the_words_that_spoke_for_it() -> None:
    (theme, words), *_ = find_themes("Liquidations hit futures traders", "")

    assert theme is Theme.DERIVATIVES
    assert set(words) == {"liquidations", "futures"}


def test_a_text_that_speaks_for_nothing_is_other() -> None:
    assert find_themes("Good morning", "") == ((Theme.OTHER, ()),)


def test_what_comes_back_to_a_presale_again_and_again_is_about_the_presale() -> None:
    text = "Bitcoin fell. The Zorbo presale is in full swing. Join the Zorbo presale today."

    assert find_themes("Bitcoin slips while buyers turn to Zorbo", text)[0][0] is Theme.PRESALE
