"""A report speaks in its own words, as far as its publisher lends them."""

from dataclasses import replace

from cluster.event import Quote
from cluster.recurring import left_out
from cluster.voices import excerpt_beside, hear
from ingest.article import Flag
from tests.unit.cluster.reports import make_report

POLICY = "Harbor follows a strict policy of its own that its editors wrote down years ago."
NEWS = "The exchange Corvane stopped withdrawals on Wednesday after an attacker drained a hot wallet."
MORE = "Investigators followed a part of the coins to a mixer within hours of the theft."


def test_what_a_publisher_prints_everywhere_is_neither_shown_nor_quoted() -> None:
    report = make_report(text=f"{POLICY}\n{NEWS}")
    known = replace(report, facts=replace(report.facts, recurring=left_out(report.article.text, NEWS)))

    assert hear(report).excerpt.text.startswith(POLICY)
    voice = hear(known)
    assert voice.excerpt.text == NEWS
    assert [one.text for one in voice.sentences] == [NEWS]


def test_who_reserves_its_text_is_compared_and_not_quoted() -> None:
    voice = hear(make_report(text=NEWS, flags=frozenset({Flag.RESERVED})))

    assert (voice.text, voice.sentences, voice.excerpt.text) == ("", (), "")
    assert "Corvane" in voice.about.words.values()


def test_an_excerpt_begins_behind_a_beginning_that_is_quoted() -> None:
    voice = hear(make_report("a", text=f"{NEWS} {MORE}"))

    assert excerpt_beside(voice, [Quote("a", NEWS)]) == MORE
    for others in ([], [Quote("a", MORE)], [Quote("b", NEWS)]):
        assert excerpt_beside(voice, others) == f"{NEWS} {MORE}"


def test_behind_a_quoted_beginning_a_few_words_are_no_excerpt() -> None:
    assert excerpt_beside(hear(make_report("a", text=f"{NEWS} While it")), [Quote("a", NEWS)]) == ""
