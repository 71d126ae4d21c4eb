"""Whose site an address is on."""

import pytest

from ingest.article import Publisher, Standing
from ingest.ownership import Sites
from tests.builders import make_publisher

ESTABLISHED = make_publisher("ledgerpost", home="https://www.ledgerpost.com")
UNRATED = make_publisher("tally", home="https://tally.com/news", standing=Standing.UNRATED)
ANOTHER = make_publisher("courier", home="https://courier.com")
SPAM = make_publisher("spam", home="https://spam.com", standing=Standing.UNRATED)
NAMESAKE = make_publisher("ledgerpost-com", home="https://ledgerpost.com", standing=Standing.UNRATED)
SITES = Sites([ESTABLISHED, UNRATED, ANOTHER, SPAM, NAMESAKE])


@pytest.mark.parametrize(
    ("url", "by", "owner"),
    [
        ("https://news.ledgerpost.com/a", ESTABLISHED, None),
        ("https://elsewhere.com/a", SPAM, None),
        ("https://amp.ledgerpost.com/a", SPAM, ESTABLISHED),
        ("https://ledgerpost.com/a", ANOTHER, ESTABLISHED),
        ("https://tally.com/a", SPAM, UNRATED),
        ("https://tally.com/a", ESTABLISHED, None),
        ("http://[", SPAM, None),
    ],
)
def test_a_site_is_its_publishers_and_an_unrated_one_takes_nothing_from_an_established(
    url: str, by: Publisher, owner: Publisher | None
) -> None:
    assert SITES.other_owner(url, by) == owner
