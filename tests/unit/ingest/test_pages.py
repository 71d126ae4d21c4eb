"""An article is found in its page, without what stands around it."""

import pytest

from ingest.pages import read_page
from tests.builders import NOON

URL = "https://ledgerpost.com/corvane?ref=x"
PARAGRAPHS = (
    "The exchange Corvane stopped withdrawals on Wednesday after an attacker drained one of its hot wallets.",
    "Customers' deposits in cold storage were untouched, the company wrote in a notice to its users that morning.",
    "Its chief of security said that the loss came to about four million dollars, which a reserve fund would cover.",
    "Withdrawals are to open again within two days, once an outside firm has looked at every key that was in use.",
)


def page(head: str = "", after: str = "") -> bytes:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    return (
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Corvane halts — Ledgerpost</title>{head}'
        "</head><body><nav><a href='/'>Home</a> <a href='/markets'>Markets</a></nav><main><article>"
        f"<h1>Corvane halts</h1><p class='byline'>By Ann Ray · 4 March 2026</p>{body}{after}"
        "<p>This is not investment advice.</p></article></main><aside><h2>Latest</h2><ul>"
        "<li><a href='https://partner.example/offer'>An offer of our partner</a></li></ul></aside>"
        "<footer>© Ledgerpost. Cookie policy.</footer></body></html>"
    ).encode()


def test_the_text_is_the_articles_paragraphs_and_nothing_else() -> None:
    assert read_page(page(), URL).text == "\n".join(PARAGRAPHS)


def test_a_declared_address_counts_on_the_same_site_only() -> None:
    own = read_page(page('<link rel="canonical" href="/corvane">'), URL)
    foreign = read_page(page('<link rel="canonical" href="https://elsewhere.com/corvane">'), URL)

    assert own.canonical_url == "https://ledgerpost.com/corvane"
    assert foreign.canonical_url is None


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2026-03-04T13:00:00+01:00">',
        '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2026-03-04T12:00:00Z"}</script>',
    ],
)
def test_a_page_states_when_it_was_published(head: str) -> None:
    assert read_page(page(head), URL).published_at == NOON


def test_links_are_those_of_the_text() -> None:
    linked = (
        "<p>A court had frozen the same wallet, <a href='https://court.example/order'>its order</a> of May says.</p>"
    )

    assert read_page(page(after=linked), URL).links == ("https://court.example/order",)


def test_the_language_is_the_one_the_page_declares() -> None:
    assert read_page(page(), URL).language == "en-GB"
    endless = read_page(page().replace(b"en-GB", b"en-abcdefgh-abcdefgh-abcdefgh"), URL).language
    assert endless == "en-abcdefgh-abcdefgh"  # as many characters as its column has


def test_the_servers_charset_is_used() -> None:
    body = page().replace(b'<meta charset="utf-8">', b"").replace(b"Customers'", "Kunden müssen — customers'".encode())

    assert "Kunden müssen — customers'" in read_page(body, URL, content_type="text/html; charset=utf-8").text


@pytest.mark.parametrize("body", [b"", b"\x00\xff\x00", b"<html></html>", b"plain words"])
def test_a_page_without_an_article_has_an_empty_text(body: bytes) -> None:
    assert read_page(body, URL).text == ""
