"""Whose a feed is, told from its address."""

import pytest

from ingest.sites import home_of, publisher_id, publisher_site


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.outlet.co.uk/feed", "outlet.co.uk"),
        ("https://news.outlet.co.uk/", "outlet.co.uk"),
        ("https://news.ledgerpost.example/feed", "ledgerpost.example"),
        ("https://alder.substack.com/feed", "alder.substack.com"),
        ("https://alder.medium.com/feed", "alder.medium.com"),
        ("https://medium.com/feed/@Alder", "medium.com/@alder"),
        ("https://medium.com/@alder/a-post-123", "medium.com/@alder"),
        ("https://medium.com/feed/birch-weekly", "medium.com/birch-weekly"),
        ("https://feeds.feedburner.com/Alder?format=xml", "feeds.feedburner.com/alder"),
        ("https://www.youtube.com/feeds/videos.xml?channel_id=1", "youtube.com/feeds/videos.xml?channel_id=1"),
        ("http://127.0.0.1:8801/feed", "127.0.0.1:8801"),
        ("http://[2001:db8::1]:99/", "[2001:db8::1]:99"),
        ("http://intranet/feed", "intranet"),
        ("http://localhost:8801/feed", "localhost:8801"),
        ("ftp://ledgerpost.example/", None),
        ("http://[::1", None),
        ("", None),
    ],
)
def test_a_site_is_what_a_publishers_addresses_have_in_common(url: str, site: str | None) -> None:
    assert publisher_site(url) == site


@pytest.mark.parametrize(
    ("url", "home"),
    [
        ("https://www.ledgerpost.example/feed?x=1", "https://www.ledgerpost.example"),
        ("https://medium.com/feed/@Alder", "https://medium.com/@alder"),
        ("http://127.0.0.1:8801/feed", "http://127.0.0.1:8801"),
    ],
)
def test_a_feeds_home_is_the_front_page_of_its_site(url: str, home: str) -> None:
    assert home_of(url) == home
    assert publisher_site(home) == publisher_site(url)


@pytest.mark.parametrize(
    ("site", "id"),
    [
        ("www.Ledger-Post.example", "ledger-post-example"),
        ("medium.com/@alder", "medium-com-alder"),
        ("127.0.0.1:8801", "127-0-0-1-8801"),
        ("新聞", "unnamed"),
        ("a" * 200, "a" * 70),
    ],
)
def test_a_site_makes_a_plain_id(site: str, id: str) -> None:
    assert publisher_id(site) == id
