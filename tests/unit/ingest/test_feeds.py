"""Feeds as publishers write them."""

import time

import pytest

from ingest.entry import MAX_ENTRIES, MAX_LINKS, MAX_LINKS_BYTES, MAX_TEXT, MAX_TITLE
from ingest.feeds import read_feed
from tests.builders import NOON

URL = "https://ledgerpost.example/feed"


def rss(entries: str) -> bytes:
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Ledgerpost</title>'
        f"<link>https://ledgerpost.example/</link>{entries}</channel></rss>"
    ).encode()


def test_an_rss_entry_is_read_whole() -> None:
    feed = read_feed(
        rss(
            "<item><title>Corvane &amp;amp; Tellum merge</title><link>/corvane?utm_source=rss</link><guid>post-7</guid>"
            "<pubDate>Wed, 04 Mar 2026 12:00:00 GMT</pubDate><dc:creator>Ann Ray</dc:creator>"
            "<description>&lt;p&gt;Two exchanges become one.&lt;/p&gt;&lt;p&gt;Read more&lt;/p&gt;</description>"
            "<content:encoded><![CDATA[<p>Two exchanges become one, <a href='https://tellum.example/news'>Tellum</a> "
            "says.</p>]]></content:encoded></item>"
        ),
        URL,
        "application/rss+xml",
    )

    assert feed is not None
    assert feed.title == "Ledgerpost"
    (entry,) = feed.entries
    assert (entry.title, entry.guid) == ("Corvane & Tellum merge", "post-7")
    assert entry.url == "https://ledgerpost.example/corvane?utm_source=rss"
    assert entry.summary == "Two exchanges become one."
    assert entry.content == "Two exchanges become one, Tellum says."
    assert (entry.published_at, entry.authors) == (NOON, ("Ann Ray",))
    assert entry.links == ("https://tellum.example/news",)


def test_an_atom_title_escaped_twice_is_plain() -> None:
    feed = read_feed(
        b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Tellum</title><entry><id>tag:x,1</id>'
        b'<title type="html">Corvane &amp;amp; Tellum &amp;lt;3</title><link href="https://tellum.example/a"/>'
        b'<updated>2026-03-04T12:00:00Z</updated><summary type="html">&lt;p&gt;Brief&lt;/p&gt;</summary>'
        b"</entry></feed>",
        URL,
        "application/atom+xml",
    )

    assert feed is not None
    assert feed.entries[0].title == "Corvane & Tellum <3"
    assert feed.entries[0].published_at == NOON
    assert feed.entries[0].content == ""


def test_an_rdf_entry_is_read_whole() -> None:
    feed = read_feed(
        b'<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        b'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        b'<channel rdf:about="https://ledgerpost.example/"><title>Ledgerpost</title></channel>'
        b'<item rdf:about="https://ledgerpost.example/corvane"><title>Corvane halts</title>'
        b"<link>https://ledgerpost.example/corvane?from=rdf</link><dc:date>2026-03-04T13:00:00+01:00</dc:date>"
        b"<dc:creator>Ann Ray</dc:creator><description>Withdrawals stopped.</description></item></rdf:RDF>",
        URL,
        "application/rdf+xml",
    )

    assert feed is not None
    assert feed.title == "Ledgerpost"
    (entry,) = feed.entries
    assert (entry.title, entry.summary) == ("Corvane halts", "Withdrawals stopped.")
    assert entry.guid == "https://ledgerpost.example/corvane"
    assert entry.url == "https://ledgerpost.example/corvane?from=rdf"
    assert (entry.published_at, entry.authors) == (NOON, ("Ann Ray",))


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("<ttl>15</ttl>", 900),
        ("<sy:updatePeriod>\n\thourly\t</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 1800),
        ("<sy:updatePeriod>daily</sy:updatePeriod><ttl>30</ttl>", 86400),
        ("<sy:updatePeriod>now and then</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", None),
        ("<ttl>-3</ttl>", None),
        (f"<ttl>{'9' * 5000}</ttl>", None),
        ("", None),
    ],
)
def test_how_often_a_feed_wants_to_be_asked_is_read(said: str, seconds: float | None) -> None:
    body = rss(said).replace(b"<rss ", b'<rss xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" ')
    feed = read_feed(body, URL, "text/xml")

    assert feed is not None
    assert feed.ttl_seconds == seconds


def test_a_link_that_runs_code_is_no_link() -> None:
    feed = read_feed(rss("<item><title>A</title><link>javascript:alert(1)</link></item>"), URL, "text/xml")

    assert feed is not None
    assert feed.entries[0].url == ""


def test_a_guid_that_is_an_address_stands_in_for_a_missing_link() -> None:
    feed = read_feed(
        rss("<item><guid isPermaLink='false'>https://ledgerpost.example/?p=9</guid></item><item><guid>9</guid></item>"),
        URL,
        "text/xml",
    )

    assert feed is not None
    assert [entry.url for entry in feed.entries] == ["https://ledgerpost.example/?p=9", ""]


def test_a_date_that_cannot_be_read_is_kept_as_it_was() -> None:
    feed = read_feed(rss("<item><title>A</title><pubDate>next Tuesday</pubDate></item>"), URL, "text/xml")

    assert feed is not None
    assert (feed.entries[0].published_raw, feed.entries[0].published_at) == ("next Tuesday", None)


def test_a_feed_with_a_mistake_in_it_is_still_a_feed() -> None:
    feed = read_feed(rss("<item><title>Fees & fines</title></item>"), URL, "text/xml")

    assert feed is not None
    assert feed.entries[0].title == "Fees & fines"


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("Up &#55357;&#56832; today", "Up 😀 today"),
        ("Up &#xD83D;&#xde00; today", "Up 😀 today"),
        ("<![CDATA[Up &#55357;&#56832; today]]>", "Up 😀 today"),
        ("Up &amp;#55357;&amp;#56832; today", "Up 😀 today"),
        ("Up &#55357; today", "Up today"),
        ("<![CDATA[Up &#xDE00;&#xD83D; today]]>", "Up today"),
        ("Up &#128512;&#55000;&#57999; today", "Up 😀\ud6d8\ue28f today"),
    ],
)
def test_half_a_surrogate_pair_costs_neither_its_entry_nor_the_others(title: str, read: str) -> None:
    feed = read_feed(rss(f"<item><title>{title}</title></item><item><title>B</title></item>"), URL, "text/xml")

    assert feed is not None
    assert [entry.title for entry in feed.entries] == [read, "B"]


def test_no_entry_is_endless() -> None:
    links = "".join(f"&lt;a href='https://h{number}.example/'&gt;l&lt;/a&gt; " for number in range(2 * MAX_LINKS))
    text, title, author = "Long text. " * MAX_TEXT, "Long title " * MAX_TITLE, "Long name " * MAX_TITLE
    item = f"<title>{title}</title><dc:creator>{author}</dc:creator><description>{links}{text}</description>"

    feed = read_feed(rss(f"<item>{item}</item>"), URL, "text/xml")

    assert feed is not None
    (entry,) = feed.entries
    assert (len(entry.title), len(entry.authors[0]), len(entry.links)) == (MAX_TITLE, MAX_TITLE, MAX_LINKS)
    assert MAX_TEXT - len("Long text. ") < len(entry.summary) <= MAX_TEXT


def test_a_long_base_makes_no_more_of_an_entrys_links_than_they_are() -> None:
    base = f"https://ledgerpost.example/{'a' * 1900}/"
    links = "".join(f"&lt;a href='{number}'&gt;l&lt;/a&gt;" for number in range(MAX_LINKS))
    content = f"<content type='html' xml:base='{base}'>{links}</content><summary type='html'>{links}</summary>"
    atom = f"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>A</title>{content}</entry></feed>"

    feed = read_feed(atom.encode(), URL, "application/atom+xml")

    assert feed is not None
    (entry,) = feed.entries
    assert entry.links
    assert sum(len(link.encode()) for link in entry.links) <= MAX_LINKS_BYTES


def test_a_web_page_or_nothing_is_no_feed() -> None:
    for body in (b"<!doctype html><html><body><h1>Hello</h1></body></html>", b"", b'{"items": []}', b"/etc/hostname"):
        assert read_feed(body, URL, "text/html") is None


def test_an_endless_feed_is_cut() -> None:
    feed = read_feed(rss("<item><title>A</title></item>" * (MAX_ENTRIES + 50)), URL, "text/xml")

    assert feed is not None
    assert len(feed.entries) == MAX_ENTRIES


@pytest.mark.parametrize(
    "entry",
    [
        "<author>a@" + "a." * 100_000 + "!</author>",
        "<dc:creator>" + "a" * 200_000 + "@</dc:creator>",
        "<description>" + "&lt;a " * 50_000 + "</description>",
        "<description>&lt;br" + " " * 200_000 + "</description>",
        "<description>&lt;!--" + "-" * 200_000 + "</description>",
        "<description>&lt;p style='" + "url(" * 50_000 + "</description>",
        "<title>" + "&amp;lt;" * 50_000 + "</title>",
        "<pubDate>" + "Mon, " * 50_000 + "</pubDate>",
        "".join(f"<category>{number}</category>" for number in range(8_000)),
    ],
    ids=lambda entry: entry[:24],
)
def test_what_is_long_does_not_take_long(entry: str) -> None:
    began = time.process_time()

    feed = read_feed(rss(f"<item>{entry}</item>"), URL, "text/xml")

    assert feed is not None
    assert len(feed.entries) == 1
    assert time.process_time() - began < 3  # seconds; a quadratic reader takes minutes for most of them
