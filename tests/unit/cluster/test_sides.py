"""What the queue shows of two sides is what the page that compares two events says of them."""

from collections.abc import Sequence

import numpy as np
import pytest

from cluster.comparing import About, Finding, side_by_side
from cluster.doubts import Clue, Side
from cluster.event import Role
from cluster.regrouping import Standing
from cluster.sides import Compared, held_against
from ingest.article import Article
from tests.builders import make_reading
from tests.unit.api.builders import make_article, make_event, make_member

ONE, OTHER = frozenset({0}), frozenset({1})


def _articles(*titles: str, texts: Sequence[str] = ("", "")) -> list[Article]:
    told = zip(titles, texts, strict=True)
    return [make_article(f"art_{row}", title=title, text=text or title) for row, (title, text) in enumerate(told)]


def _clues(*titles: str, texts: Sequence[str] = ("", "")) -> list[Clue]:
    articles = _articles(*titles, texts=texts)
    events = tuple(Standing(f"evt_{row}", rows, rows) for row, rows in enumerate((ONE, OTHER)))
    readings = [make_reading(one) for one in articles]
    compared = Compared(events, np.full((2, 2), 0.5), np.zeros((2, 2), dtype=bool), articles, readings)
    return [clue for clue in held_against(compared, ONE, OTHER) if clue.what != "report"]


def _texts(clues: list[Clue], what: str, side: Side) -> list[str]:
    return [clue.text for clue in clues if (clue.what, clue.side) == (what, side)]


@pytest.mark.parametrize(
    ("one", "other", "finding"),
    [
        ("$412.3 million", "$408.9 million", Finding.CONFLICT),
        ("$412.3 million", "$412 million", Finding.SHARED),
        ("$412.3 million", "$300 million", Finding.CONFLICT),
    ],
)
def test_two_amounts_are_one_or_two_as_the_page_that_compares_has_it(one: str, other: str, finding: Finding) -> None:
    titles = [f"Thieves stole {amount} from the exchange Corvane" for amount in (one, other)]
    events = [make_event(make_member(article, Role.ORIGINAL)) for article in _articles(*titles)]
    (point,) = (point for point in side_by_side(*events).points if point.about is About.FIGURE)

    clues = _clues(*titles)

    told = [_texts(clues, "figure", side) for side in (Side.BOTH, Side.HERE, Side.THERE)]
    assert point.finding is finding
    assert told == ([[one], [], []] if finding is Finding.SHARED else [[], [one], [other]])


def test_what_one_side_alone_gives_is_told_once_also_where_nobody_says_what_it_measures() -> None:
    clues = _clues("Tidewatch spoke of $77 million on Monday", "Nothing is known of the matter")

    assert [clue for clue in clues if clue.what == "figure"] == [Clue("figure", Side.HERE, "$77 million")]


def test_prices_and_counts_are_held_against_each_other_as_they_are_rounded() -> None:
    clues = _clues(
        "Bitcoin falls to $60,120 as 40,192 traders give up", "Bitcoin falls to $60K as 38,000 traders give up"
    )

    assert _texts(clues, "figure", Side.BOTH) == ["$60,120"]
    assert (_texts(clues, "figure", Side.HERE), _texts(clues, "figure", Side.THERE)) == (["40,192"], ["38,000"])


def test_a_name_is_no_word_that_is_written_small() -> None:
    texts = "On Monday the bank Harbour sued over a loan.", "On Monday the harbour of the city was closed."
    clues = _clues("Harbour sues over a loan", "Storm keeps ships at sea", texts=texts)

    assert _texts(clues, "name", Side.BOTH) == []
    assert _texts(clues, "name", Side.HERE) == ["Harbour"]
