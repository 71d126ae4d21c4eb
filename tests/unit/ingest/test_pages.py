"""An article is found in its page, without what stands around it."""

import random
import time

import pytest

from bench.pages import padded_page, plain_page
from ingest.entry import MAX_LINKS, MAX_LINKS_BYTES, MAX_TEXT
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


@pytest.mark.parametrize("seed", range(6))
def test_what_stands_around_an_article_is_left_out_however_it_is_marked(seed: int) -> None:
    title, text = "Corvane halts", "\n".join(PARAGRAPHS)
    others = ("Ledger of the week", "Brackwater opens its vault")

    padded = read_page(padded_page(title, text, others, random.Random(seed), size=100_000), URL)

    assert padded.text == text
    assert padded == read_page(plain_page(title, text, others), URL)


@pytest.mark.parametrize("unclosed", ["<nav><a href='/'>Home</a>", "<noscript>", "<form action='/s'><input name='q'>"])
def test_an_article_is_found_within_what_its_page_forgot_to_close(unclosed: str) -> None:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    text = read_page(f"<html><body>{unclosed}<article>{body}</article></body></html>".encode(), URL).text

    assert all(paragraph in text for paragraph in PARAGRAPHS)


@pytest.mark.parametrize("title", ["Corvane halts withdrawals", "A breach? Corvane halts withdrawals"])
def test_of_a_teaser_only_the_teaser_is_taken(title: str) -> None:
    teaser = "A breach of its wallets cost Corvane four million dollars"
    read = read_page(plain_page(title, teaser, ("Brackwater opens its vault",)), URL)

    assert read.text == teaser


def test_a_table_is_its_cells_and_a_list_its_entries() -> None:
    table = "<table><tr><th>Wallet</th><th>Loss</th></tr><tr><td>Hot | warm</td><td>4.1 million</td></tr></table>"

    read = read_page(page(after=f"{table}<ul><li>Deposits are safe.</li><li>Withdrawals wait.</li></ul>"), URL)

    assert read.text.split("\n")[len(PARAGRAPHS) :] == [
        "Wallet Loss",
        "Hot | warm 4.1 million",
        "Deposits are safe.",
        "Withdrawals wait.",
    ]


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
        '<meta name="DC.date.issued" content="2026-03-04T12:00:00Z">',
        '<time itemprop="datePublished" datetime="2026-03-04T12:00:00Z">4 March</time>',
    ],
)
def test_a_page_states_when_it_was_published(head: str) -> None:
    assert read_page(page(head), URL).published_at == NOON


@pytest.mark.parametrize(
    "extra",
    [
        "<footer>© 2019 Ledgerpost</footer>",
        "<footer>Copyright 2014-2019 Ledgerpost. Last updated 3 January 2019.</footer>",
        "<p>It was founded on January 3, 2009 in London.</p><p>Its first block is of 2009-01-03.</p>",
        "<img src='/uploads/2018/02/03/x.png'><abbr title='2018-02-03'>x</abbr>",
        "<meta property='og:image' content='https://ledgerpost.com/uploads/2018/02/03/x.png'>",
    ],
)
def test_a_date_that_is_not_said_to_be_that_of_publication_is_none(extra: str) -> None:
    assert read_page(page(after=extra).replace(b" \xc2\xb7 4 March 2026", b""), URL).published_at is None


def test_links_are_those_of_the_text() -> None:
    linked = (
        "<p>A court had frozen the same wallet, <a href='https://court.example/order'>its order</a> of May says.</p>"
    )

    assert read_page(page(after=linked), URL).links == ("https://court.example/order",)


def test_no_page_is_endless() -> None:
    links = "".join(f"<p>See <a href='https://h{number}.example/'>it</a> there.</p>" for number in range(2 * MAX_LINKS))
    read = read_page(page(after=links + f"<p>{'Endless text. ' * MAX_TEXT}</p>"), URL)

    assert len(read.links) == MAX_LINKS
    assert MAX_TEXT - 20 < len(read.text) <= MAX_TEXT


def test_a_long_address_makes_no_more_of_a_pages_links_than_they_are() -> None:
    links = "".join(f"<p>See <a href='{number}'>it</a> there.</p>" for number in range(MAX_LINKS))
    read = read_page(page(after=links), f"https://ledgerpost.com/{'a' * 1900}/b")

    assert read.links
    assert sum(len(link.encode()) for link in read.links) <= MAX_LINKS_BYTES


def test_the_language_is_the_one_the_page_declares() -> None:
    assert read_page(page(), URL).language == "en-GB"
    endless = read_page(page().replace(b"en-GB", b"en-abcdefgh-abcdefgh-abcdefgh"), URL).language
    assert endless == "en"  # its column has 20 characters


def test_the_servers_charset_is_used() -> None:
    body = page().replace(b'<meta charset="utf-8">', b"").replace(b"Customers'", "Kunden müssen — customers'".encode())

    assert "Kunden müssen — customers'" in read_page(body, URL, content_type="text/html; charset=utf-8").text


def test_the_pages_own_charset_is_used_where_the_server_names_none() -> None:
    named = page().replace(b'"utf-8"', b'"windows-1251"').replace("—".encode(), b"-").replace("·".encode(), b"-")
    russian = named.replace("©".encode(), b"").replace(b"Customers'", "Вклады и".encode("cp1251"))

    assert "Вклады и deposits" in read_page(russian, URL, content_type="text/html").text


@pytest.mark.parametrize(
    "body",
    [
        page(after=f"<p>{'| ' * 100_000}x</p>"),
        page(after=f"<p>{'<b>x</b> y ' * 40_000}</p>"),
        page(after=f"<pre>a{' ' * 300_000}x</pre>"),
        page(after=f"<table>{('<tr><td>a</td>' + '<td></td>' * 95 + '<td>x</td></tr>') * 100}</table>"),
        page(after="<blockquote><a href='/y'>z</a> " * 20_000),
        page(after="<article><time datetime='2026-01-01'></time>" * 20_000),
        page(head="<script type='application/ld+json'>" + '"isAccessibleForFree"  ' * 50_000 + "</script>"),
        page().replace(b"<!doctype html>", b"<!doctype html " + b"/" * 300_000 + b"\n"),
    ],
    ids=["bars", "pieces", "spaces", "empty cells", "nested quotes", "nested articles", "linked data", "doctype"],
)
def test_no_page_takes_long(body: bytes) -> None:
    started = time.process_time()
    read_page(body, URL)

    assert time.process_time() - started < 5


@pytest.mark.parametrize("body", [b"", b"\x00\xff\x00", b"<html></html>", b"plain words", b"<script>html</script>"])
def test_a_page_without_an_article_has_an_empty_text(body: bytes) -> None:
    assert read_page(body, URL).text == ""
