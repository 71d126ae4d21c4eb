"""What joins, what stays alone, and why."""

from datetime import timedelta

import pytest

from cluster.decision import RIVAL_FROM, decide
from cluster.event import ArticleType
from cluster.reading import Reading
from cluster.remembering import hold
from cluster.similarity import JOIN_AT
from cluster.window import WINDOW, Window
from tests.builders import NOON, make_article, make_reading, make_vector

LONG_TEXT = " ".join(f"Sentence {n} tells what clerk {n} did with {n * 7} coins that morning." for n in range(30))
BREACH = make_article("art_1", "ledgerpost")
SAME = make_article(
    "art_2", "coinherald", title="Breach: Corvane stops withdrawals", published_at=NOON + timedelta(hours=1)
)
OTHER = make_article(
    "art_3", "coinherald", title="Regulator opens a consultation on staking", text="Comments are due in May."
)


def _window(*readings: object) -> Window:
    window = Window(NOON - WINDOW)
    for number, reading in enumerate(readings):
        window.add(reading, f"evt_{number}", None)  # type: ignore[arg-type]
    return window


def test_a_report_of_the_same_happening_joins_with_its_reasons() -> None:
    placement = decide(make_reading(SAME), _window(make_reading(BREACH)))

    assert placement.event_id == "evt_0"
    assert placement.probability >= JOIN_AT
    assert placement.because[0].contribution >= placement.because[-1].contribution > 0
    assert "published 60 minutes apart" in [one.text for one in placement.because]
    assert any(one.text.startswith("both say") for one in placement.because)


def test_another_happening_stays_alone_and_names_its_rival() -> None:
    window = _window(make_reading(BREACH), make_reading(SAME, make_vector(0, 0, 1.0)))

    placement = decide(make_reading(OTHER, make_vector(1.0, 0.8)), window)

    assert placement.event_id not in window.event_ids
    assert (placement.probability, placement.because) == (1.0, ())
    assert placement.nearest_rival is not None
    assert placement.nearest_rival.event_id == "evt_0"
    assert RIVAL_FROM <= placement.nearest_rival.score < JOIN_AT


def test_a_happening_far_from_all_others_has_no_rival() -> None:
    placement = decide(make_reading(OTHER, make_vector(0, 1.0)), _window(make_reading(BREACH)))

    assert placement.event_id != "evt_0"
    assert placement.nearest_rival is None


def test_whoever_is_near_one_member_and_far_from_the_others_stays_alone() -> None:
    near_one, far = make_reading(OTHER, make_vector(1.0, 0.25)), {"title": "Perch raises money", "text": "Two funds."}
    window = _window(make_reading(BREACH))
    assert decide(near_one, window).event_id == "evt_0"

    for id in ("art_7", "art_8", "art_9"):
        window.add(make_reading(make_article(id, **far), make_vector(0, 0, 1.0)), "evt_0", None)

    assert decide(near_one, window).event_id != "evt_0"


def test_the_better_of_two_events_is_joined_and_the_other_is_the_rival() -> None:
    near = make_article("art_9", "blockgazette", title="Corvane halts withdrawals after a hack")

    placement = decide(
        make_reading(SAME),
        _window(
            make_reading(OTHER, make_vector(0, 1.0)), make_reading(BREACH), make_reading(near, make_vector(1.0, 0.2))
        ),
    )

    assert placement.event_id == "evt_1"
    assert placement.nearest_rival is not None
    assert placement.nearest_rival.event_id == "evt_2"


@pytest.mark.parametrize(
    "outside",
    [make_reading(SAME, type=ArticleType.ROUNDUP), make_reading(SAME, language_supported=False)],
    ids=["roundup", "another language"],
)
def test_a_roundup_or_another_language_is_alone_and_joined_by_nothing(outside: Reading) -> None:
    window = _window(make_reading(BREACH))
    alone = decide(outside, window)
    hold(window, outside, alone)

    later = decide(make_reading(make_article("art_4", "blockgazette", published_at=SAME.published_at)), window)

    assert alone.event_id != "evt_0"
    assert (later.event_id, later.nearest_rival) == ("evt_0", None)


def test_another_language_says_so() -> None:
    placement = decide(make_reading(SAME, language_supported=False), _window(make_reading(BREACH)))

    assert [one.code for one in placement.because] == ["language_not_supported"]


def test_nothing_joins_across_more_than_the_window() -> None:
    late = make_article("art_2", "coinherald", published_at=NOON + WINDOW + timedelta(minutes=1))

    assert decide(make_reading(late), _window(make_reading(BREACH))).event_id != "evt_0"


TEMPLATE = LONG_TEXT.replace("that morning", "that evening")


@pytest.mark.parametrize(
    ("publisher", "text", "original"),
    [
        ("coinherald", LONG_TEXT, "art_1"),
        ("coinherald", TEMPLATE, "art_1"),
        ("ledgerpost", LONG_TEXT, "art_1"),
        ("ledgerpost", TEMPLATE, None),
    ],
    ids=["another's text", "another's text, edited", "its own, printed again", "its own template"],
)
def test_a_text_printed_again_is_a_copy_but_a_publishers_own_template_is_not(
    publisher: str, text: str, original: str | None
) -> None:
    first = make_reading(make_article("art_1", "ledgerpost", text=LONG_TEXT))
    again = make_reading(make_article("art_2", publisher, text=text, title="Another title"), make_vector(0, 1.0))

    assert decide(again, _window(first)).copy_of == original


def test_a_copy_of_a_copy_names_the_original() -> None:
    window = Window(NOON - WINDOW)
    window.add(make_reading(make_article("art_1", "ledgerpost", text=LONG_TEXT)), "evt_0", None)
    window.add(make_reading(make_article("art_2", "coinherald", text=LONG_TEXT)), "evt_0", "art_1")

    placement = decide(make_reading(make_article("art_3", "blockgazette", text=LONG_TEXT)), window)

    assert (placement.event_id, placement.copy_of) == ("evt_0", "art_1")
