"""Title, summary and key points are members' own words, and nothing on a page is said twice."""

from collections.abc import Sequence

import pytest

from cluster.event import Quote
from cluster.lending import MAX_CHARACTERS
from cluster.summary import best_title, key_points, spent_on, summarise
from cluster.voices import Voice, hear
from tests.unit.cluster.reports import make_report

TITLE = "Corvane halts withdrawals after a breach"
HALT = "The exchange Corvane stopped all withdrawals on Wednesday after an attacker drained $40 million."
MIXER = "Investigators of Tidewatch traced $9 million of the Corvane breach to a mixer within hours."
REFUND = "Corvane will refund every customer whose withdrawals it halted, its founder wrote on Thursday."
FILLER = "Corvane has offices in four countries and was founded by two brothers in a garage in Alvonia years ago. "


def voices(*texts: str, titles: Sequence[str] = ()) -> list[Voice]:
    """A voice for each text, each of an outlet of its own; the first is the lead's."""
    named = [*titles, *[TITLE] * (len(texts) - len(titles))]
    return [
        hear(make_report("abcdef"[place], f"outlet-{place}", minutes=place, title=title, text=text))
        for place, (title, text) in enumerate(zip(named, texts, strict=True))
    ]


def said(heard: Sequence[Voice], title: str = TITLE) -> tuple[tuple[Quote, ...], tuple[Quote, ...]]:
    """An event's summary and key points."""
    summary = summarise(heard, title, {})
    return summary, key_points(heard, title, summary, spent_on(summary))


def test_the_summary_is_what_others_say_too_and_the_excerpt_does_not_show() -> None:
    heard = voices(f"{HALT} {FILLER * 2}{MIXER}", f"{MIXER} {REFUND}", f"{MIXER} Tidewatch watches mixers.")

    (quote,), _ = said(heard)

    assert quote.text == MIXER


def test_an_event_whose_one_report_is_shown_whole_has_no_summary() -> None:
    assert said(voices(HALT)) == ((), ())


def test_a_lone_report_is_summed_up_by_what_its_excerpt_does_not_show() -> None:
    (quote,), _ = said(voices(f"{HALT} {FILLER * 2}{MIXER}"))

    assert quote == Quote("a", MIXER)


def test_key_points_are_of_different_reports_and_repeat_nothing() -> None:
    heard = voices(HALT, HALT.replace("all ", ""), f"{HALT} {MIXER}", f"{REFUND} {MIXER}")

    (summary,), points = said(heard)

    assert {summary.text, *(point.text for point in points)} == {MIXER, REFUND}
    assert len({summary.article_id, *(point.article_id for point in points)}) == 2


def test_an_aside_is_no_key_point() -> None:
    heard = voices(HALT, "The weather in the harbour was fine and ferries left on time. Nobody spoke of anything else.")

    assert said(heard) == ((), ())


def test_what_names_nobody_and_counts_nothing_gives_way() -> None:
    truism = "Breaches and halts of withdrawals are a fact of life on every exchange."

    (quote,), _ = said(voices(HALT, f"{truism} {MIXER}", f"{truism} {MIXER}"))

    assert quote.text == MIXER


def test_nothing_is_quoted_of_an_article_that_was_quoted_enough() -> None:
    heard = voices(HALT, f"{MIXER} {REFUND}")

    assert summarise(heard, TITLE, {"b": MAX_CHARACTERS}) == ()


def test_a_sentence_too_long_is_cut_where_it_can_be_seen() -> None:
    long = f"Tidewatch, {'which has long watched mixers, ' * 6}traced $9 million of the Corvane breach."

    (quote,), _ = said(voices(HALT, long.replace("Tidewatch,", "Tidewatch, which saw the Corvane breach,")))

    assert quote.text.endswith("…")
    assert quote.article_id == "b"


CLAIM = "Alvonia's president wrote on Monday that his country has made bitcoin legal tender."
FAKE = "The account of Alvonia's president was hacked, and the post on bitcoin was fake, his office said on Monday."
CLAIMS, DENIED = "Alvonia makes bitcoin legal tender", "Alvonia's president hacked, post on bitcoin as tender fake"


def test_where_most_deny_the_lead_title_and_summary_say_so() -> None:
    heard = voices(CLAIM, FAKE, f"{FAKE} Bitcoin rose for minutes.", titles=(CLAIMS, DENIED, f"{DENIED}, office says"))

    title = best_title(heard, heard[0])

    assert title.startswith(DENIED)
    assert [quote.text for quote in said(heard, title)[0]] == [FAKE]


def test_where_some_deny_the_lead_the_first_key_point_says_so() -> None:
    echo = "Within minutes bitcoin jumped to $112,000, and shops in the capital of Alvonia put up signs."
    heard = voices(CLAIM, echo, f"{echo} Tourists cheered.", FAKE, titles=(CLAIMS, CLAIMS, CLAIMS, DENIED))

    summary, points = said(heard, CLAIMS)

    assert [quote.text for quote in summary] == [echo]
    assert points[0] == Quote("d", FAKE)


def test_the_title_is_the_one_that_says_most_of_what_all_agree_on() -> None:
    heard = voices(
        *[HALT] * 3,
        titles=(
            "Trouble in the market",
            "Corvane stops withdrawals after $40 million breach",
            "Could Corvane be the next to stop withdrawals after a breach?",
        ),
    )

    assert best_title(heard, heard[0]) == "Corvane stops withdrawals after $40 million breach"
    assert best_title(heard[:1], heard[0]) == "Trouble in the market"


@pytest.mark.parametrize(
    "slanted",
    [
        "Shocking: Corvane stops all withdrawals after $40 million breach",
        "Here’s why Corvane stops all withdrawals after $40 million breach",
        "Corvane may stop all withdrawals after $40 million breach",
        "Corvane stops all withdrawals after $40 million breach!",
        "CORVANE STOPS ALL WITHDRAWALS AFTER $40 MILLION BREACH",
        "Price prediction: Corvane stops all withdrawals after $40 million breach",
    ],
)
def test_a_title_that_slants_gives_way_to_one_that_states(slanted: str) -> None:
    heard = voices(HALT, HALT, titles=(slanted, "Corvane stops withdrawals after an attacker's breach"))

    assert best_title(heard, heard[0]) == "Corvane stops withdrawals after an attacker's breach"
