"""Over several polls each article stands once, whatever a publisher does with guids and links, and none is lost."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, update

from ingest.oddity import Oddity
from ingest.outcome import Outcome
from ingest.store import ArticleStore, PublisherStore
from ingest.tables import entries
from tests.builders import NOON
from tests.integration.ingest.newsroom import Newsroom, frozen, listed, newsroom, poll

HALTS, PAYS = "Corvane halts withdrawals", "Tellum pays its creditors"
AT_NOON, LATER = "Wed, 04 Mar 2026 12:00:00 GMT", "Wed, 04 Mar 2026 13:30:00 GMT"


@pytest.fixture
def room(engine: Engine) -> Iterator[Newsroom]:
    with newsroom([]) as serving:
        listed(engine, [serving], NOON)
        yield serving


def entry(guid: str | None, link: str | None, title: str = HALTS, date: str | None = AT_NOON) -> str:
    """An RSS entry; what is None is missing."""
    told = {"guid isPermaLink='false'": guid, "link": link, "title": title, "pubDate": date}
    return "<item>" + "".join(f"<{tag}>{text}</{tag.split()[0]}>" for tag, text in told.items() if text) + "</item>"


def polled(engine: Engine, room: Newsroom, *documents: str) -> list[str]:
    """Polls each document once; the paths and titles of the articles that there are then, in order."""
    for document in documents:
        room.entries = document
        PublisherStore(engine).make_due([1], NOON)
        poll(engine, [room], frozen(NOON + timedelta(hours=2)))
    found = ArticleStore(engine).page(limit=100)
    return sorted(f"{one.url.removeprefix(room.home)} {one.title}" for one in found)


def odd(engine: Engine) -> dict[Oddity, int]:
    """What was odd about the last body."""
    return PublisherStore(engine).oddities().get(1, {})


def test_entries_that_share_a_guid_are_articles_of_their_own(engine: Engine, room: Newsroom) -> None:
    five = [entry("same", f"{room.home}/{number}", f"Report number {number}") for number in range(5)]

    found = polled(engine, room, "".join(five), "".join(reversed(five)), five[3], "".join(five[2:]))

    assert found == [f"/{number} Report number {number}" for number in range(5)]
    assert len(room.pages_asked) == 5
    assert odd(engine) == {Oddity.SHARED_GUID: 3}


def test_a_guid_that_comes_to_be_shared_loses_neither_article(engine: Engine, room: Newsroom) -> None:
    first, second = entry("same", f"{room.home}/a"), entry("same", f"{room.home}/b", PAYS)

    found = polled(engine, room, first, second + first, second, first)

    assert found == [f"/a {HALTS}", f"/b {PAYS}"]
    assert len(room.pages_asked) == 2


def test_a_reused_guid_is_a_new_article(engine: Engine, room: Newsroom) -> None:
    first, second = entry("top", f"{room.home}/a"), entry("top", f"{room.home}/b", PAYS, LATER)

    found = polled(engine, room, first, second)

    assert found == [f"/a {HALTS}", f"/b {PAYS}"]
    assert odd(engine) == {Oddity.REUSED_GUID: 1}
    assert polled(engine, room, second, first, second) == found
    assert room.pages_asked == ["/a", "/b", "/b"]  # the last time, whether it was withdrawn with its entry


def test_a_reused_guid_without_a_date_is_a_new_article(engine: Engine, room: Newsroom) -> None:
    slots = [entry("top", f"{room.home}/{number}", f"Report number {number}", None) for number in range(4)]

    assert len(polled(engine, room, *slots)) == 4


def test_guids_that_are_places_on_a_page_lose_no_article(engine: Engine, room: Newsroom) -> None:
    day = "Wed, 04 Mar 2026 00:00:00 GMT"

    def document(newest: int) -> str:
        shown = range(newest, newest - 3, -1)
        return "".join(
            entry(f"place-{place}", f"{room.home}/{at}", f"Report number {at}", day) for place, at in enumerate(shown)
        )

    found = polled(engine, room, *map(document, range(3, 8)))

    assert found == [f"/{at} Report number {at}" for at in range(1, 8)]
    assert len(room.pages_asked) == 7
    assert odd(engine) == {Oddity.REUSED_GUID: 3}


def test_what_was_too_old_at_the_first_poll_does_not_keep_its_guid(engine: Engine, room: Newsroom) -> None:
    old = entry("top", f"{room.home}/a", date="Wed, 04 Mar 2020 12:00:00 GMT")

    assert polled(engine, room, old) == []
    assert polled(engine, room, entry("top", f"{room.home}/b", PAYS, LATER)) == [f"/b {PAYS}"]


def test_an_article_that_moves_is_no_new_one(engine: Engine, room: Newsroom) -> None:
    moved = entry("7", f"{room.home}/withdrawals-halted")
    retitled = entry("7", f"{room.home}/withdrawals-resume", "Corvane resumes withdrawals")

    assert polled(engine, room, entry("7", f"{room.home}/a"), moved) == [f"/a {HALTS}"]
    assert odd(engine) == {Oddity.MOVED: 1}
    assert polled(engine, room, retitled) == ["/a Corvane resumes withdrawals"]
    assert PublisherStore(engine).outcomes()["entry", Outcome.REVISED] == 1


def test_guids_that_change_with_each_poll_make_no_new_article(engine: Engine, room: Newsroom) -> None:
    def document(time: int) -> str:
        return "".join(entry(f"{time}-{at}", f"{room.home}/{at}", f"Report {at}") for at in range(5))

    found = polled(engine, room, *map(document, range(4)))

    assert found == [f"/{at} Report {at}" for at in range(5)]
    assert len(room.pages_asked) == 5
    assert odd(engine) == {Oddity.CHANGED_GUID: 5}


def test_an_article_whose_guid_changed_is_still_revised(engine: Engine, room: Newsroom) -> None:
    first, retitled = entry("1", f"{room.home}/a"), entry("2", f"{room.home}/a", "Corvane resumes withdrawals")

    assert polled(engine, room, first, retitled) == ["/a Corvane resumes withdrawals"]


def test_two_entries_of_one_page_are_not_taken_for_each_other(engine: Engine, room: Newsroom) -> None:
    live = [entry(str(at), f"{room.home}/live#{at}", f"Update {at} on Corvane") for at in range(3)]

    assert polled(engine, room, live[0], live[1] + live[0], live[2] + live[1] + live[0]) == [
        "/live Update 0 on Corvane"
    ]


def test_without_guids_an_article_is_known_by_its_link(engine: Engine, room: Newsroom) -> None:
    documents = [entry(None, f"{room.home}/a?utm_source=rss&amp;utm_campaign={time}#c{time}") for time in range(4)]

    assert polled(engine, room, *documents) == [f"/a {HALTS}"]
    assert len(room.pages_asked) == 1
    assert odd(engine) == {Oddity.NO_GUID: 1}


def test_without_guid_and_link_an_entry_is_counted_once(engine: Engine, room: Newsroom) -> None:
    document = entry(None, None) + entry(None, None, PAYS)

    assert polled(engine, room, document, document + " ", document) == []
    assert PublisherStore(engine).outcomes()["entry", Outcome.NO_LINK] == 2
    assert odd(engine) == {Oddity.NO_GUID: 2, Oddity.NO_LINK: 2}


def test_a_guid_belongs_to_its_feed(engine: Engine, room: Newsroom) -> None:
    with newsroom([]) as other:
        listed(engine, [room, other], NOON)
        room.entries, other.entries = entry("7", f"{room.home}/a"), entry("7", f"{other.home}/a", PAYS)
        poll(engine, [room, other], frozen(NOON + timedelta(hours=2)))

    assert sorted(one.title for one in ArticleStore(engine).page(limit=10)) == [HALTS, PAYS]


def test_entries_from_before_marks_were_kept_are_known_by_their_guid(engine: Engine, room: Newsroom) -> None:
    documents = [entry("7", f"{room.home}/a"), entry("7", f"{room.home}/b", PAYS, LATER)]
    polled(engine, room, documents[0])
    with engine.begin() as connection:
        connection.execute(update(entries).values(link_hash=None, date_hash=None))

    assert polled(engine, room, entry("7", f"{room.home}/a", date=LATER)) == [f"/a {HALTS}"]
    assert polled(engine, room, entry("7", f"{room.home}/b", PAYS, AT_NOON)) == [f"/a {HALTS}", f"/b {PAYS}"]


def test_what_is_odd_about_a_feed_is_that_of_its_last_body(engine: Engine, room: Newsroom) -> None:
    ahead = entry("1", f"{room.home}/a", date="Wed, 04 Mar 2099 12:00:00 GMT")
    polled(engine, room, ahead + entry("2", "javascript:x()"))
    assert odd(engine) == {Oddity.BAD_LINK: 1, Oddity.IMPOSSIBLE_DATE: 1}

    polled(engine, room, entry("1", f"{room.home}/a", date=None))

    assert odd(engine) == {Oddity.NO_DATE: 1}
    assert PublisherStore(engine).odd_polls() == dict.fromkeys(
        (Oddity.BAD_LINK, Oddity.IMPOSSIBLE_DATE, Oddity.NO_DATE), 1
    )


def test_an_entry_is_written_down_when_it_is_begun_and_ended_and_when_it_moves(engine: Engine, room: Newsroom) -> None:
    written: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        words = statement.split()
        if "entries" in words[:3] and words[0] != "SELECT":
            written.append(words[0])

    event.listen(engine, "after_cursor_execute", note)
    try:
        counts = []
        for document in (
            entry("7", f"{room.home}/a"),
            entry("7", f"{room.home}/a") + " ",
            entry("7", f"{room.home}/b"),
        ):
            polled(engine, room, document)
            counts.append(written.copy())
            written.clear()
    finally:
        event.remove(engine, "after_cursor_execute", note)

    assert counts == [["INSERT", "UPDATE"], [], ["UPDATE"]]
