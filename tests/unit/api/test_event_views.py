"""What events look like as JSON."""

import json
from datetime import timedelta

import pytest

from api import event_replies, event_views
from cluster.event import PrimaryRecord, Quote, Role, Status, Why
from cluster.lending import MAX_CHARACTERS
from ingest.article import Flag
from tests.unit.api.builders import NOON, RECORD_WORDS, make_article, make_event, make_full_event, make_member


def test_an_event_has_exactly_the_promised_fields() -> None:
    shown = json.loads(event_views.full_event(make_full_event()).model_dump_json())

    assert set(shown) == {
        "id", "status", "merged_into", "split_from", "version", "title", "title_by", "summary", "key_points",
        "first_published_at", "last_published_at", "updated_at", "counts", "source_label", "lead_article", "articles",
        "origins", "primary_record", "assets", "themes", "signal", "why_this_matters", "figures", "related", "editor",
    }  # fmt: skip
    assert shown["counts"] == {"articles": 5, "publishers": 5, "independent_sources": 2, "copies": 1}
    assert shown["source_label"] == "2 sources"
    assert shown["articles"][2]["nearest_rival"] == {"event_id": "evt_9", "score": 0.31}
    assert shown["articles"][2]["because"][0] == {
        "code": "shared_figure",
        "text": "Both give $1 billion in forced closings.",
        "value": 1e9,
        "contribution": 1.8,
    }
    assert shown["signal"]["override"] is None
    assert shown["editor"] == {"locked": False, "pinned": False, "hidden": False, "last_action": None}


def test_lists_leave_out_what_only_the_event_itself_says() -> None:
    event = make_full_event()
    left_out = set(event_views.full_event(event).model_dump()) - set(event_views.listed_event(event).model_dump())

    assert left_out == {"articles", "origins", "figures", "related", "why_this_matters"}


def test_instants_end_in_z() -> None:
    assert (
        json.loads(event_views.listed_event(make_event()).model_dump_json())["first_published_at"]
        == "2026-11-24T12:00:00Z"
    )


def test_a_member_that_was_not_described_yet_waits() -> None:
    lead = make_member(make_article("art_1"), Role.ORIGINAL)
    late = make_member(make_article("art_2", "Coin Courier"), origin="")

    assert [member.id for member in event_views.full_event(make_event(lead, late)).articles] == ["art_1"]


def test_one_article_lends_at_most_400_characters_to_all_fields_together() -> None:
    lead = make_member(make_article("art_1", text="A sentence of the lead. " * 60), Role.ORIGINAL)
    quotes = tuple(Quote("art_1", f"{number} " + "words of the lead " * 8) for number in range(5))
    shown = event_views.full_event(make_event(lead, summary=quotes, key_points=quotes[2:]))

    parts = [shown.title, shown.lead_article.excerpt, *(one.text for one in [*shown.summary, *shown.key_points])]

    assert shown.summary
    assert sum(len(part) for part in parts) <= MAX_CHARACTERS


def test_the_words_that_a_reason_repeats_are_counted_before_what_else_is_quoted() -> None:
    record = "according to the papers that the court in the old harbour town made public"
    title = "A headline of a hundred characters that leaves a reason and a point no room beside each other, as here"
    why = Why(f"Harbour Ledger cites a court record: “{record}”.", "primary_record", (Quote("art_1", record),))
    point = Quote("art_1", "Most of those whose bets were closed by force had borrowed all that they lost. " * 2)
    lead = make_member(make_article(title=title, text="A sentence of the lead. " * 60), Role.ORIGINAL)
    shown = event_views.full_event(make_event(lead, why=why, key_points=(point,)))

    assert shown.why_this_matters is not None
    parts = [title, shown.lead_article.excerpt, record, *(one.text for one in shown.key_points)]
    assert sum(len(part) for part in parts) <= MAX_CHARACTERS
    assert [quote.text for quote in shown.why_this_matters.evidence] == [record]


@pytest.mark.parametrize(("characters", "is_shown"), [(70, True), (100, False)])
def test_a_reason_has_room_for_its_words_beside_two_headlines_or_is_not_given(characters: int, is_shown: bool) -> None:
    title, first, record = "t" * 157, "f" * 156, "r" * characters
    why = Why(f"Harbour Ledger cites a court record: “{record}”.", "primary_record", (Quote("art_1", record),))
    article = make_article(title=title, first_title=first, text="A sentence of the lead. " * 60)
    shown = event_views.full_event(make_event(make_member(article, Role.ORIGINAL), why=why))

    assert (shown.why_this_matters is not None) is is_shown
    parts = [title, first, shown.lead_article.excerpt, record if is_shown else ""]
    assert sum(len(part) for part in parts) <= MAX_CHARACTERS


def test_a_reserved_article_shows_its_title_and_link_only() -> None:
    article = make_article(flags=frozenset({Flag.RESERVED}))
    member = make_member(article, Role.ORIGINAL)

    shown = event_views.full_event(
        make_event(member, summary=(Quote("art_1", "A sentence of it that is long enough."),))
    )

    assert (shown.lead_article.excerpt, shown.summary) == ("", [])
    assert shown.lead_article.url == article.url


def test_a_primary_record_is_shown_with_the_words_that_cite_it_in_lists_too() -> None:
    event = make_full_event()
    shown = event_views.full_event(event).primary_record

    assert shown == event_replies.PrimaryRecordReply(
        kind="court", text="Coin Courier cites a court record", article_id="art_3", quote=RECORD_WORDS, url=None
    )
    assert event_views.listed_event(event).primary_record == shown


def test_a_primary_record_that_is_linked_to_is_shown_by_its_address_even_where_no_word_may_be_quoted() -> None:
    member = make_member(make_article(flags=frozenset({Flag.RESERVED})), Role.ORIGINAL)
    link = "https://www.courtlistener.com/docket/31"
    record = PrimaryRecord("court", "Harbour Ledger links to a court record", Quote("art_1", "courtlistener.com"), link)

    shown = event_views.full_event(make_event(member, record=record)).primary_record

    assert shown is not None
    assert (shown.quote, shown.url) == (None, link)


def test_a_primary_record_whose_words_may_not_be_quoted_is_not_shown() -> None:
    member = make_member(make_article(flags=frozenset({Flag.RESERVED})), Role.ORIGINAL)
    record = PrimaryRecord("court", "Harbour Ledger cites a court record", Quote("art_1", RECORD_WORDS))

    assert event_views.full_event(make_event(member, record=record)).primary_record is None


def test_the_words_that_cite_a_record_count_into_what_an_article_lends() -> None:
    lead = make_member(make_article("art_1", text="A sentence of the lead. " * 60), Role.ORIGINAL)
    words = "words of the record, " * 3 + "no more"
    quotes = tuple(Quote("art_1", f"{number} " + "words of the lead " * 8) for number in range(5))
    record = PrimaryRecord("court", "Harbour Ledger cites a court record", Quote("art_1", words))
    shown = event_views.full_event(make_event(lead, summary=quotes, key_points=quotes[2:], record=record))

    parts = [shown.title, shown.lead_article.excerpt, *(one.text for one in [*shown.summary, *shown.key_points])]

    assert shown.primary_record is not None
    assert shown.primary_record.quote == words
    assert sum(len(part) for part in (*parts, words)) <= MAX_CHARACTERS


def test_a_removed_event_leaves_a_tombstone() -> None:
    stone = event_views.tombstone(make_event(status=Status.REMOVED))

    assert stone == event_replies.TombstoneReply(
        id="evt_1", status="removed", removed_at=NOON + timedelta(minutes=30), reason=None
    )


def test_a_merged_event_says_where_it_went() -> None:
    assert event_views.moved_event(make_event(status=Status.MERGED)).merged_into == "evt_2"
