"""One article has one address."""

import pytest

from ingest.urls import MAX_HOST, canonical_url, host_of, same_site


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://Ledgerpost.example:443/a?utm_source=rss&utm_medium=feed#top", "https://ledgerpost.example/a"),
        ("https://ledgerpost.example/a/amp/", "https://ledgerpost.example/a/"),
        ("https://ledgerpost.example/a.amp", "https://ledgerpost.example/a"),
        ("https://ledgerpost.example/a?outputType=amp", "https://ledgerpost.example/a"),
        ("https://ledgerpost.example/a?amp=1&id=7", "https://ledgerpost.example/a?id=7"),
        ("https://ledgerpost.example/x/../a?p=123", "https://ledgerpost.example/a?p=123"),
        ("https://ledgerpost.example/../x/./y/..", "https://ledgerpost.example/x/"),
        ("https://ledgerpost.example", "https://ledgerpost.example/"),
        ("https://ledgerpost.example//2026/03/corvane", "https://ledgerpost.example//2026/03/corvane"),
        ("https://spam.example//ledgerpost.example/a", "https://spam.example//ledgerpost.example/a"),
        ("http://127.0.0.1:8800/a", "http://127.0.0.1:8800/a"),
        ("https://reader:secret@ledgerpost.example", "https://ledgerpost.example/"),
        ("https://ledgerpost.example/camp", "https://ledgerpost.example/camp"),
        ("https://ledgerpost.example/a b?c=d e", "https://ledgerpost.example/a%20b?c=d+e"),
        ("https://ledgerpost.example/co\u200brvane\u202e", "https://ledgerpost.example/corvane"),
    ],
)
def test_ways_to_link_an_article_become_one(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(
    "url",
    [
        *("", "javascript:alert(1)", "ftp://a.example/x", "/a", "http://", "http://[::1", "a b"),
        *("https://ledgerpost|example/", "https://ledger post.example/a", "https://<b>/"),
        *("http://a.example/" + "東" * 700, "http://a.example/\0", "http://a.example/\tx", "http://a.example/\ud800"),
    ],
)
def test_what_is_no_web_address_has_no_canonical_form(url: str) -> None:
    assert canonical_url(url) is None


def test_a_page_names_its_canonical_address_on_its_own_site() -> None:
    assert canonical_url("https://m.ledgerpost.com/a?x=1", "https://www.ledgerpost.com/a") == (
        "https://www.ledgerpost.com/a"
    )


@pytest.mark.parametrize("declared", ["https://elsewhere.com/a", "https://ledgerpost.com/", "javascript:a()", "//["])
def test_another_site_or_the_front_page_is_not_believed(declared: str) -> None:
    assert canonical_url("https://ledgerpost.com/a", declared) == "https://ledgerpost.com/a"


def test_a_site_is_a_registrable_domain_or_an_address_with_its_port() -> None:
    assert same_site("https://www.ledgerpost.co.uk/a", "http://news.ledgerpost.co.uk/b")
    assert not same_site("https://ledgerpost.co.uk", "https://other.co.uk")
    assert not same_site("https://one.github.io", "https://two.github.io")
    assert not same_site("http://127.0.0.1:8801/", "http://127.0.0.1:8802/")
    assert not same_site("mailto:a@ledgerpost.com", "mailto:a@ledgerpost.com")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Ledgerpost.example/feed?x=1", "https://ledgerpost.example:443"),
        ("https://ledgerpost.example.:443/other", "https://ledgerpost.example:443"),
        ("http://ledgerpost.example/feed", "http://ledgerpost.example:80"),
        ("http://ledgerpost.example:8080/feed", "http://ledgerpost.example:8080"),
        ("https://bücher.example/", "https://xn--bcher-kva.example:443"),
        ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example:443"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("http://ledgerpost.example:port/", "http://ledgerpost.example:port/"),
        ("", ""),
    ],
)
def test_a_host_is_scheme_name_and_port(url: str, host: str) -> None:
    assert host_of(url) == host
    assert len(host_of("https://" + "a" * 5000)) == MAX_HOST


@pytest.mark.parametrize(
    "url", ["http://[2001:db8::1]/feed", "https://bücher.example/", "http://ledgerpost.example:8080"]
)
def test_below_a_host_are_addresses_of_its_own(url: str) -> None:
    assert host_of(f"{host_of(url)}/robots.txt") == host_of(url)
