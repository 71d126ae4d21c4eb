"""A feed's entries are told from each other over all polls, whatever it does with its guids and links."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

from ingest.store import ArticleStore, PublisherStore
from ingest.tables import entries
from tests.builders import NOON
from tests.integration.ingest.newsroom import Answer, Newsroom, frozen, listed, newsroom, poll

POLLS = 4


@pytest.fixture
def room(engine: Engine) -> Iterator[Newsroom]:
    with newsroom([]) as serving:
        listed(engine, [serving], NOON)
        yield serving


def item(room: Newsroom, path: str, title: str, guid: str | None = None) -> str:
    named = f"<guid>{guid}</guid>" if guid else ""
    return f"<item><link>{room.home}{path}</link>{named}<title>{title}</title><description>Brief.</description></item>"


def titles(engine: Engine, room: Newsroom, *listings: str) -> set[str]:
    """What the articles are called after a poll of each listing, one a day; there is one article a title."""
    for day, listing in enumerate(listings):
        room.entries = listing
        PublisherStore(engine).make_due([1], NOON)
        poll(engine, [room], frozen(NOON + timedelta(days=day)))
    found = [one.title for one in ArticleStore(engine).page(limit=100)]
    assert len(found) == len(set(found))
    return set(found)


def test_a_guid_that_all_entries_share_tells_none_of_them(engine: Engine, room: Newsroom) -> None:
    three = "".join(item(room, f"/{name}", f"Report {name}", "same") for name in "abc")
    one = item(room, "/c", "Report c", "same")

    assert titles(engine, room, three, three, one, three) == {"Report a", "Report b", "Report c"}
    assert sorted(room.pages_asked) == ["/a", "/b", "/c"]


def test_a_guid_that_is_used_anew_is_another_article(engine: Engine, room: Newsroom) -> None:
    first, second = item(room, "/a", "Corvane halts", "newest"), item(room, "/b", "Tellum opens", "newest")

    assert titles(engine, room, first, second, second) == {"Corvane halts", "Tellum opens"}


def test_a_page_that_moves_under_its_guid_and_headline_stays_one(engine: Engine, room: Newsroom) -> None:
    moved = item(room, "/2026/a", "Corvane halts", "1")

    assert titles(engine, room, item(room, "/a", "Corvane halts", "1"), moved) == {"Corvane halts"}
    assert room.pages_asked == ["/a"]


def test_guids_that_change_with_each_poll_cost_nothing(engine: Engine, room: Newsroom) -> None:
    listings = [item(room, "/a", "Corvane halts", f"guid {number}") for number in range(POLLS)]

    assert titles(engine, room, *listings) == {"Corvane halts"}
    assert room.pages_asked == ["/a"]
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(entries)) == 1


def test_what_was_too_old_is_no_late_news_under_another_guid(engine: Engine, room: Newsroom) -> None:
    old = "</link><pubDate>Mon, 05 Jan 2026 12:00:00 GMT</pubDate>"
    listings = [item(room, "/a", "Corvane halts", guid).replace("</link>", old) for guid in ("1", "2")]

    assert titles(engine, room, *listings) == set()


@pytest.mark.parametrize("guid", [None, "1"])
def test_tracking_that_changes_with_each_poll_costs_nothing(engine: Engine, room: Newsroom, guid: str | None) -> None:
    listings = [item(room, f"/a?utm_campaign={number}", "Corvane halts", guid) for number in range(POLLS)]

    assert titles(engine, room, *listings) == {"Corvane halts"}
    assert room.pages_asked == ["/a"]


def test_a_text_that_is_put_online_anew_is_one_article(engine: Engine, room: Newsroom) -> None:
    for number in range(POLLS):
        room.answers[f"/a?part={number}"] = Answer()
    listings = [item(room, f"/a?part={number}", "Corvane halts", f"{number}") for number in range(3)]

    assert titles(engine, room, *listings) == {"Corvane halts"}


def test_two_texts_under_one_headline_are_two_articles(engine: Engine, room: Newsroom) -> None:
    room.entries = item(room, "/a", "Corvane halts", "1") + item(room, "/b", "Corvane halts", "2")

    assert len(poll(engine, [room], frozen(NOON))) == 2


def test_a_feed_that_shrinks_and_turns_its_order_loses_and_doubles_nothing(engine: Engine, room: Newsroom) -> None:
    one, other = item(room, "/a", "Corvane halts", "1"), item(room, "/b", "Tellum opens", "2")

    assert titles(engine, room, one + other, other + one, other, "", one + other) == {"Corvane halts", "Tellum opens"}
    assert sorted(room.pages_asked) == ["/a", "/b"]
