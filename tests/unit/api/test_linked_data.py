"""What pages say in schema.org's words."""

import json
from dataclasses import replace

from api import event_cards, event_views, linked_data
from tests.unit.api.builders import make_full_event, make_publisher

ADDRESS = "https://news.example/events/evt_1/x"


def event_data() -> dict[str, object]:
    shown = event_views.full_event(make_full_event())
    lead, others = event_cards.rows(shown)
    homes = {one.publisher.id: f"https://{one.publisher.id}.example" for one in shown.articles}
    reports = [row.report for row in (lead, *others)]
    found: dict[str, object] = json.loads(linked_data.event("https://news.example", ADDRESS, shown, reports, homes))
    return found


def test_an_event_is_a_list_of_other_peoples_reports_one_for_each_origin() -> None:
    data = event_data()

    assert (data["@type"], data["url"]) == ("CollectionPage", ADDRESS)
    listed = data["mainEntity"]
    assert isinstance(listed, dict)
    assert listed["numberOfItems"] == 2
    assert [step["item"]["publisher"] for step in listed["itemListElement"]] == [
        {"@type": "Organization", "name": "Harbour Ledger", "url": "https://harbour-ledger.example"},
        {"@type": "Organization", "name": "Coin Courier", "url": "https://coin-courier.example"},
    ]


def test_it_repeats_no_words_of_an_article_but_its_headline() -> None:
    data = json.dumps(event_data())

    assert "Tidewatch: $967 million" in data
    assert "articleBody" not in data
    assert "took a layer of borrowed money" not in data


def test_nothing_in_it_ends_the_script_it_stands_in() -> None:
    name = "</script><script>alert(1)</script><!-- & \u2028"
    written = linked_data.publisher(ADDRESS, replace(make_publisher(), name=name))

    assert not set("<>&\u2028") & set(written)
    assert json.loads(written)["mainEntity"]["name"] == name
