"""What a page says of its being read: walls are never the article, and paid and reserved pages are flagged."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from ingest.article import Article, Flag
from ingest.outcome import Outcome
from ingest.store import ArticleStore
from tests.builders import NOON
from tests.integration.ingest.newsroom import PAGE, Answer, Newsroom, entry, frozen, listed, newsroom, outcomes, poll

CHECK = "<title>Just a moment...</title><h1>Verify you are human</h1><p>It may take a few seconds.</p>"
PARTNERS = "They store what your browser says of you. " * 15
CONSENT = (
    f"<html><body><article><p>We value your privacy. We and our 842 partners. {PARTNERS}</p></article></body></html>"
)


@pytest.fixture
def room(engine: Engine) -> Iterator[Newsroom]:
    with newsroom([]) as serving:
        serving.entries = entry(f"{serving.home}/a")
        listed(engine, [serving], NOON)
        yield serving


def the_article(engine: Engine, room: Newsroom) -> Article:
    """The one that a poll brings."""
    poll(engine, [room], frozen(NOON))
    (found,) = ArticleStore(engine).page(limit=10)
    return found


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body=CHECK),
        Answer(body=CONSENT),
        Answer(403, {"cf-mitigated": "challenge"}),
        Answer(200, {"cf-mitigated": "challenge"}),
        Answer(body="<title>Access denied</title><p>You don't have permission to access this page. Reference #18</p>"),
    ],
)
def test_behind_a_wall_an_article_is_what_its_feed_says(engine: Engine, room: Newsroom, answer: Answer) -> None:
    room.answers["/a"] = answer

    article = the_article(engine, room)

    assert (article.title, article.text, article.url) == ("Corvane halts", "Brief.", f"{room.home}/a")
    assert article.flags == {Flag.TEASER_ONLY}
    assert outcomes(engine, "page") == {Outcome.WALL: 1}


def test_a_wall_without_a_word_in_the_feed_is_no_article(engine: Engine, room: Newsroom) -> None:
    room.entries = entry(f"{room.home}/a", "")
    room.answers["/a"] = Answer(body=CHECK)

    assert poll(engine, [room], frozen(NOON)) == []
    assert ArticleStore(engine).count() == 0


def test_an_article_called_like_a_wall_is_read(engine: Engine, room: Newsroom) -> None:
    title = "Access denied"
    room.entries = entry(f"{room.home}/a", f"<title>{title}</title>")
    head = f'<title>{title}</title><meta property="og:title" content="{title}">'
    room.answers["/a"] = Answer(body=head + PAGE)

    assert the_article(engine, room).text.startswith("The exchange Corvane")


def test_a_paid_page_is_flagged(engine: Engine, room: Newsroom) -> None:
    said = '<script type="application/ld+json">{"isAccessibleForFree": false}</script>'
    room.answers["/a"] = Answer(body=said + PAGE)

    assert the_article(engine, room).flags == {Flag.PAYWALL}


@pytest.mark.parametrize(
    ("headers", "head"),
    [
        ({"X-Robots-Tag": "noarchive"}, ""),
        ({"TDM-Reservation": "1"}, ""),
        ({"Link": '</license.xml>; rel="license"; type="application/rsl+xml"'}, ""),
        ({}, '<meta name="robots" content="noindex">'),
        ({}, '<meta name="tdm-reservation" content="1">'),
    ],
)
def test_a_page_that_reserves_its_text_is_flagged(
    engine: Engine, room: Newsroom, headers: dict[str, str], head: str
) -> None:
    room.answers["/a"] = Answer(headers=headers, body=head + PAGE)

    assert the_article(engine, room).flags == {Flag.RESERVED}


def test_a_page_that_calls_itself_as_others_do_reserves_its_text_nevertheless(engine: Engine, room: Newsroom) -> None:
    room.entries = entry(f"{room.home}/a") + entry(f"{room.home}/b", "<title>Tellum opens</title>")
    for path in ("/a", "/b"):
        body = f"<link rel='canonical' href='/wrong'>{PAGE}"
        room.answers[path] = Answer(headers={"X-Robots-Tag": "noarchive"}, body=body)

    poll(engine, [room], frozen(NOON))

    articles = {one.url.removeprefix(room.home): one.flags for one in ArticleStore(engine).page(limit=10)}
    assert articles == dict.fromkeys(("/a", "/b"), frozenset({Flag.TEASER_ONLY, Flag.RESERVED}))


@pytest.mark.parametrize(
    ("line", "flags"),
    [
        ("License: https://ledgerpost.example/license.xml", {Flag.RESERVED}),
        ("  license :https://ledgerpost.example/license.xml  # RSL", {Flag.RESERVED}),
        ("# License: https://ledgerpost.example/license.xml", set()),
        ("License:", set()),
    ],
)
def test_a_licence_that_robots_txt_names_reserves_a_sites_texts(
    engine: Engine, room: Newsroom, line: str, flags: set[Flag]
) -> None:
    room.answers["/robots.txt"] = Answer(body=f"User-agent: *\r\nDisallow: /b\r\n\r\n{line}\r\n")

    assert the_article(engine, room).flags == flags


def test_a_licence_that_robots_txt_names_holds_behind_a_wall_too(engine: Engine, room: Newsroom) -> None:
    room.answers["/robots.txt"] = Answer(body="User-agent: *\nLicense: https://ledgerpost.example/license.xml\n")
    room.answers["/a"] = Answer(body=CHECK)

    assert the_article(engine, room).flags == {Flag.TEASER_ONLY, Flag.RESERVED}


def test_what_is_no_page_is_not_read(engine: Engine, room: Newsroom) -> None:
    room.answers["/a"] = Answer(headers={"Content-Type": "application/pdf"}, body=f"%PDF-1.7 {PAGE}")

    assert the_article(engine, room).text == "Brief."
    assert outcomes(engine, "page") == {Outcome.NOT_A_PAGE: 1}


@pytest.mark.parametrize(
    ("asked", "plain", "canonical"),
    [
        ("/a?outputType=amp", "/a", ""),
        ("/a.amp", "/a", ""),
        ("/a/amp", "/a/", ""),
        ("/m/a", "/a", '<link rel="canonical" href="/a">'),
    ],
)
def test_amp_and_mobile_addresses_lead_to_one_article(
    engine: Engine, room: Newsroom, asked: str, plain: str, canonical: str
) -> None:
    room.entries = entry(f"{room.home}{asked}") + entry(f"{room.home}{plain}")
    room.answers[asked] = Answer(body=canonical + PAGE)

    assert the_article(engine, room).url == f"{room.home}{plain}"
