"""An article rests on a data firm or outlet when it credits that one and nobody else."""

import pytest

from cluster.attribution import rests_on
from tests.builders import make_article

PLAIN = "Traders were forced out of positions in the afternoon. Markets calmed later. Volumes were thin all day."


def source_of(text: str, title: str = "Liquidations pass $900 million") -> str | None:
    found = rests_on(make_article(title=title, text=text))
    return found.name if found else None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"Liquidations rose, according to data from CoinGlass. {PLAIN}", "CoinGlass"),
        (f"CoinGlass data showed liquidations above $900 million. {PLAIN}", "CoinGlass"),
        (f"Liquidations rose. {PLAIN} {PLAIN}\nThis coverage is based on information from CoinGlass.", "CoinGlass"),
        (f"Corvane seeks a buyer, Bloomberg reported on Tuesday. {PLAIN}", "Bloomberg"),
        (f"The Harrow Wire first reported the plan. {PLAIN}", "Harrow Wire"),
        (f"Liquidations rose, according to data from Tidemark. {PLAIN}", "Tidemark"),
        (f"CoinGlass has published a striking analysis of the day. {PLAIN}", "CoinGlass"),
        (f"Longs were hit hardest, according to analysts at CoinGlass. {PLAIN}", "CoinGlass"),
        (f"A recent report from CoinGlass sheds light on the day. {PLAIN}", "CoinGlass"),
        (f"Corvane seeks a buyer, according to a report by the Bangkok Post. {PLAIN}", "Bangkok Post"),
        (f"The delay, reported by Decrypt, surprised nobody. {PLAIN}", "Decrypt"),
        (f"Volumes fell, according to Tidemark’s latest exchange report. {PLAIN}", "Tidemark"),
        (f"{PLAIN} One thing stood out. CoinGlass said on Monday that longs were hit hardest.", "CoinGlass"),
        (f"Liquidations rose, according to data from the analytics firm Tidemark. {PLAIN}", "Tidemark"),
        (f"Figures from Tidemark show a rise in liquidations. {PLAIN}", "Tidemark"),
        (f"Corvane seeks a buyer, Harrow Wire reported on Tuesday. {PLAIN}", "Harrow Wire"),
        (f"On Tuesday Harrow Wire reported that Corvane seeks a buyer. {PLAIN}", "Harrow Wire"),
        (f"Corvane seeks a buyer, according to Harrow Wire. {PLAIN}", "Harrow Wire"),
        (f"Corvane seeks a buyer, according to a report in the Harrow Wire. {PLAIN}", "Harrow Wire"),
        (f"Harrow Wire was the first to report that Corvane seeks a buyer. {PLAIN}", "Harrow Wire"),
        (f"Citing two people, Harrow Wire wrote that Corvane seeks a buyer. {PLAIN}", "Harrow Wire"),
        (f"Corvane's chief told Harrow Wire that it seeks a buyer. {PLAIN}", "Harrow Wire"),
        (f"Corvane's chief told Bloomberg that it seeks a buyer. {PLAIN}", "Bloomberg"),
        (f"Corvane seeks a buyer, the Lantern reported. {PLAIN}", "Lantern"),
        (f"Corvane seeks a buyer. A report by Lantern names two. {PLAIN}", "Lantern"),
    ],
)
def test_a_lead_or_closing_credit_is_what_the_article_rests_on(text: str, name: str) -> None:
    assert source_of(text) == name


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        f"Liquidations rose, according to data from CoinGlass. {PLAIN} Figures from Kaiko show the same.",
        f"Liquidations rose, according to data from CoinGlass. {PLAIN} Mara Quist, a trader at Halden, said it hurt.",
        f"Corvane seeks a buyer, Bloomberg reported. {PLAIN} A spokesperson told Ledgerpost that talks go on.",
        f"Corvane was charged, according to the SEC. {PLAIN}",
        f"Corvane owes $2 billion, according to a court filing. {PLAIN}",
        f"CoinGlass said longs were hit. {PLAIN} Halden founder Mara Quist warned against haste.",
        f"Peaks are far, according to analytics firms CoinGlass and Kaiko. {PLAIN} Data from Tidemark shows it too.",
        f"Bitcoin stood at $60,000, according to data from CoinMarketCap. {PLAIN}",
        f"Corvane seeks a buyer, Harrow Wire reported. {PLAIN} The Lantern Post wrote of two bidders.",
        f"Corvane said it seeks a buyer. {PLAIN}",
        f"Corvane's chief told Bloomberg Street traders a joke. {PLAIN}",
    ],
)
def test_a_second_source_own_reporting_or_an_official_record_leaves_the_report_its_own(text: str) -> None:
    assert source_of(text) is None


def test_who_speaks_for_the_credited_firm_is_no_second_source() -> None:
    text = f"Liquidations rose, according to data from CoinGlass. {PLAIN} CoinGlass analyst Jo Marsh said it was large."

    assert source_of(text) == "CoinGlass"


@pytest.mark.parametrize(
    "later",
    ["Marsh added that it was large.", "(Source: Financial Times) The day went on.", "Analysts added that it hurt."],
)
def test_who_was_introduced_with_the_firm_and_what_captions_name_is_no_second_source(later: str) -> None:
    text = f"In a post, CoinGlass contributor Jo Marsh counted the day. {PLAIN} {later}"

    assert source_of(text) == "CoinGlass"


@pytest.mark.parametrize("title", ["Longs lose $900 million: CoinGlass", "CoinGlass: longs lose $900 million"])
def test_a_title_credits_by_a_colon(title: str) -> None:
    assert source_of(PLAIN, title) == "CoinGlass"


def test_a_firm_that_acts_itself_makes_a_statement_and_every_newsroom_may_read_it() -> None:
    assert source_of(f"CoinGlass announced the deal on Monday. {PLAIN}", "CoinGlass acquires the broker Halden") is None


def test_the_statement_of_the_one_the_news_is_about_is_not_another_source() -> None:
    text = f"Volumes fell, according to figures from Corvane. {PLAIN}"

    assert source_of(text, title="Corvane volumes fall") is None


@pytest.mark.parametrize(("publisher", "name"), [("bloomberg", "Bloomberg"), ("tideline", "Tideline News")])
def test_an_outlet_that_credits_itself_rests_on_nobody(publisher: str, name: str) -> None:
    article = make_article(text=f"Corvane seeks a buyer, {name} reported. {PLAIN}", publisher=publisher)

    assert rests_on(article) is None


def test_an_outlet_that_is_known_to_report_the_same_is_credited_in_any_words() -> None:
    article = make_article(title="Corvane seeks a buyer", text=f"Corvane seeks a buyer, according to Tideline. {PLAIN}")

    found = rests_on(article, outlets=["Tideline", "Corvane"])

    assert found is not None
    assert found.name == "Tideline"
    assert rests_on(article) is None
