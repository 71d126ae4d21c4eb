"""What the front page's address asks for, and the links that keep it."""

import pytest
from fastapi.exceptions import RequestValidationError

from api.narrowing import address, conditions, given_in, read_query, stream_address
from tests.unit.api.builders import make_publisher


def test_empty_fields_unknown_names_and_the_usual_order_ask_for_nothing() -> None:
    assert given_in({"theme": "", "q": "  ", "utm_source": "x", "sort": "signal", "asset": "BTC"}) == {"asset": "BTC"}


def test_an_asset_may_be_called_by_its_name() -> None:
    assert given_in({"asset": "bitcoin cash"}) == {"asset": "BCH"}


def test_one_view_has_one_address_whatever_the_order_asked_in() -> None:
    one, other = given_in({"theme": "etf", "asset": "BTC"}), given_in({"asset": "BTC", "theme": "etf"})

    assert address(one) == address(other) == "/?asset=BTC&theme=etf"


def test_a_condition_is_taken_away_without_the_others_and_from_the_first_page_on() -> None:
    given = given_in({"q": "a & b", "publisher": "the-tally", "min_sources": "2", "sort": "recency", "cursor": "abc"})

    found = conditions(given, [make_publisher("The Tally")])

    assert [(one.words, one.without) for one in found] == [
        ("“a & b”", "/?min_sources=2&publisher=the-tally&sort=recency"),
        ("2 or more sources", "/?q=a+%26+b&publisher=the-tally&sort=recency"),
        ("reported by The Tally", "/?q=a+%26+b&min_sources=2&sort=recency"),
    ]


def test_a_day_counts_to_its_end() -> None:
    query = read_query({"from": "2026-11-23", "to": "2026-11-24"})

    assert query.published_from
    assert query.published_from.isoformat() == "2026-11-23T00:00:00+00:00"
    assert query.published_to
    assert query.published_to.isoformat() == "2026-11-24T23:59:59+00:00"


@pytest.mark.parametrize(
    ("given", "said"),
    [({"asset": "no such coin"}, "a ticker"), ({"q": "?!"}, "there is no word"), ({"to": "soon"}, "an instant looks")],
)
def test_what_does_not_parse_is_said_to_a_reader(given: dict[str, str], said: str) -> None:
    with pytest.raises(RequestValidationError) as caught:
        read_query(given)

    assert caught.value.errors()[0]["msg"].startswith(said)


def test_the_stream_is_asked_for_what_it_knows_and_for_nothing_else() -> None:
    told = "type=described&type=merged&type=removed"

    assert stream_address({"sort": "recency"}) == f"/v1/stream?{told}"
    assert stream_address({"asset": "BTC"}) == f"/v1/stream?asset=BTC&{told}"
    assert stream_address({"q": "bitcoin"}) is None
    assert stream_address({"asset": "BTC", "cursor": "abc"}) is None
