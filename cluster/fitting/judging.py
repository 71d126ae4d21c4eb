"""Judges told classes against labelled ones, leaving one window out at a time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from cluster.fitting.corpus import TESTED, Labelled

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ClassScore:
    """How one class was told. Precision of a class never told is 0."""

    name: str
    labelled: int
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Judgement:
    accuracy: float
    classes: tuple[ClassScore, ...]  # those that were labelled at all, by name

    @property
    def macro_f1(self) -> float:
        return sum(one.f1 for one in self.classes) / len(self.classes)

    def __getitem__(self, name: str) -> ClassScore:
        return next(one for one in self.classes if one.name == name)


def judge(labels: Sequence[str], told: Sequence[str]) -> Judgement:
    """Accuracy, and precision and recall of each class."""
    pairs = list(zip(labels, told, strict=True))
    hits = [label for label, one in pairs if label == one]
    scores = tuple(
        ClassScore(
            name,
            labelled=labels.count(name),
            precision=hits.count(name) / max(1, told.count(name)),
            recall=hits.count(name) / labels.count(name),
        )
        for name in sorted(set(labels))
    )
    return Judgement(len(hits) / len(pairs), scores)


def folds(articles: Sequence[Labelled]) -> Iterator[tuple[list[int], list[int]]]:
    """Rows to fit on and rows to test on, for each tested window; windows of other names are only fitted on."""
    windows = [one.window for one in articles]
    for window in sorted({one for one in windows if one.startswith(TESTED)}):
        fitted = [row for row, one in enumerate(windows) if one != window]
        yield fitted, [row for row, one in enumerate(windows) if one == window]


def leave_one_window_out(
    articles: Sequence[Labelled], tell: Callable[[list[int], list[int]], Sequence[T]]
) -> dict[int, T]:
    """What is told of each tested article by what was fitted without its window.

    `tell` gets the rows to fit on and the rows to tell of, and answers for the latter in order.
    """
    told: dict[int, T] = {}
    for fitted, tested in folds(articles):
        told.update(zip(tested, tell(fitted, tested), strict=True))
    return told
