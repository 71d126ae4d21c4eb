"""Cursors carry the sort values and nothing but."""

import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import cursors

AT = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)


def test_a_cursor_gives_back_what_it_was_made_of() -> None:
    values = (3, 6, AT, "evt_1")

    assert cursors.decode(cursors.encode("signal", values), "signal") == values


def test_a_cursor_of_one_sort_is_refused_for_another() -> None:
    with pytest.raises(cursors.CursorError):
        cursors.decode(cursors.encode("recency", (AT, "evt_1")), "signal")


@given(st.text(max_size=60))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(cursors.CursorError):
        cursors.decode(text, "recency")


@pytest.mark.parametrize(
    "values",
    [
        ["recency", "2026-11-24T12:00:00+00:00"],
        ["recency", "2026-11-24T12:00:00", "evt_1"],
        ["recency", "2026-11-24T12:00:00+00:00", 5],
        ["recency", "2026-11-24T12:00:00+00:00", "evt\x00"],
        ["recency", "yesterday", "evt_1"],
        ["sources", 2**40, "2026-11-24T12:00:00+00:00", "evt_1"],
        ["sources", True, "2026-11-24T12:00:00+00:00", "evt_1"],
    ],
)
def test_values_that_no_row_can_have_are_refused(values: list[object]) -> None:
    forged = base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")

    with pytest.raises(cursors.CursorError):
        cursors.decode(forged, str(values[0]))
