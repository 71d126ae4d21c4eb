"""What becomes of a feed's entries: each ends in one outcome, and no page, site or mistake costs another its own."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from ingest.article import Article, Basis, Flag, Standing
from ingest.entry import MAX_DATE
from ingest.entry_store import MAX_ATTEMPTS
from ingest.outcome import Outcome
from ingest.store import ArticleStore, FeedStore
from ingest.taking import TRY_AGAIN_AFTER
from tests.builders import NOON
from tests.integration.ingest.newsroom import (
    PAGE,
    Answer,
    Newsroom,
    entry,
    frozen,
    listed,
    newsroom,
    outcomes,
    poll,
    status_of,
)

DAY = timedelta(days=1)
OLD_PAGE = Answer(body=PAGE.replace("<body>", '<meta itemprop="datePublished" content="2019-03-04T12:00:00Z"><body>'))


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with newsroom([]) as serving:
        yield serving


def poll_at(engine: Engine, room: Newsroom, *minutes: float) -> list[Article]:
    """Polls so many minutes after noon; the articles there are then, the newest first."""
    for minute in minutes:
        poll(engine, [room], frozen(NOON + timedelta(minutes=minute)))
    return ArticleStore(engine).page(limit=100)


def test_a_header_that_no_date_can_hold_costs_nothing(engine: Engine, room: Newsroom) -> None:
    room.entries = entry(f"{room.home}/a") + entry(f"{room.home}/b", "<title>Tellum opens</title>")
    room.answers["/a"] = Answer(headers={"Last-Modified": "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"})
    room.answers["/b"] = Answer(headers={"Last-Modified": "Wed, 04 Mar 2026 11:00:00 GMT"})
    listed(engine, [room], NOON)

    articles = poll_at(engine, room, 0)

    assert [one.published_at_basis for one in articles] == [Basis.FIRST_SEEN, Basis.HEADER]
    assert outcomes(engine, "entry") == {Outcome.STORED: 2}


def test_a_mistake_over_one_entry_costs_the_others_nothing(engine: Engine, room: Newsroom) -> None:
    class Broken(FeedStore):
        def end_entry(
            self, feed_id: int, guid_hash: str, outcome: Outcome, article: Article | None, *more: Any
        ) -> bool:
            if article and article.url.endswith("/a"):
                raise ZeroDivisionError
            return super().end_entry(feed_id, guid_hash, outcome, article, *more)

    room.entries = entry(f"{room.home}/a") + entry(f"{room.home}/b")
    listed(engine, [room], NOON)
    times = [NOON + attempt * TRY_AGAIN_AFTER for attempt in range(MAX_ATTEMPTS + 1)]

    new = [len(poll(engine, [room], frozen(at), feeds=Broken(engine))) for at in times]

    assert new == [1, 0, 0, 1]  # in the end by the feed's own words
    assert outcomes(engine, "feed") == {Outcome.OK: MAX_ATTEMPTS + 1}
    assert outcomes(engine, "entry") == {Outcome.STORED: 1, Outcome.QUARANTINED: 1}
    assert status_of(engine, room).was_read


def test_a_database_takes_what_strangers_write(engine: Engine, room: Newsroom) -> None:
    links = [f"{room.home}/a&#0;b", f"{room.home}/{'東京' * 950}", f"{room.home}/c", f"{room.home}/d"]
    room.entries = "".join(map(entry, links)) + entry(f"{room.home}/e", "<title>Up &#55357; &#0;&#1; down</title>")
    body = PAGE.replace("<html>", '<html lang="en-US-x-twain-private-use">')
    room.answers["/d"] = Answer(body=body.replace("</p>", "\x00</p>"))
    listed(engine, [room], NOON)

    articles = poll_at(engine, room, 0)

    assert sorted(one.url.removeprefix(room.home) for one in articles) == ["/ab", "/c", "/d", "/e"]
    assert outcomes(engine, "entry") == {Outcome.STORED: 4, Outcome.NO_LINK: 1}
    assert outcomes(engine, "feed") == {Outcome.OK: 1}


@pytest.mark.parametrize("status", [503, 429, 425, 408])
def test_a_page_that_comes_a_little_later_is_waited_for(engine: Engine, room: Newsroom, status: int) -> None:
    room.entries = entry(f"{room.home}/a") + entry(f"{room.home}/b")
    room.answers["/a"] = Answer(status)
    listed(engine, [room], NOON)

    assert [one.url for one in poll_at(engine, room, 0)] == [f"{room.home}/b"]
    assert status_of(engine, room).next_poll_at == NOON + TRY_AGAIN_AFTER
    del room.answers["/a"]
    articles = poll_at(engine, room, 2)

    assert len(articles) == 2
    assert not any(one.flags for one in articles)
    assert outcomes(engine, "entry") == {Outcome.STORED: 2}
    assert outcomes(engine, "page")[Outcome.OK] == 2
    assert room.pages_asked == ["/a", "/b", "/a"]


def test_a_page_that_does_not_come_keeps_the_news_no_longer_than_two_tries(engine: Engine, room: Newsroom) -> None:
    room.entries = entry(f"{room.home}/a")
    room.answers["/a"] = Answer(503)
    listed(engine, [room], NOON)

    (article,) = poll_at(engine, room, 0, 2, 4)

    assert (article.text, article.flags) == ("Brief.", frozenset({Flag.TEASER_ONLY}))
    assert outcomes(engine, "page") == {Outcome.HTTP_SERVER_ERROR: 2}
    assert outcomes(engine, "entry") == {Outcome.STORED: 1}


def test_a_page_that_is_refused_is_not_asked_for_again(engine: Engine, room: Newsroom) -> None:
    room.entries = entry(f"{room.home}/a")
    room.answers["/a"] = Answer(403)
    listed(engine, [room], NOON)

    (article,) = poll_at(engine, room, 0)

    assert (article.text, article.flags) == ("Brief.", frozenset({Flag.TEASER_ONLY}))


def test_a_link_without_words_whose_page_cannot_be_had_is_no_article(engine: Engine, room: Newsroom) -> None:
    room.entries = entry(f"{room.home}/a", "") + entry(f"{room.home}/b", "")
    room.answers["/a"] = Answer(404)
    listed(engine, [room], NOON)

    (article,) = poll_at(engine, room, 0)

    assert article.url == f"{room.home}/b"
    assert article.title.startswith("The exchange Corvane")
    assert outcomes(engine, "entry") == {Outcome.STORED: 1, Outcome.NOTHING_TO_READ: 1}
    assert outcomes(engine, "page") == {Outcome.OK: 1, Outcome.HTTP_CLIENT_ERROR: 1}


def test_an_entry_without_a_date_is_as_old_as_its_page_says(engine: Engine, room: Newsroom) -> None:
    room.entries = entry(f"{room.home}/a") + entry(f"{room.home}/b")
    room.answers["/a"] = OLD_PAGE
    listed(engine, [room], NOON)

    assert [one.url for one in poll_at(engine, room, 0)] == [f"{room.home}/b"]
    assert outcomes(engine, "entry") == {Outcome.STORED: 1, Outcome.TOO_OLD: 1}


def test_a_date_that_cannot_be_true_makes_no_entry_old(engine: Engine, room: Newsroom) -> None:
    words = "<title>Corvane halts</title><pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>"
    room.entries = entry(f"{room.home}/a", words)
    listed(engine, [room], NOON)

    (article,) = poll_at(engine, room, 0)

    assert (article.published_at, article.published_at_basis) == (NOON, Basis.FIRST_SEEN)


def test_a_date_that_cannot_be_read_stays_with_the_article_to_be_looked_at(engine: Engine, room: Newsroom) -> None:
    room.entries = entry(f"{room.home}/a", f"<title>A</title><pubDate>next\nTuesday &#0;{'x' * 500}</pubDate>")
    listed(engine, [room], NOON)

    (article,) = poll_at(engine, room, 0)

    assert article.published_raw.startswith("next Tuesday x")
    assert (len(article.published_raw), article.published_at_basis) == (MAX_DATE, Basis.FIRST_SEEN)


def test_entries_without_guid_and_link_are_counted_each(engine: Engine, room: Newsroom) -> None:
    room.entries = "<item><title>A</title></item><item><title>B</title></item><item><title>B</title></item>"
    listed(engine, [room], NOON)

    assert poll_at(engine, room, 0) == []
    assert outcomes(engine, "entry") == {Outcome.NO_LINK: 2}


@pytest.mark.parametrize("standing", list(Standing))
def test_a_feed_does_not_make_another_publishers_article_its_own(
    engine: Engine, room: Newsroom, standing: Standing
) -> None:
    with newsroom([]) as spam:
        room.entries = entry(f"{room.home}/a", "<title>Corvane halts</title>")
        spam.entries = entry(f"{room.home}/a", "<title>Buy Tellum now</title>")
        listed(engine, [room], NOON + DAY, home=room.home, standing=standing)
        listed(engine, [spam], NOON, home=spam.home, standing=Standing.UNRATED)

        assert poll(engine, [spam, room], frozen(NOON)) == []
        assert len(room.pages_asked) == (0 if standing is Standing.ESTABLISHED else 1)
        poll(engine, [spam, room], frozen(NOON + DAY))

    (article,) = ArticleStore(engine).page(limit=10)
    assert (article.title, article.publisher.home) == ("Corvane halts", room.home)
    assert outcomes(engine, "entry") == {Outcome.ANOTHER_SITE: 1, Outcome.STORED: 1}


def test_a_link_through_a_redirector_is_judged_by_where_it_leads(engine: Engine, room: Newsroom) -> None:
    with newsroom([]) as redirector, newsroom([]) as owner:
        full = f"<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'>{'Word. ' * 400}"
        room.entries = "".join(
            entry(f"{redirector.home}/{name}", f"<title>{name}</title>{full}</content:encoded>")
            for name in ("own", "others", "gone")
        )
        redirector.answers["/own"] = Answer(302, {"Location": f"{room.home}/own"})
        redirector.answers["/others"] = Answer(302, {"Location": f"{owner.home}/others"})
        owner.answers["/others"] = Answer(403)
        redirector.answers["/gone"] = Answer(404)
        for other in (room, redirector, owner):
            listed(engine, [other], NOON, home=other.home, standing=Standing.UNRATED)

        poll(engine, [room, redirector, owner], frozen(NOON))

    (article,) = ArticleStore(engine).page(limit=10)
    assert article.url == f"{room.home}/own"
    assert outcomes(engine, "entry") == {Outcome.STORED: 1, Outcome.ANOTHER_SITE: 2}


@pytest.mark.parametrize("gate", ["/", "/login", "/login?next={path}", "/de/"])
def test_no_article_is_lost_where_every_link_leads_to_one_page(engine: Engine, room: Newsroom, gate: str) -> None:
    titles = {"/a": "Corvane halts", "/b": "Tellum opens", "/c": "Court dismisses"}
    words = {path: f"<title>{title}</title><description>Brief {path}.</description>" for path, title in titles.items()}
    room.entries = "".join(entry(f"{room.home}{path}", more) for path, more in words.items())
    for path in titles:
        room.answers[path] = Answer(302, {"Location": gate.format(path=path)})
    listed(engine, [room], NOON)

    articles = poll_at(engine, room, 0)

    assert {one.url: (one.title, one.text) for one in articles} == {
        f"{room.home}{path}": (title, f"Brief {path}.") for path, title in titles.items()
    }
    assert {one.flags for one in articles} == {frozenset({Flag.TEASER_ONLY})}
    assert outcomes(engine, "page") == {Outcome.ANOTHER_PAGE: 3}


def test_one_entry_a_poll_that_leads_to_a_gate_takes_it_from_no_later_one(engine: Engine, room: Newsroom) -> None:
    listed(engine, [room], NOON)
    for number, path in enumerate(("/a", "/b", "/c")):
        room.entries += entry(f"{room.home}{path}", f"<title>{path} halts</title><description>Brief.</description>")
        room.answers[path] = Answer(302, {"Location": "/login"})
        poll_at(engine, room, 30 * number)

    urls = {one.url.removeprefix(room.home) for one in ArticleStore(engine).page(limit=10)}

    assert urls == {"/login", "/b", "/c"}


def test_two_links_to_one_article_make_one_under_its_address(engine: Engine, room: Newsroom) -> None:
    room.entries = entry(f"{room.home}/?p=9") + entry(f"{room.home}/?feed=all&amp;p=9")
    for query in ("/?p=9", "/?feed=all&p=9"):
        room.answers[query] = Answer(302, {"Location": "/corvane-halts"})
    listed(engine, [room], NOON)

    (article,) = poll_at(engine, room, 0)

    assert (article.url, article.flags) == (f"{room.home}/corvane-halts", frozenset())
    assert outcomes(engine, "entry") == {Outcome.STORED: 1, Outcome.KNOWN: 1}
