"""A site is a registrable host and nothing else that a request may hold."""

import pytest

from api.shown.sites import Showing, site_named, site_of_showing
from api.shown.tally import OTHER


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://www.harbour-ledger.example/bitcoin-slips?reader=ann#top", "harbour-ledger.example"),
        ("https://ann:secret@Markets.Harbour-Ledger.example:8443/", "harbour-ledger.example"),
        ("https://ann.substack.com/p/1", "ann.substack.com"),
        ("https://news.paper.co.uk/", "paper.co.uk"),
        ("https://b\u00f6rse.example/", "xn--brse-5qa.example"),
        ("http://127.0.0.1:8400/page", "127.0.0.1"),
        *(
            (hostile, OTHER)
            for hostile in ("", "null", "no address", "https://", "http://localhost/", "https://[::1]/")
        ),
        *((hostile, OTHER) for hostile in ("https://<b>.example/", "https://a b.example", "https://a\x00.example/")),
        *((hostile, OTHER) for hostile in (f"https://{'a' * 300}.example/", "https://a.example:port/")),
    ],
)
def test_of_an_address_the_registrable_host_is_kept(address: str, site: str) -> None:
    assert site_named(address) == site


def test_the_page_asked_about_says_where_and_only_without_one_the_browser_does() -> None:
    sent = [(b"referer", b"https://a.example/private"), (b"origin", b"https://www.b.example"), (b"cookie", b"x=y")]

    assert site_of_showing(Showing("evt_1", "c.example"), sent) == "c.example"
    assert site_of_showing(Showing("evt_1", None), sent) == "b.example"
    assert site_of_showing(Showing("evt_1", None), sent[:1]) == OTHER
