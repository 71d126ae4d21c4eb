"""A denial is told from a topic and from a court's refusal."""

import pytest

from cluster.denials import contradicting, denies, most_deny
from cluster.voices import Voice, hear
from tests.unit.cluster.reports import make_report


def voice(id: str, title: str, text: str = "") -> Voice:
    return hear(make_report(id, f"outlet-{id}", title=title, text=text))


@pytest.mark.parametrize(
    "text",
    [
        "Alvonia denies plan to hold bitcoin",
        "The president's account was hacked on Monday, his office said.",
        "The post was fake, his office said.",
        "Corvane calls reports of a takeover false",
        "Corvane dismisses rumors of a sale",
        "Hackers falsely announced that Alvonia would hold bitcoin.",
        "Regulator refutes Corvane's account of the talks",
        "There is no truth in what was posted, the ministry said.",
        "Corvane retracted its statement on Monday.",
        "Court filing shows that the founder denied the sale",
        "The founder denies that the charges were dropped.",
        "The family is not behind the wallet, its lawyer said.",
    ],
)
def test_a_denial_is_recognised(text: str) -> None:
    assert denies(text)


@pytest.mark.parametrize(
    "text",
    [
        "Judge denies Corvane's motion",
        "He was denied bail on Monday.",
        "Corvane hacked for $40 million",
        "Bitcoin's false breakout traps buyers",
        "A fake wallet app drains phones in Alvonia",
        "Court dismisses the case against Corvane",
        "Judge Alder denied Corvane and the regulator's joint request",
        "The court has denied the regulator's last appeal",
        "The founder denies the charges and will go to trial.",
        "Corvane has denied any wrongdoing.",
        "He denied all the allegations.",
        "No official date has been set.",
        "There is no such limit in the bill.",
        "Corvane retracted to $90,000 support.",
    ],
)
def test_a_theft_a_court_or_a_chart_denies_nothing(text: str) -> None:
    assert not denies(text)


def test_reports_contradict_a_lead_that_doubts_nothing() -> None:
    lead = voice("a", "Alvonia makes bitcoin legal tender", "Alvonia made bitcoin legal tender, its president wrote.")
    against = voice("b", "Alvonia's president was hacked, post on bitcoin fake")
    inside = voice("c", "Alvonia and bitcoin: what is known", "The ministry denied on Monday that such a law exists.")
    neutral = voice("d", "Bitcoin rises on news from Alvonia")

    assert contradicting(lead, [against, inside, neutral]) == [against, inside]
    assert most_deny(lead, [against, inside, neutral])
    assert not most_deny(lead, [against, neutral])


def test_of_one_other_report_the_title_must_deny() -> None:
    lead = voice("a", "Corvane sells its exchange", "Corvane has sold its exchange to a bank in Alvonia.")
    aside = (
        "A bank in Alvonia buys the exchange. It pays in cash. Corvane denied on Monday that more sales will follow."
    )
    inside = voice("b", "Corvane's exchange goes to a bank", aside)
    against = voice("c", "Corvane denies the sale of its exchange")

    assert contradicting(lead, [inside]) == [inside]
    assert not most_deny(lead, [inside])
    assert most_deny(lead, [against])


def test_a_lead_that_reports_the_denial_is_not_contradicted() -> None:
    lead = voice("a", "Alvonia's president hacked to promote a token")

    assert contradicting(lead, [voice("b", "Alvonia denies making bitcoin legal tender")]) == []
