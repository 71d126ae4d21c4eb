"""What becomes of the entries of a list: whose they are, which are new, and that nobody takes another's name."""

import pytest

from ingest.addresses import Gate
from ingest.article import Standing
from ingest.opml import Outline
from ingest.publishers import ListedFeed
from ingest.subscriptions import Directory, Line, Verdict, feed_address, judge, to_store
from tests.builders import make_feed, make_publisher

POST = make_publisher("ledgerpost", home="https://www.ledgerpost.example")
POSTS_FEED = make_feed("https://www.ledgerpost.example/feed/", publisher=POST)


def entry(url: str, title: str = "", **given: str) -> Outline:
    return Outline(title=title, url=url, home=given.pop("home", None), **given)  # type: ignore[arg-type]


def judged(*outlines: Outline) -> list[Line]:
    return judge(outlines, Directory([POST], [POSTS_FEED]), Standing.UNRATED, Gate())


def ids(lines: list[Line]) -> list[str | None]:
    return [line.publisher.id if line.publisher else None for line in lines]


def test_every_entry_gets_a_verdict() -> None:
    lines = judged(
        entry("https://new.example/feed"),
        entry("http://ledgerpost.example:80/nothing-else"),
        entry("http://www.ledgerpost.example/feed"),
        entry("https://new.example/feed/"),
        entry(""),
        entry("javascript:alert(1)"),
        entry("file:///etc/passwd"),
        entry("https://ann:secret@new.example/feed"),
    )

    added, no, web = Verdict.ADDED, Verdict.NO_ADDRESS, Verdict.NOT_HTTP
    assert [line.verdict for line in lines] == [added, added, Verdict.KNOWN, Verdict.TWICE, no, web, web, web]


def test_a_former_address_that_is_none_says_nothing() -> None:
    formerly = ("http://[", "javascript:", POSTS_FEED.url)
    (line,) = judged(Outline("", "https://new.example/feed", None, formerly=formerly))

    assert (line.verdict, line.feed) == (Verdict.KNOWN, ListedFeed(POSTS_FEED.url))


def test_a_feed_on_a_known_publishers_site_is_a_further_feed_of_it() -> None:
    (line,) = judged(entry("https://blog.ledgerpost.example/feed", "Somebody else"))

    assert line.publisher == POST


def test_a_list_cannot_put_a_feed_under_a_known_publisher_by_naming_its_home() -> None:
    (line,) = judged(entry("https://elsewhere.example/feed", "Ledgerpost", home="https://www.ledgerpost.example"))

    assert line.publisher is not None
    assert line.publisher.id != POST.id
    assert line.publisher.standing is Standing.UNRATED


def test_new_feeds_of_one_site_share_a_publisher_named_after_the_first() -> None:
    lines = judged(entry("https://news.alder.example/feed", "Alder"), entry("https://alder.example/policy", "Policy"))

    assert ids(lines) == ["alder-example"] * 2
    assert lines[1].publisher is not None
    assert lines[1].publisher.name == "Alder"


def test_authors_of_one_host_are_publishers_of_their_own() -> None:
    lines = judged(
        entry("https://medium.com/feed/@ann"),
        entry("https://medium.com/feed/@bob"),
        entry("https://ann.substack.com/feed"),
        entry("https://bob.substack.com/feed"),
        entry("https://feeds.feedburner.com/ann"),
        entry("https://feeds.feedburner.com/bob"),
    )

    assert len(set(ids(lines))) == 6


def test_a_home_named_by_the_list_tells_whose_a_feed_served_elsewhere_is() -> None:
    lines = judged(
        entry("https://feeds.feedburner.com/alder", "Alder", home="https://www.alder.example/"),
        entry("https://cdn.example/alder.xml", "Alder: policy", home="https://alder.example/policy"),
        entry("https://cdn.example/birch.xml", "Birch"),
    )

    assert ids(lines) == ["alder-example", "alder-example", "cdn-example"]


@pytest.mark.parametrize(
    ("url", "verdict"),
    [
        ("http://10.0.0.5/feed", Verdict.REFUSED),
        ("http://[fd00::1]/feed", Verdict.REFUSED),
        ("http://192.168.0.7:8800/feed", Verdict.ADDED),
        ("http://93.184.215.14/feed", Verdict.ADDED),
        ("http://intranet.example/feed", Verdict.ADDED),  # only its addresses tell
    ],
)
def test_an_address_that_would_never_be_fetched_from_is_refused_at_once(url: str, verdict: Verdict) -> None:
    gate = Gate.parse(["192.168.0.0/16:8800"])

    (line,) = judge([entry(url)], Directory([], []), Standing.UNRATED, gate)

    assert line.verdict is verdict
    assert bool(to_store([line])) is (verdict is Verdict.ADDED)


def test_an_id_that_is_taken_gets_a_number() -> None:
    taken = make_publisher("alder-example", home="https://another.example")
    directory = Directory([taken], [])

    lines = judge(
        [entry("https://alder.example/feed"), entry("https://ALDER-example/feed")], directory, Standing.UNRATED, Gate()
    )

    assert ids(lines) == ["alder-example-2", "alder-example-3"]


def test_what_a_publishers_own_page_declares_is_its() -> None:
    directory = Directory([POST], [POSTS_FEED])
    directory.vouch("https://www.ledgerpost.example/", "https://feeds.feedburner.com/ledgerpost")

    assert directory.publisher_at("https://feeds.feedburner.com/ledgerpost") == POST
    assert directory.publisher_at("https://feeds.feedburner.com/another") is None


def test_only_new_feeds_and_folders_of_known_ones_are_stored() -> None:
    lines = judged(
        entry("https://new.example/feed", folder="News", language="de"),
        entry(POSTS_FEED.url, folder="Old"),
        entry("nothing"),
    )

    new, known = to_store(lines)
    assert (new.publisher.language, new.feeds) == ("de", (ListedFeed("https://new.example/feed", folder="News"),))
    assert (known.publisher, known.feeds) == (POST, (ListedFeed(POSTS_FEED.url, folder="Old"),))


@pytest.mark.parametrize(
    ("written", "address"),
    [
        (" https://a.example/feed#top ", "https://a.example/feed"),
        ("feed://a.example/feed", "http://a.example/feed"),
        ("feed:https://a.example/feed", "https://a.example/feed"),
        ("https://a.example/feed?x=1&y=2", "https://a.example/feed?x=1&y=2"),
        ("/feed", None),
        ("https://", None),
        ("https://a.example/\x1b[2J", None),
        ("https://a.example/" + "x" * 3000, None),
        ("http://[::1", None),
    ],
)
def test_an_address_is_stored_plain_or_not_at_all(written: str, address: str | None) -> None:
    assert feed_address(written) == address
