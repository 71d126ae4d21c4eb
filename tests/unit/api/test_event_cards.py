"""What an event shows at a glance, and which report speaks for each of its origins."""

from dataclasses import replace

from api import event_cards, event_views
from cluster.event import Event, Role
from ingest.article import Flag
from tests.unit.api.builders import make_article, make_event, make_full_event, make_member


def _reserving(event: Event, article_ids: set[str]) -> Event:
    """The event, with articles whose publishers reserve their use."""
    members = [
        replace(one, article=replace(one.article, flags=frozenset({Flag.RESERVED})))
        if one.article.id in article_ids
        else one
        for one in event.members
    ]
    return replace(event, members=tuple(members))


def test_rows_are_one_fewer_than_the_sources_and_the_leads_copies_fold_under_it() -> None:
    lead, others = event_cards.rows(event_views.full_event(make_full_event()))

    assert [member.id for member in lead.folded] == ["art_2", "art_5"]
    assert [row.origin.id for row in others] == ["org_2"]
    assert [row.report.id for row in others] == ["art_3"]
    assert [member.id for member in others[0].folded] == ["art_4"]


def test_a_row_is_spoken_for_by_a_report_rather_than_by_a_copy() -> None:
    lead = make_member(make_article("art_1"), Role.ORIGINAL)
    copy = make_member(make_article("art_2", "Mirror Wire"), Role.COPY, "org_2")
    report = make_member(make_article("art_3", "Coin Courier"), Role.INDEPENDENT, "org_2")

    _, (row,) = event_cards.rows(event_views.full_event(make_event(lead, copy, report)))

    assert row.report.id == "art_3"


def test_a_card_names_one_publisher_for_each_row_of_the_events_page() -> None:
    late = make_member(make_article("art_9", "Perch Weekly"), origin="")
    full = make_full_event()
    event = replace(full, members=(*full.members, late))
    lead, others = event_cards.rows(event_views.full_event(event))

    card = event_cards.card(event)

    assert card.publishers == tuple(row.report.publisher.name for row in (lead, *others))
    assert card.publishers == ("Harbour Ledger", "Coin Courier")
    assert card.event == event_views.listed_event(event)


def test_a_card_says_that_figures_differ_where_the_events_page_shows_two_that_do() -> None:
    event = make_full_event()

    assert event_cards.card(event).has_disputed_figures
    assert not event_cards.card(make_event()).has_disputed_figures
    assert not event_cards.card(_reserving(event, {"art_3", "art_4"})).has_disputed_figures
