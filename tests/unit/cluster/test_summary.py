"""Title, summary and key points are members' own words, few of any one of them."""

from cluster.summary import QUOTED_CHARACTERS, best_title, key_points, spent_on, summarise
from tests.unit.cluster.reports import make_report

LEAD = (
    "Corvane halts withdrawals after a breach. The exchange Corvane stopped all withdrawals on Wednesday after an "
    "attacker drained $40 million from a hot wallet. Click here to subscribe to our newsletter for free every day."
)


def test_the_summary_is_the_leads_first_sentence_that_says_more_than_its_title() -> None:
    (quote,) = summarise(make_report("a", text=LEAD), {})

    assert quote.article_id == "a"
    assert quote.text.startswith("The exchange Corvane stopped all withdrawals")
    assert quote.text in LEAD


def test_nothing_is_quoted_of_an_article_that_was_quoted_enough() -> None:
    assert summarise(make_report("a", text=LEAD), {"a": QUOTED_CHARACTERS}) == ()


def test_a_sentence_too_long_is_cut_where_it_can_be_seen() -> None:
    (quote,) = summarise(make_report("a", text="Corvane stopped " + "many " * 80 + "withdrawals."), {})

    assert quote.text.endswith("…")
    assert len(quote.text) <= QUOTED_CHARACTERS


def test_key_points_come_from_different_members_and_repeat_nothing() -> None:
    lead = make_report("a", text=LEAD)
    same = make_report("b", "harbor", text=LEAD.replace("all ", ""))
    more = make_report(
        "c", "tideline", text="Investigators traced part of the funds to a mixer within hours of the theft."
    )
    summary = summarise(lead, {})
    points = key_points([same, more, lead], summary, spent_on(summary))

    assert [point.article_id for point in points] == ["c"]


def test_the_title_is_the_one_that_says_most_of_what_all_agree_on() -> None:
    reports = [
        make_report("a", title="Trouble in the market", text=LEAD),
        make_report("b", "harbor", title="Corvane stops withdrawals after $40 million breach", text=LEAD),
        make_report("c", "tideline", title="Could Corvane be the next to stop withdrawals after a breach?", text=LEAD),
    ]

    assert best_title(reports, reports[0]) == "Corvane stops withdrawals after $40 million breach"
    assert best_title(reports[:1], reports[0]) == "Trouble in the market"
