"""An article that left its feed early and whose page is gone, twice a day apart, was withdrawn; nothing else was."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest
from sqlalchemy import Engine

from ingest.article import Flag
from ingest.burying_changes import bury
from ingest.outcome import Outcome
from ingest.store import ArticleStore, PublisherStore
from ingest.tombstone_store import is_tombstone
from storage.engine import writing
from tests.builders import NOON
from tests.integration.ingest.newsroom import (
    PAGE,
    Answer,
    Newsroom,
    Stumbling,
    entry,
    frozen,
    listed,
    newsroom,
    outcomes,
    poll,
    status_of,
)

HOUR = timedelta(hours=1)
TITLES = {"/a": "Corvane halts", "/b": "Tellum opens", "/c": "Court dismisses"}

DATES = {path: format_datetime(NOON - (2 - number) * HOUR) for number, path in enumerate(TITLES)}


@pytest.fixture
def room(engine: Engine) -> Iterator[Newsroom]:
    """A newsroom with three articles, one an hour, the last at noon."""
    with newsroom([]) as serving:
        listed(engine, [serving], NOON)
        list_entries(serving, "/a", "/b", "/c")
        assert len(poll(engine, [serving], frozen(NOON))) == 3
        serving.asked.clear()
        yield serving


def list_entries(room: Newsroom, *paths: str) -> None:
    room.entries = "".join(
        entry(f"{room.home}{path}", f"<title>{TITLES[path]}</title><pubDate>{DATES[path]}</pubDate>") for path in paths
    )


def left_after(engine: Engine, room: Newsroom, *hours: float) -> set[str]:
    """The paths of the articles that are there after polls so many hours past noon."""
    for hour in hours:
        PublisherStore(engine).make_due([1], NOON)
        assert poll(engine, [room], frozen(NOON + hour * HOUR)) == []
    return {one.url.removeprefix(room.home) for one in ArticleStore(engine).page(limit=10)}


@pytest.mark.parametrize("status", [404, 410])
def test_an_article_whose_page_stays_gone_is_withdrawn(engine: Engine, room: Newsroom, status: int) -> None:
    list_entries(room, "/a", "/c")
    room.answers["/b"] = Answer(status)

    assert left_after(engine, room, 1, 2, 24) == {"/a", "/b", "/c"}
    assert left_after(engine, room, 25) == {"/a", "/c"}

    assert room.pages_asked == ["/b", "/b"]
    assert PublisherStore(engine).outcomes()["entry", Outcome.WITHDRAWN] == 1
    list_entries(room, "/a", "/b", "/c")
    assert left_after(engine, room, 26) == {"/a", "/c"}


def test_a_page_that_is_there_again_keeps_its_article(engine: Engine, room: Newsroom) -> None:
    list_entries(room, "/a", "/c")
    room.answers["/b"] = Answer(404)
    left_after(engine, room, 1)
    del room.answers["/b"]
    left_after(engine, room, 26)
    room.answers["/b"] = Answer(404)

    assert left_after(engine, room, 51) == {"/a", "/b", "/c"}


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_a_page_that_is_refused_or_fails_is_not_gone(engine: Engine, room: Newsroom, status: int) -> None:
    list_entries(room, "/a", "/c")
    room.answers["/b"] = Answer(status)

    assert left_after(engine, room, 1, 26, 51) == {"/a", "/b", "/c"}


def test_what_leaves_at_its_time_is_not_asked_for(engine: Engine, room: Newsroom) -> None:
    list_entries(room, "/b", "/c")
    room.answers["/a"] = Answer(404)

    assert left_after(engine, room, 1, 26) == {"/a", "/b", "/c"}
    assert room.pages_asked == []


def test_a_feed_that_lists_nothing_withdraws_nothing(engine: Engine, room: Newsroom) -> None:
    list_entries(room)
    for path in TITLES:
        room.answers[path] = Answer(404)

    assert left_after(engine, room, 1, 26) == {"/a", "/b", "/c"}
    assert room.pages_asked == []


def test_what_is_older_than_three_days_is_not_asked_for(engine: Engine, room: Newsroom) -> None:
    list_entries(room, "/a", "/c")
    room.answers["/b"] = Answer(404)

    assert left_after(engine, room, 73, 98) == {"/a", "/b", "/c"}
    assert room.pages_asked == []


def test_a_mistake_over_one_address_withdraws_nothing_and_ends_no_poll(engine: Engine, room: Newsroom) -> None:
    with newsroom([]) as site:
        room.entries = (
            entry(f"{site.home}/x", f"<title>Court hears</title><pubDate>{DATES['/b']}</pubDate>") + room.entries
        )
        PublisherStore(engine).make_due([1], NOON)
        poll(engine, [room, site], frozen(NOON))
        list_entries(room, "/a", "/c")
        room.answers["/b"] = Answer(404)
        for hour in (1, 26):
            PublisherStore(engine).make_due([1], NOON)
            poll(engine, [room, site], frozen(NOON + hour * HOUR), turns=Stumbling(engine, site))

    assert {one.title for one in ArticleStore(engine).page(limit=10)} == {
        "Corvane halts",
        "Court hears",
        "Court dismisses",
    }
    assert status_of(engine, room).last_poll_at == NOON + 26 * HOUR


def put_online_anew(room: Newsroom, path: str) -> None:
    """`/b` under another address and guid, with its headline and text."""
    room.answers[path] = Answer(body=PAGE.replace("</p>", "Number /b.</p>"))
    dated = f"<title>{TITLES['/b']}</title><pubDate>{DATES['/b']}</pubDate>"
    room.entries += entry(f"{room.home}{path}", dated)


def test_an_article_whose_address_changed_moves_to_the_new_one_when_the_old_one_goes(
    engine: Engine, room: Newsroom
) -> None:
    (before,) = (one for one in ArticleStore(engine).page(limit=10) if one.url.endswith("/b"))
    list_entries(room, "/a", "/c")
    put_online_anew(room, "/b-anew")
    room.answers["/b"] = Answer(404)

    assert left_after(engine, room, 1, 24) == {"/a", "/b", "/c"}
    assert left_after(engine, room, 25) == {"/a", "/b-anew", "/c"}
    assert ArticleStore(engine).get_many([before.id])[before.id].url == f"{room.home}/b-anew"
    assert Outcome.WITHDRAWN not in outcomes(engine, "entry")

    room.answers["/b-anew"] = replace(room.answers["/b-anew"], headers={"X-Robots-Tag": "noarchive"})
    room.channel = "<description>Again</description>"  # so that the feed is read again
    left_after(engine, room, 25.5)
    assert Flag.RESERVED in ArticleStore(engine).get_many([before.id])[before.id].flags, "its new page is read"

    list_entries(room, "/a", "/c")
    room.answers["/b-anew"] = Answer(404)

    assert left_after(engine, room, 26, 51) == {"/a", "/c"}
    assert outcomes(engine, "entry")[Outcome.WITHDRAWN] == 1


def test_what_is_published_again_after_it_was_withdrawn_is_an_article(engine: Engine, room: Newsroom) -> None:
    list_entries(room, "/a", "/c")
    room.answers["/b"] = Answer(404)
    assert left_after(engine, room, 1, 26) == {"/a", "/c"}

    put_online_anew(room, "/b-anew")
    PublisherStore(engine).make_due([1], NOON)

    assert len(poll(engine, [room], frozen(NOON + 27 * HOUR))) == 1


def test_what_was_read_again_for_a_change_is_asked_for_when_it_leaves(engine: Engine, room: Newsroom) -> None:
    list_entries(room, "/a", "/b", "/c")
    room.entries = room.entries.replace(TITLES["/b"], "Tellum opens again")
    left_after(engine, room, 1)
    list_entries(room, "/a", "/c")
    room.answers["/b"] = Answer(404)

    assert left_after(engine, room, 2, 26) == {"/a", "/c"}


def test_what_was_asked_for_is_read_again_when_it_comes_back_changed(engine: Engine, room: Newsroom) -> None:
    list_entries(room, "/a", "/c")
    left_after(engine, room, 1)
    list_entries(room, "/a", "/b", "/c")
    room.entries = room.entries.replace(TITLES["/b"], "Tellum opens again")
    left_after(engine, room, 2)

    assert room.pages_asked == ["/b", "/b"]


def test_what_was_removed_here_is_not_brought_back_by_its_feed(engine: Engine, room: Newsroom) -> None:
    (known,) = [one for one in ArticleStore(engine).page(limit=10) if one.url.endswith("/b")]
    with writing(engine) as connection:
        assert bury(connection, [known.id], NOON) == [f"{room.home}/b"]

    assert left_after(engine, room, 1) == {"/a", "/c"}
    room.entries = room.entries.replace(TITLES["/b"], "Tellum opens once more").replace("/b</guid>", "/anew</guid>")
    assert left_after(engine, room, 2, 30) == {"/a", "/c"}
    assert [one.id for one in ArticleStore(engine).get_many([known.id]).values() if is_tombstone(one)] == [known.id]
