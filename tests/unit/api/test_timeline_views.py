"""What a timeline looks like as JSON."""

import json
from datetime import timedelta

from api.timeline_views import shown_timeline
from cluster.chains import Outline
from cluster.event import Figure, FigureValue
from cluster.lending import MAX_CHARACTERS, TITLE_CHARACTERS
from tests.unit.api.builders import NOON, make_article, make_event, make_full_event, make_member

OTHER = Outline("evt_0", "A fund files " + "and files " * 30, NOON - timedelta(hours=9), 2)


def test_a_milestone_names_the_report_or_the_event_that_it_is() -> None:
    shown = json.loads(shown_timeline(make_full_event(), [OTHER], None).model_dump_json())

    assert [one["happened"] for one in shown["milestones"]] == [
        "earlier_event", "first_report", "figure", "new_source", "confirmed", "other_figure",
    ]  # fmt: skip
    earlier, first = shown["milestones"][:2]
    assert earlier["event"] == {
        "id": "evt_0",
        "title": OTHER.title[:TITLE_CHARACTERS].rsplit(" ", 1)[0] + "…",
        "independent_sources": 2,
    }
    assert (earlier["article"], earlier["at"]) == (None, "2026-11-24T03:00:00Z")
    assert first["article"] == {
        "id": "art_1",
        "publisher": {"id": "harbour-ledger", "name": "Harbour Ledger", "standing": "established"},
        "title": "Bitcoin slips under $60,000 as forced closings pass $1 billion",
        "url": "https://harbour-ledger.example/art_1",
    }
    assert first["event"] is None


def test_the_spread_gives_its_width_in_seconds() -> None:
    spread = shown_timeline(make_full_event(), [], None).spread

    assert spread.bucket_seconds == 300
    assert [(one.new_sources, one.others) for one in spread.buckets] == [
        (1, 0), (0, 1), (0, 0), (0, 0), (0, 0), (1, 0), (0, 0), (0, 0), (0, 1), (0, 0), (0, 0), (0, 1),
    ]  # fmt: skip


def test_a_figure_that_would_quote_too_much_of_an_article_is_not_told() -> None:
    article = make_article(title="A long headline " * 30)
    short, long = ("word " * 10).strip(), "word " * MAX_CHARACTERS
    figures = tuple(
        Figure(text[:9], "USD", "agreed", (FigureValue(1.0, "", text, ("art_1",)),)) for text in (short, long)
    )

    shown = shown_timeline(make_event(make_member(article), figures=figures), [], None)

    assert [(one.text, one.quote) for one in shown.milestones if one.happened == "figure"] == [
        ("First figure for word word", short)
    ]
    titles = {one.article.title for one in shown.milestones if one.article}
    assert sum(map(len, titles)) + len(short) <= MAX_CHARACTERS
