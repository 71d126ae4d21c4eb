"""An article is quoted from its first own words on, in whole sentences that state something."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.openings import opening, quotable
from tests.builders import make_article, make_publisher

TITLE = "Corvane halts withdrawals after a breach"
NEWS = "The exchange Corvane stopped withdrawals on Wednesday after an attacker drained a hot wallet."


@pytest.mark.parametrize(
    "preamble",
    [
        f"{TITLE} ",
        f"{TITLE}\n",
        f"Harbor {TITLE} ",
        f"The post {TITLE} appeared first on Harbor Market News ",
        "Key Takeaways: ",
        "Key takeaways\n",
        "In brief ",
        "TL;DR – ",
        "BREAKING: ",
        "NEW ALDER (Northgate) – ",
        "NEW ALDER, July 14 – ",
        "San Telmo, Alvonia, July 9th, 2026, Northgate Wire ",
        "By Jane Alder | July 9, 2026\n",
        "Reporter: Jane Alder\n",
        "Image: Shutterstock ",
        "Photo credit: Jane Alder for Harbor\n",
        "Disclosure: The author of this piece holds bitcoin. ",
        "This article is sponsored by Northgate and was written with its help. ",
        "Stay ahead of the market with our morning letter. ",
        "Join our Telegram channel for what others read tomorrow. ",
        "Share this article\n",
        "🚀 Are you late again? Be early for once. Click here for the newest coins! ",
        f"Harbor {TITLE} Key takeaways: By Jane Alder | ",
    ],
)
def test_what_stands_before_the_first_sentence_is_passed_by(preamble: str) -> None:
    article = make_article(publisher=make_publisher("harbor"), title=TITLE, text=preamble + NEWS)

    assert opening(article) == NEWS


@pytest.mark.parametrize(
    "text",
    [
        "On July 14, Corvane stopped withdrawals.",
        f"{TITLE} of its hot wallet. Users wait.",
        "Is Corvane solvent? The exchange stopped withdrawals on Wednesday.",
        "Sources told Harbor that Corvane stopped withdrawals. Read more: What users can do.",
        "Summary judgment was granted to Corvane on Wednesday.",
        "By noon Corvane had stopped withdrawals.",
        "SEC officials asked Corvane for its books.",
    ],
)
def test_what_only_looks_like_a_preamble_stays(text: str) -> None:
    assert opening(make_article(title=TITLE, text=text)) == text


def test_a_list_of_links_has_no_words_of_its_own() -> None:
    assert opening(make_article(text="More on Corvane Corvane: A Buy Below Book Value Why I Sold Corvane")) == ""


@pytest.mark.parametrize(
    "sentence",
    [
        "“Withdrawals will open again next week, and nobody has lost anything.",
        "Why did the exchange stop all of its withdrawals on Wednesday?",
        "A table of the wallets follows Key wallets and what they hold…",
        "and so the exchange stopped all of its withdrawals on Wednesday.",
        "Hot Wallet: The exchange kept a twentieth of its coins online.",
        "What The Breach Means For Corvane users must wait until Monday.",
        "Users wait at the gates In a post on Friday the exchange named no date.",
        "Corvane’s promise to its users The exchange will open again on Monday.",
        "JUST IN: The exchange Corvane has stopped all of its withdrawals.",
        "The exchange @corvane has stopped all of its withdrawals for now.",
        "This article was paid for by Northgate, which deals in such coins.",
        "Nothing on this page is investment advice of any kind to anybody.",
        "The post Corvane halts withdrawals appeared first on Harbor Market.",
    ],
)
def test_what_is_cut_glued_or_no_statement_is_not_quoted(sentence: str) -> None:
    assert quotable(f"{sentence}\n{NEWS}") == [NEWS]


def test_a_sentence_that_leans_on_others_is_quoted_only_where_none_stands_by_itself() -> None:
    leaning = "It has not said when withdrawals will open for its users again."

    assert quotable(f"{leaning}\n{NEWS}") == [NEWS]
    assert quotable(leaning) == [leaning]


def test_a_name_with_a_full_stop_in_it_is_not_cut_in_two() -> None:
    text = "Creditors of Mt. Alder were paid on Wednesday from what was left of its coins."

    assert quotable(text) == [text]


@given(st.text(alphabet="AaB.?!:“”\"'’ \n…@(1", max_size=400))
def test_whatever_is_quoted_stands_in_the_text(text: str) -> None:
    assert all(one in " ".join(text.split()) or one in text for one in quotable(text))
    assert opening(make_article(text=text, title=TITLE)) in text or "\n" in text
