"""Judging counts what it says it counts, and no window is told by a model that saw it."""

import pytest

from cluster.event import ArticleType, Theme
from cluster.fitting.corpus import Labelled
from cluster.fitting.judging import folds, judge, leave_one_window_out


def labelled(id: str, window: str) -> Labelled:
    return Labelled(id, window, "ledgerpost", "Title", "Text", None, ArticleType.NEWS, Theme.OTHER)


ARTICLES = [labelled("a", "dev-a"), labelled("b", "dev-b"), labelled("c", "more-1"), labelled("d", "dev-a")]


def test_precision_and_recall_are_of_one_class() -> None:
    judged = judge(["news", "news", "roundup", "roundup"], ["news", "news", "news", "roundup"])

    assert judged.accuracy == 0.75
    assert (judged["roundup"].precision, judged["roundup"].recall) == (1.0, 0.5)
    assert judged["news"].precision == pytest.approx(2 / 3)
    assert judged.macro_f1 == pytest.approx((0.8 + 2 / 3) / 2)


def test_a_class_never_told_scores_nothing() -> None:
    assert judge(["news", "opinion"], ["news", "news"])["opinion"].f1 == 0.0


def test_a_window_is_tested_by_what_was_fitted_without_it() -> None:
    assert list(folds(ARTICLES)) == [([1, 2], [0, 3]), ([0, 2, 3], [1])]


def test_windows_of_other_names_are_never_tested() -> None:
    told = leave_one_window_out(ARTICLES, lambda fitted, tested: [tuple(fitted)] * len(tested))

    assert told == {0: (1, 2), 3: (1, 2), 1: (0, 2, 3)}
