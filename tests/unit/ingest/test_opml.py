"""Subscription lists are read whole where they are whole, as far as possible where not, and written back."""

import time

import pytest

from ingest.opml import MAX_DEPTH, MAX_OUTLINES, read_opml, write_opml
from tests.builders import NOON, make_feed, make_publisher

LIST = b"""<?xml version="1.0"?><opml version="2.0"><head><title>Mine</title></head><body>
<outline text="News"><outline text="Asia">
  <outline type="rss" title="Ledger &amp; Post" xmlUrl="https://ledgerpost.example/feed" htmlUrl="https://ledgerpost.example"/>
</outline></outline>
<outline TEXT="Elsewhere" xmlurl="http://127.0.0.1:8801/feed" language="de"/>
<outline text="Nothing behind it"/>
</body></opml>"""


def test_entries_come_with_their_folders_and_homes() -> None:
    opml = read_opml(LIST)

    assert (opml.problem, opml.left_out) == (None, 0)
    post, elsewhere, nothing = opml.outlines
    assert (post.title, post.url, post.folder) == ("Ledger & Post", "https://ledgerpost.example/feed", "News/Asia")
    assert post.home == "https://ledgerpost.example"
    assert (elsewhere.title, elsewhere.url, elsewhere.folder) == ("Elsewhere", "http://127.0.0.1:8801/feed", None)
    assert elsewhere.language == "de"
    assert (nothing.title, nothing.url) == ("Nothing behind it", "")


@pytest.mark.parametrize(
    "document", [b"", b"  ", b"<html><body>Not here</body></html>", b"\x00\xff", b"<opml><body/></opml>"]
)
def test_what_lists_no_feed_has_no_entry(document: bytes) -> None:
    assert read_opml(document).outlines == ()


def test_behind_a_mistake_the_entries_are_read_all_the_same() -> None:
    broken = LIST.replace(b"&amp;", b"&nbsp;&").replace(b'/feed"', b'/feed?a=1&copy=2"').replace(b"</body></opml>", b"")

    opml = read_opml(broken)

    assert opml.problem
    assert "line 3" in opml.problem
    assert [one.url for one in opml.outlines] == [
        "https://ledgerpost.example/feed?a=1&copy=2",
        "http://127.0.0.1:8801/feed?a=1&copy=2",
        "",
    ]
    assert opml.outlines[0].folder == "News/Asia"


def test_a_list_in_an_old_encoding_is_read_in_it() -> None:
    text = (
        '<?xml version="1.0" encoding="windows-1251"?><opml><body><outline text="Газета" xmlUrl="https://a.example/"/>'
    )

    assert read_opml((text + "</body></opml>").encode("cp1251")).outlines[0].title == "Газета"
    assert read_opml(text.encode("cp1251")).outlines[0].title == "Газета"
    assert read_opml(text.replace("windows-1251", "nonsense").encode()).outlines[0].title == "Газета"


@pytest.mark.parametrize("encoding", ["idna", "undefined", "utf-7", "unicode_escape", "punycode", "hex"])
def test_an_encoding_that_no_list_is_written_in_costs_no_entry(encoding: str) -> None:
    outline = '<outline text="Ledger \\ud800 +2AA- \u00fc" xmlUrl="https://a.example/feed"/>'
    document = f'<?xml version="1.0" encoding="{encoding}"?><opml><body>{outline}</body></opml>'

    opml = read_opml(document.encode())

    assert opml.problem
    assert [one.url for one in opml.outlines] == ["https://a.example/feed"]


@pytest.mark.parametrize("declared", ['SYSTEM "file:///etc/passwd"', '"here"'])
def test_entities_are_never_read_from_files(declared: str) -> None:
    document = (
        f'<?xml version="1.0"?><!DOCTYPE opml [<!ENTITY x {declared}>]><opml><body>'
        '<outline text="a&x;b" xmlUrl="https://a.example/&x;"/>&x;</body></opml>'
    )

    assert "root:" not in repr(read_opml(document.encode()))


def test_a_document_that_multiplies_itself_stays_small() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    document = (
        f'<?xml version="1.0"?><!DOCTYPE opml [<!ENTITY l0 "lol">{levels}]><opml><body>'
        '<outline text="&l11;" xmlUrl="https://a.example/">&l11;</outline></body></opml>'
    )
    started = time.monotonic()

    opml = read_opml(document.encode())

    assert opml.problem
    assert len(repr(opml)) < 2000
    assert time.monotonic() - started < 5


def test_no_more_entries_are_kept_than_agreed() -> None:
    many = b"".join(b'<outline text="a" xmlUrl="https://a.example/%d"/>' % n for n in range(100_000))

    opml = read_opml(b"<opml><body>" + many + b"</body></opml>")

    assert (len(opml.outlines), opml.left_out) == (MAX_OUTLINES, 100_000 - MAX_OUTLINES)


def test_folders_without_end_are_cut() -> None:
    deep = b'<outline text="in">' * 50_000 + b'<outline text="a" xmlUrl="https://a.example/"/>'

    (found,) = read_opml(b"<opml><body>" + deep).outlines

    assert found.folder == "/".join(["in"] * MAX_DEPTH)


def test_titles_are_plain_and_short() -> None:
    title = "&lt;script&gt;alert(1)&lt;/script&gt;&lt;b&gt;Ledger&lt;/b&gt;&#x202e;Post" + "x" * 1000
    (found,) = read_opml(
        f'<opml><body><outline text="{title}" xmlUrl="https://a.example/"/></body></opml>'.encode()
    ).outlines

    assert found.title.startswith("LedgerPostxx")
    assert len(found.title) == 80


def test_what_is_written_is_read_back() -> None:
    feeds = [
        make_feed("https://ledgerpost.example/feed?a=1&b=<2>", publisher=make_publisher(name='Ledger "Post" & Sons')),
        make_feed("https://nordblatt.example/feed", folder="News/Europe", enabled=False, language="de"),
        make_feed("https://other.example/feed", folder="News"),
    ]

    opml = read_opml(write_opml(feeds, NOON))

    assert opml.problem is None
    found = {one.url: one for one in opml.outlines}
    assert [found[feed.url].folder for feed in feeds] == [None, "News/Europe", "News"]
    assert [found[feed.url].enabled for feed in feeds] == [True, False, True]
    assert [found[feed.url].language for feed in feeds] == ["en", "de", "en"]
    assert found[feeds[0].url].title == 'Ledger "Post" & Sons'
    assert found[feeds[0].url].home == feeds[0].publisher.home
