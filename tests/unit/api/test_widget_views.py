"""What the widget and the frame show of an event on one article's page."""

import pytest

from api.widget_replies import WidgetReply
from api.widget_views import same_story
from cluster.event import Event, Role
from tests.unit.api.builders import make_article, make_event, make_full_event, make_member


def _shown(event: Event, host_id: str | None) -> WidgetReply:
    shown = same_story(event, host_id)
    assert shown is not None
    return shown


@pytest.mark.parametrize("host_id", ["art_1", "art_2", "art_3", "art_4", "art_5"])
def test_rows_and_the_page_itself_come_to_the_count_of_sources(host_id: str) -> None:
    event = make_full_event()
    shown = _shown(event, host_id)

    assert len(shown.rows) + 1 == event.independent_sources
    assert shown.source_label == "2 sources"
    assert host_id not in {one.id for row in shown.rows for one in (row, *row.folded)}


def test_a_page_that_is_no_article_shows_every_origin() -> None:
    shown = _shown(make_full_event(), None)

    assert [row.publisher for row in shown.rows] == ["Harbour Ledger", "Coin Courier"]
    assert shown.source_label == "2 sources"


def test_nothing_is_shown_where_no_other_origin_is_left() -> None:
    assert same_story(make_event(make_member(make_article(), Role.ORIGINAL)), "art_1") is None


def test_nothing_is_shown_of_an_article_that_has_no_origin_yet() -> None:
    event = make_event(make_member(make_article()), make_member(make_article("art_2", "Coin Courier"), origin=""))

    assert same_story(event, "art_2") is None


def test_what_is_folded_is_counted_and_named() -> None:
    lead = make_member(make_article(), Role.ORIGINAL)
    second = make_member(make_article("art_2", "Coin Courier", minutes=1), origin="org_2")
    copies = [
        make_member(make_article(f"copy_{number}", f"Mirror {number}", minutes=2), Role.COPY, "org_2")
        for number in range(3)
    ]

    assert _shown(make_event(lead, second), "art_1").rows[0].folded_label == ""
    assert _shown(make_event(lead, second, copies[0]), "art_1").rows[0].folded_label == "1 copy"
    (row,) = _shown(make_event(lead, second, *copies), "art_1").rows
    assert row.folded_label == "3 copies"
    assert [one.id for one in row.folded] == ["copy_0", "copy_1", "copy_2"]
    (row,) = _shown(make_full_event(), "art_1").rows
    assert (row.note, row.folded_label) == ("Rests on Tidewatch", "1 more with the same origin")


def test_the_earliest_report_is_named_and_so_is_that_it_is_this_page() -> None:
    event = make_full_event()

    assert _shown(event, "art_1").first.is_this_page
    first = _shown(event, "art_3").first
    assert (first.publisher, first.is_this_page) == ("Harbour Ledger", False)


def test_disputed_figures_say_who_says_what() -> None:
    (figure,) = _shown(make_full_event(), "art_1").disputed

    assert figure.what == "forced closings"
    assert [(one.text, one.publishers) for one in figure.values] == [
        ("above $1 billion", ["Harbour Ledger", "Harbour Markets"]),
        ("$967 million", ["Coin Courier", "Blockline Daily"]),
    ]


def test_the_signal_comes_with_its_reasons() -> None:
    signal = _shown(make_full_event(), "art_1").signal

    assert signal.label == "High signal"
    assert [one.passed for one in signal.reasons] == [True, True, True, False]
