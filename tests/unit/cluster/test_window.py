"""The window forgets what is too old, and nothing else."""

from datetime import timedelta

from cluster.action import Link, Pair
from cluster.constraints import Constraints, Held
from cluster.decision import decide
from cluster.window import WINDOW, Window
from tests.builders import NOON, make_article, make_reading

HOUR = timedelta(hours=1)
TEXT = " ".join(f"Sentence {n} tells what clerk {n} did with {n * 7} coins that morning." for n in range(30))


def _window(*ages: timedelta, pairs: tuple[Pair, ...] = ()) -> Window:
    """Copies of one text, `art_0` first, in an event each."""
    window = Window(NOON - WINDOW, held=Held(Constraints(pairs)))
    for number, age in enumerate(ages):
        reading = make_reading(make_article(f"art_{number}", f"outlet-{number}", text=TEXT, published_at=NOON - age))
        window.held.note(reading.article_id, f"evt_{number}")
        window.add(reading, f"evt_{number}", "art_0" if number else None)
    return window


def test_what_is_older_than_the_cut_is_forgotten() -> None:
    kept = _window(3 * HOUR, 2 * HOUR, HOUR).since(NOON - 2 * HOUR)

    assert [reading.article_id for reading in kept.readings] == ["art_1", "art_2"]
    assert kept.groups()[0] == ["evt_1", "evt_2"]
    assert len(kept.near(make_reading(make_article("art_9"))).titles) == 2


def test_a_copy_of_a_copy_names_an_original_that_was_forgotten() -> None:
    kept = _window(3 * HOUR, HOUR).since(NOON - 2 * HOUR)

    placement = decide(make_reading(make_article("art_9", text=TEXT)), kept)

    assert (placement.event_id, placement.copy_of) == ("evt_1", "art_0")


def test_an_editors_word_outlives_the_cut() -> None:
    said = Pair.of("art_0", "art_9", Link.MUST)

    kept = _window(3 * HOUR, HOUR, pairs=(said,)).since(NOON - 2 * HOUR)

    assert decide(make_reading(make_article("art_9", text=TEXT)), kept).event_id == "evt_0"
