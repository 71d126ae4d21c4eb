"""The theme is what title and lead are about, not what the filler below them mentions."""

import pytest

from cluster.event import Theme
from cluster.facts import read_facts
from cluster.kinds.parts import cut
from cluster.themes import MAX_THEMES, Found, find_themes
from tests.builders import make_article
from tests.unit.cluster.reports import plain_vectors

FILLER = (
    " Regulation is becoming more specific, lawmakers debate a bill, agencies publish policy and the framework of "
    "compliance grows. The same themes keep showing up: regulation, legislation and policy risk."
)

NONE = dict.fromkeys(Theme, 0.0)


def read(title: str, text: str = "") -> Found:
    return read_facts(make_article(title=title, text=text), *plain_vectors()).themes


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
    assert read(title)[0][0] is theme


def test_filler_on_regulation_under_a_liquidation_report_leaves_it_a_derivatives_report() -> None:
    title = "Bitcoin drops under a round number as liquidations pass $900 million"
    lead = (
        "Bitcoin fell on Tuesday and a leverage flush followed, with futures liquidations across the market climbing "
        "as traders were forced out of leveraged positions. Open interest shrank and funding rates cooled. Desks said "
        "the move was driven by derivatives rather than by spot selling, and that options dealers had to hedge the "
        "slide while the order books stayed thin for most of the afternoon in London."
    )

    assert read(title, lead + FILLER * 6)[0][0] is Theme.DERIVATIVES


def test_each_theme_names_the_words_that_spoke_for_it() -> None:
    (theme, words), *_ = read("Liquidations hit futures traders")

    assert theme is Theme.DERIVATIVES
    assert set(words) == {"liquidations", "futures"}


def test_a_word_stands_once_though_title_and_lead_say_it() -> None:
    (_, words), *_ = read("Hacker drains Corvane", "The hacker drained a hot wallet. The hacker is unknown.")

    assert sorted(set(words)) == sorted(words)


def test_a_theme_nothing_was_listed_for_names_no_words() -> None:
    assert find_themes(cut("Good morning", ""), NONE | {Theme.OTHER: 1.0}) == ((Theme.OTHER, ()),)


def test_a_further_theme_is_named_only_when_it_is_likely() -> None:
    parts = cut("Miner Northgrid sells bitcoin to buy back shares", "")

    found = find_themes(parts, NONE | {Theme.MINING: 0.6, Theme.TREASURY: 0.3, Theme.PRICE: 0.1})

    assert [theme for theme, _ in found] == [Theme.MINING, Theme.TREASURY]


def test_no_more_than_three_themes_are_named() -> None:
    assert len(find_themes(cut("", ""), dict.fromkeys(Theme, 0.2))) == MAX_THEMES


def test_what_comes_back_to_a_presale_again_and_again_is_about_the_presale() -> None:
    text = (
        "Bitcoin fell on Monday. Buyers turn to Zorbo, whose presale has raised $12 million in its fourth stage. The "
        "presale price rises with the next stage, and early buyers earn staking rewards. Join the Zorbo presale today."
    )

    assert read("Bitcoin slips while buyers turn to Zorbo", text)[0][0] is Theme.PRESALE
