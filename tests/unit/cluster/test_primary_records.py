"""A record is shown where a report cites it itself, in its words or by a link; the most binding one comes first."""

from typing import Any

import pytest

from cluster.event import ArticleType, PrimaryRecord
from cluster.primary_records import find_record
from ingest.article import Flag, Kind
from tests.builders import make_publisher
from tests.unit.cluster.reports import make_report

BEGINNING = "Corvane halted withdrawals on Wednesday."


def record_of(text: str = BEGINNING, **changed: Any) -> PrimaryRecord | None:
    return find_record([make_report("a", text=text, **changed)])


@pytest.mark.parametrize(
    ("sentence", "kind", "words"),
    [
        (
            "According to court documents unsealed on Friday, Corvane owes $2 billion to its clients.",
            "court",
            "According to court documents unsealed on Friday, Corvane owes $2…",
        ),
        (
            "Court records show that Corvane owes its clients $2 billion.",
            "court",
            "Court records show that Corvane owes",
        ),
        ("Corvane owes its clients $2 billion, the complaint says.", "court", "$2 billion, the complaint says"),
        ("The fund sold all of it, an SEC filing shows.", "filing", "an SEC filing shows"),
        ("In a Monday filing with the regulator, the firm named its new owner.", "filing", "In a Monday filing"),
        ("The coins were moved in one hour, according to Etherscan.", "chain", "according to Etherscan"),
        ("Rules follow in May, according to the consultation paper.", "authority", "the consultation paper"),
        ("The firm paid in cash, Corvane said in a press release.", "statement", "in a press release"),
    ],
)
def test_the_words_that_cite_a_record_are_quoted(sentence: str, kind: str, words: str) -> None:
    found = record_of(f"{BEGINNING} {sentence}")

    assert found is not None
    assert found.kind == kind
    assert words in found.quote.text
    assert found.quote.text.removesuffix("…") in sentence
    assert found.url is None


@pytest.mark.parametrize(
    "text",
    [
        BEGINNING,
        "The filing season ends in May. Corvane filed for a fund.",
        "Corvane disputes the complaint. It will answer in court.",
        "Traders await the announcement of new rules and hope for a statement.",
        f"{'Corvane said nothing new. ' * 5}According to court documents, it owed $2 billion a year ago.",
        "Corvane could go further in the fund business by filing for a second one.",
        "It will pay whatever it takes, said its lawyer in a previous blog post.",
        "Deposits open within two hours from the announcement time.",
        "The coin rose by a third on the listing announcement.",
        "Such coins are toys, the lender said in his statement.",
    ],
    ids=[
        "none",
        "filing season",
        "not what it says",
        "still to come",
        "far below",
        "what is to be filed",
        "of an earlier affair",
        "a time",
        "what moved a price",
        "a remark",
    ],
)
def test_what_cites_no_record_of_this_affair_shows_none(text: str) -> None:
    assert record_of(text) is None


@pytest.mark.parametrize(
    ("link", "kind", "site"),
    [
        ("https://www.sec.gov/newsroom/2026-31", "filing", "sec.gov"),
        ("https://storage.courtlistener.com/recap/1.pdf", "court", "courtlistener.com"),
        ("https://etherscan.io/tx/0x12", "chain", "etherscan.io"),
        ("https://www.justice.gov/opa/pr/31", "authority", "justice.gov"),
        ("https://www.fsa.go.jp/news/31", "authority", "fsa.go.jp"),
    ],
)
def test_a_link_leads_to_the_record_itself(link: str, kind: str, site: str) -> None:
    found = record_of(links=("https://harbor.example/b", link))

    assert found is not None
    assert (found.kind, found.quote.text, found.url) == (kind, site, link)
    assert found.text.endswith(f", at {site}")


@pytest.mark.parametrize(
    "link",
    ["https://sec.gov.example/a", "https://go.example/x", "https://goverance.example/gov", "https://www.sec.gov/"],
)
def test_a_link_to_a_like_name_or_a_front_page_leads_to_none(link: str) -> None:
    assert record_of(links=(link,)) is None


@pytest.mark.parametrize(("kind", "shown"), [(Kind.REGULATOR, "authority"), (Kind.COMPANY_BLOG, "statement")])
def test_who_publishes_records_is_one(kind: Kind, shown: str) -> None:
    office = make_publisher("office", kind=kind)
    found = find_record([make_report("a"), make_report("b", office)])

    assert found is not None
    assert (found.kind, found.quote.article_id, found.url) == (shown, "b", "https://office.example/b")


def test_the_most_binding_record_is_shown_whichever_report_cites_it() -> None:
    statement = make_report("a", text=f"{BEGINNING} It paid in cash, Corvane said in a press release.")
    court = make_report("b", "harbor", text=f"{BEGINNING} It owes $2 billion, the complaint says.")

    found = find_record([statement, court])

    assert found is not None
    assert (found.kind, found.quote.article_id) == ("court", "b")


def test_of_a_reserved_text_no_word_is_cited_and_its_link_is() -> None:
    reserved = frozenset({Flag.RESERVED})
    text = "Corvane owes $2 billion, according to court documents."

    assert record_of(text, flags=reserved) is None
    assert record_of(text, flags=reserved, links=("https://etherscan.io/tx/0x12",)) is not None


def test_a_statement_in_a_piece_of_analysis_is_a_view_and_a_filing_there_is_a_record() -> None:
    analysis = ArticleType.ANALYSIS

    assert record_of("The coin has bottomed, the analyst said in a statement.", type=analysis) is None
    assert record_of("The fund sold all of it, an SEC filing shows.", type=analysis) is not None
