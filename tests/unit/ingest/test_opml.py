"""Subscription lists become publishers with their feeds."""

import pytest

from ingest.article import Standing
from ingest.opml import NotOpml, publisher_id, read_opml
from ingest.publishers import listed_publishers

LIST = b"""<?xml version="1.0"?><opml version="2.0"><body>
<outline text="Folder"><outline type="rss" title="Ledger Post" xmlUrl="https://news.ledgerpost.example/feed"/></outline>
<outline type="rss" title="Ledger Post: policy" xmlUrl="https://news.ledgerpost.example/policy"/>
<outline type="rss" title="Elsewhere" xmlUrl="http://127.0.0.1:8801/feed"/>
<outline type="rss" title="Odd" xmlUrl="javascript:alert(1)"/><outline type="rss" title="Local" xmlUrl="file:///etc/passwd"/>
</body></opml>"""


def test_feeds_of_one_host_are_one_publisher() -> None:
    found = read_opml(LIST, Standing.ESTABLISHED)

    assert [(one.publisher.id, one.publisher.name) for one in found] == [
        ("news-ledgerpost-example", "Ledger Post"),
        ("127-0-0-1-8801", "Elsewhere"),
    ]
    assert found[0].feeds == ("https://news.ledgerpost.example/feed", "https://news.ledgerpost.example/policy")
    assert found[0].publisher.standing is Standing.ESTABLISHED


@pytest.mark.parametrize("document", [b"", b"<html><body>Not here</body></html>", b"\x00\xff", b"<opml><body/></opml>"])
def test_what_lists_no_feed_is_refused_with_a_hint(document: bytes) -> None:
    with pytest.raises(NotOpml, match="xmlUrl"):
        read_opml(document, Standing.UNRATED)


def test_a_host_alone_makes_a_plain_id() -> None:
    assert publisher_id("www.Ledger-Post.example") == "ledger-post-example"
    assert len(publisher_id(f"{'long.' * 40}example")) == 80


def test_the_bundled_publishers_are_twelve_with_one_feed_or_more_each() -> None:
    listed = listed_publishers()

    assert len({one.publisher.id for one in listed}) == len(listed) == 12
    assert all(one.feeds and all(url.startswith("https://") for url in one.feeds) for one in listed)
