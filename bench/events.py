"""How firmly events are told apart, on the labelled windows of SECONDSOURCE_CORPUS.

- how alike the events are when articles come in another order within two hours;
- how often taking the first-named evidence out of an article's text lowers its score.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from statistics import mean

import numpy as np
from sklearn.metrics import adjusted_rand_score

from bench.labelled import Labelled, Remembering, labelled
from bench.results import Result, report
from cluster.copies import sketch
from cluster.decision import decide
from cluster.embed_stage import read_article
from cluster.embedding import Embedder, lead_text
from cluster.event import Placement
from cluster.fitting.windows import LabelledWindow
from cluster.reading import Reading
from cluster.remembering import hold
from cluster.window import WINDOW, Window
from storage.settings import Settings

SHUFFLES, WITHIN = 20, timedelta(hours=2)
DELETED = 200
AT_LEAST_ARI, AT_LEAST_LOWERED = 0.95, 0.90  # the bars


def main() -> None:
    """Measures and reports; says so where there is no corpus."""
    settings = Settings()
    known, reader = labelled(settings), Remembering(settings.model_dir)
    embedder = Embedder(settings.model_dir)
    report([Result("receipts: lowered by deletion", _receipts(known, embedder, reader), AT_LEAST_LOWERED)])
    report([Result("placing: ARI over shuffled orders", round(_order(known.readings, reader), 4), AT_LEAST_ARI)])


def _order(readings: dict[str, list[Reading]], reader: Remembering) -> float:
    """The mean adjusted Rand index of each shuffled order against the order of publication."""
    found = []
    for number, (_, own) in zip(range(SHUFFLES), _forever(readings), strict=False):
        straight = _placed(own, reader)
        shuffled = _placed(_shuffled(own, random.Random(number)), reader)
        found.append(float(adjusted_rand_score(list(straight.values()), [shuffled[one] for one in straight])))
    return mean(found)


def _forever(readings: dict[str, list[Reading]]) -> Iterator[tuple[str, list[Reading]]]:
    while True:
        yield from readings.items()


def _shuffled(readings: Sequence[Reading], chance: random.Random) -> list[Reading]:
    def moved(reading: Reading) -> float:
        return reading.published_at.timestamp() + chance.uniform(-1, 1) * WITHIN.total_seconds()

    return sorted(readings, key=moved)


def _placed(readings: Sequence[Reading], reader: Remembering) -> dict[str, str]:
    window = Window(min(one.published_at for one in readings) - WINDOW)
    placed = {}
    for reading in readings:
        placement = decide(reading, window, reader)
        hold(window, reading, placement)
        placed[reading.article_id] = placement.event_id
    return placed


def _receipts(known: Labelled, embedder: Embedder, reader: Remembering) -> float:
    """The share of placed members whose score falls when the words of their first receipt are taken out."""
    lowered = [
        score < placement.probability
        for window in known.windows
        for placement, score in _without_evidence(window, known.readings[window.name], embedder, reader)
    ]
    return float(np.mean(lowered[:: max(1, len(lowered) // DELETED)][:DELETED]))


def _without_evidence(
    labelled: LabelledWindow, readings: Sequence[Reading], embedder: Embedder, reader: Remembering
) -> Iterator[tuple[Placement, float]]:
    articles = {article.id: article for article in labelled.articles}
    window = Window(readings[0].published_at - WINDOW)
    for number, reading in enumerate(readings):
        placement = decide(reading, window, reader)
        named = placement.because[0].text if placement.because else ""
        words = named.removeprefix("both report ").removeprefix("both name ").removeprefix("both say ")
        if words != named and number % 3 == 0:
            pieces = [piece.strip(" “”") for piece in words.replace(" and ", ", ").split(", ")]
            article = articles[reading.article_id]
            title, text = (_cut(part, pieces) for part in (article.title, article.text))
            vector, lead = embedder.embed([title, lead_text(title, text)])
            cut = replace(article, title=title, text=text)
            less = read_article(cut, cut, sketch(text), vector, lead)
            again = decide(less, window, reader)
            score = again.probability if again.event_id == placement.event_id else 0.0
            yield placement, score
        hold(window, reading, placement)


def _cut(text: str, pieces: Sequence[str]) -> str:
    for piece in pieces:
        text = text.replace(piece, " ")
    return text


if __name__ == "__main__":
    main()
