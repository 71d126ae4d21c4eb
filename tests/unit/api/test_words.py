"""The words on pages and in addresses."""

import pytest

from api import words
from tests.unit.api.builders import NOON


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Bitcoin's drop: $1 billion, gone!", "bitcoins-drop-1-billion-gone"),
        ("Zürich börse öffnet", "zurich-borse-offnet"),
        ("比特币", "event"),
        ("", "event"),
        ("word " * 40, "-".join(["word"] * 14)),
    ],
)
def test_a_slug_is_plain_words(title: str, expected: str) -> None:
    assert words.slug(title) == expected


@pytest.mark.parametrize(("count", "label"), [(0, "0 sources"), (1, "1 source"), (2, "2 sources")])
def test_the_source_label_counts(count: int, label: str) -> None:
    assert words.source_label(count) == label


def test_instants_are_printed_in_utc() -> None:
    assert words.instant_words(NOON) == "24 Nov 2026, 12:00 UTC"
