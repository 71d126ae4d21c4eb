"""A page that breaks its reader costs its article nothing but the text, is tried three times, and can be seen."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, update

from ingest.article import Article, Flag
from ingest.entry_store import MAX_ATTEMPTS
from ingest.fingerprints import fingerprint
from ingest.outcome import Outcome
from ingest.parser import Parser
from ingest.quarantine_store import QuarantineStore
from ingest.store import ArticleStore, FeedStore, PublisherStore
from ingest.tables import entries
from ingest.taking import TRY_AGAIN_AFTER
from tests.builders import NOON
from tests.integration.ingest.newsroom import (
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

AT_ONCE = timedelta(milliseconds=1)  # no page is read in that, so each kills its reader
TEXT = "The exchange Corvane stopped withdrawals"


@pytest.fixture
def room(engine: Engine) -> Iterator[Newsroom]:
    with newsroom([]) as serving:
        serving.entries = entry(f"{serving.home}/a")
        listed(engine, [serving], NOON)
        yield serving


def poll_at(engine: Engine, room: Newsroom, number: int, limit: timedelta = AT_ONCE) -> Article:
    """Polls when the feed asks for it; the one article that there is then."""
    poll(engine, [room], frozen(NOON + number * TRY_AGAIN_AFTER), reads_pages=lambda: Parser(page_limit=limit))
    (found,) = ArticleStore(engine).page(limit=10)
    return found


def test_an_article_is_kept_at_once_and_its_page_is_tried_three_times(engine: Engine, room: Newsroom) -> None:
    first = poll_at(engine, room, 0)
    assert (first.text, first.flags) == ("Brief.", frozenset({Flag.TEASER_ONLY}))
    assert QuarantineStore(engine).count() == 0

    for number in range(1, MAX_ATTEMPTS + 2):
        assert poll_at(engine, room, number) == first

    assert room.pages_asked == ["/a"] * MAX_ATTEMPTS
    assert outcomes(engine, "page") == {Outcome.PARSE_TIMEOUT: MAX_ATTEMPTS}
    assert outcomes(engine, "entry") == {Outcome.STORED: 1, Outcome.KNOWN: 1, Outcome.QUARANTINED: 1}
    (aside,) = QuarantineStore(engine).newest(10)
    assert (aside.article_id, aside.title, aside.url) == (first.id, "Corvane halts", f"{room.home}/a")
    assert aside.since == NOON + (MAX_ATTEMPTS - 1) * TRY_AGAIN_AFTER


def test_a_page_that_can_be_read_the_next_time_gives_its_text(engine: Engine, room: Newsroom) -> None:
    first = poll_at(engine, room, 0)
    assert status_of(engine, room).next_poll_at == NOON + TRY_AGAIN_AFTER

    now = poll_at(engine, room, 1, timedelta(seconds=60))

    assert (now.id, now.flags, now.text.startswith(TEXT)) == (first.id, frozenset(), True)
    assert QuarantineStore(engine).count() == 0


def test_a_page_that_broke_its_reader_is_tried_again_where_entries_have_no_headline(
    engine: Engine, room: Newsroom
) -> None:
    room.entries = entry(f"{room.home}/a", "<description>Brief.</description>")
    first = poll_at(engine, room, 0)
    assert (first.title, first.text) == ("Brief.", "Brief.")

    assert poll_at(engine, room, 1, timedelta(seconds=60)).text.startswith(TEXT)


def test_what_is_set_aside_is_taken_up_when_somebody_says_so(engine: Engine, room: Newsroom) -> None:
    for number in range(MAX_ATTEMPTS):
        first = poll_at(engine, room, number)
    store = QuarantineStore(engine)
    (aside,) = store.newest(10)

    assert store.retry([aside.id + 1], NOON) == []
    assert store.retry([aside.id], NOON + timedelta(hours=1)) == [aside.id]
    assert [one.is_due for one in store.newest(10)] == [True]
    now = poll_at(engine, room, 60, timedelta(seconds=60))

    assert store.count() == 0
    assert (now.id, now.flags, now.text.startswith(TEXT)) == (first.id, frozenset(), True)
    assert status_of(engine, room).was_read


def test_what_breaks_its_reader_again_is_set_aside_again(engine: Engine, room: Newsroom) -> None:
    for number in range(MAX_ATTEMPTS):
        poll_at(engine, room, number)
    QuarantineStore(engine).retry(None, NOON + timedelta(hours=1))

    for number in range(60, 60 + MAX_ATTEMPTS):
        poll_at(engine, room, number)

    assert [one.is_due for one in QuarantineStore(engine).newest(10)] == [False]
    assert room.pages_asked == ["/a"] * 2 * MAX_ATTEMPTS


def test_what_its_feed_lists_no_more_stays_set_aside(engine: Engine, room: Newsroom) -> None:
    for number in range(MAX_ATTEMPTS):
        poll_at(engine, room, number)
    store, publishers = QuarantineStore(engine), PublisherStore(engine)
    publishers.switch([1], False, NOON)
    assert (store.retry(None, NOON), store.which_can([1])) == ([], set())
    publishers.switch([1], True, NOON)

    room.entries = ""
    assert store.retry(None, NOON) == [1]
    poll_at(engine, room, 60, timedelta(seconds=60))

    assert store.count() == 1


def test_what_nothing_was_kept_of_is_dealt_with_as_if_for_the_first_time(engine: Engine, room: Newsroom) -> None:
    feeds, name = FeedStore(engine), fingerprint(f"{room.home}/a")
    feeds.begin_entry(1, name)
    feeds.set_aside(1, name, room.home, None, NOON)
    assert poll(engine, [room], frozen(NOON)) == []
    QuarantineStore(engine).retry(None, NOON)

    assert poll_at(engine, room, 1, timedelta(seconds=60)).text.startswith(TEXT)
    assert QuarantineStore(engine).count() == 0


def test_an_article_that_was_set_aside_is_kept_up_by_its_feed(engine: Engine, room: Newsroom) -> None:
    for number in range(MAX_ATTEMPTS):
        first = poll_at(engine, room, number)
    publishers = PublisherStore(engine)
    for text in ("Brief.", "Briefer."):  # a teaser alone says nothing: its page is not read
        publishers.make_due([1], NOON)
        room.entries = entry(f"{room.home}/a", f"<title>Corvane resumes</title><description>{text}</description>")
        now = poll_at(engine, room, 60)

    assert (now.id, now.title, now.text) == (first.id, "Corvane resumes", first.text)
    assert QuarantineStore(engine).count() == 1
    assert room.pages_asked == ["/a"] * MAX_ATTEMPTS

    dated = "<title>Court dismisses</title><pubDate>Wed, 04 Mar 2026 11:00:00 GMT</pubDate>"
    room.entries, room.answers["/a"] = entry(f"{room.home}/b", dated), Answer(404)
    for hours in (3, 28):
        publishers.make_due([1], NOON)
        poll(engine, [room], frozen(NOON + timedelta(hours=hours)))

    assert [one.title for one in ArticleStore(engine).page(limit=10)] == ["Court dismisses"]
    assert QuarantineStore(engine).count() == 0


def test_those_that_nobody_knows_the_time_of_are_listed_last(engine: Engine, room: Newsroom) -> None:
    feeds = FeedStore(engine)
    for name in ("dated", "undated"):
        feeds.begin_entry(1, name)
        feeds.set_aside(1, name, f"{room.home}/{name}", None, NOON)
    with engine.begin() as connection:
        connection.execute(update(entries).where(entries.c.guid_hash == "undated").values(set_aside_at=None))

    assert [one.since for one in QuarantineStore(engine).newest(10)] == [NOON, None]


def test_an_entry_that_kills_its_worker_three_times_is_kept_as_its_feed_tells_it(
    engine: Engine, room: Newsroom
) -> None:
    class Killed(FeedStore):
        """Dies behind the count, as a worker does that is killed for memory."""

        def begin_entry(self, feed_id: int, guid_hash: str, *marks: Any) -> Outcome | None:
            begun = super().begin_entry(feed_id, guid_hash, *marks)
            if begun is None:
                raise KeyboardInterrupt
            return begun

    room.answers["/a"] = Answer(headers={"X-Robots-Tag": "noarchive"})
    for number in range(MAX_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            poll(engine, [room], frozen(NOON + timedelta(hours=number)), feeds=Killed(engine))
    assert ArticleStore(engine).count() == 0

    new = poll(engine, [room], frozen(NOON + timedelta(hours=9)), feeds=Killed(engine))

    (article,) = ArticleStore(engine).page(limit=10)
    limits = frozenset({Flag.TEASER_ONLY, Flag.RESERVED})
    assert (new, article.text, article.flags) == ([article.id], "Brief.", limits)
    assert [one.article_id for one in QuarantineStore(engine).newest(10)] == [article.id]
    assert (outcomes(engine, "entry"), outcomes(engine, "page")) == ({Outcome.QUARANTINED: 1}, {Outcome.OK: 1})


def test_a_worker_killed_while_it_sets_an_entry_aside_loses_nothing(engine: Engine, room: Newsroom) -> None:
    class Killed(FeedStore):
        def set_aside(self, *ended: Any) -> bool:
            raise KeyboardInterrupt

    feeds = FeedStore(engine)
    name = fingerprint(f"{room.home}/a")
    assert [feeds.begin_entry(1, name) for _ in range(MAX_ATTEMPTS)] == [None] * MAX_ATTEMPTS
    with pytest.raises(KeyboardInterrupt):
        poll(engine, [room], frozen(NOON), feeds=Killed(engine))
    assert outcomes(engine, "entry") == {}

    new = poll(engine, [room], frozen(NOON + timedelta(hours=1)))

    assert [one.article_id for one in QuarantineStore(engine).newest(10)] == new
    assert ArticleStore(engine).count() == len(new) == 1


def test_an_entry_whose_link_leads_elsewhere_waits_for_the_others_at_no_cost(engine: Engine, room: Newsroom) -> None:
    class Killed(FeedStore):
        """Dies over another entry."""

        def begin_entry(self, feed_id: int, guid_hash: str, *marks: Any) -> Outcome | None:
            if guid_hash == fingerprint(f"{room.home}/b"):
                raise KeyboardInterrupt
            return super().begin_entry(feed_id, guid_hash, *marks)

    room.entries += entry(f"{room.home}/b", "")
    room.answers = {"/a": Answer(302, {"Location": "/corvane-halts"}), "/b": Answer(404)}
    for number in range(MAX_ATTEMPTS + 1):
        with pytest.raises(KeyboardInterrupt):
            poll(engine, [room], frozen(NOON + timedelta(hours=number)), feeds=Killed(engine))

    assert poll_at(engine, room, 300, timedelta(seconds=60)).flags == frozenset()
    assert QuarantineStore(engine).count() == 0


def test_a_page_is_counted_also_where_another_worker_was_quicker(engine: Engine, room: Newsroom) -> None:
    class Late(FeedStore):
        def begin_entry(self, feed_id: int, guid_hash: str, *marks: Any) -> Outcome | None:
            super().begin_entry(feed_id, guid_hash, *marks)
            super().end_entry(feed_id, guid_hash, Outcome.NO_LINK, None)
            return super().begin_entry(feed_id, guid_hash, *marks)

    poll(engine, [room], frozen(NOON), feeds=Late(engine))

    assert (outcomes(engine, "entry"), outcomes(engine, "page")) == ({Outcome.NO_LINK: 1}, {Outcome.OK: 1})


def test_a_revision_that_kills_its_worker_is_counted_too(engine: Engine, room: Newsroom) -> None:
    class Killed(FeedStore):
        def begin_revision(self, *asked: object) -> bool:
            if super().begin_revision(*asked):  # type: ignore[arg-type]
                raise KeyboardInterrupt
            return False

    first = poll_at(engine, room, 0, timedelta(seconds=60))
    room.entries = entry(f"{room.home}/a", "<title>Corvane resumes</title><description>Brief.</description>")
    PublisherStore(engine).make_due([1], NOON)
    for hours in (7, 14, 21):
        with pytest.raises(KeyboardInterrupt):
            poll(engine, [room], frozen(NOON + timedelta(hours=hours)), feeds=Killed(engine))

    poll(engine, [room], frozen(NOON + timedelta(hours=28)), feeds=Killed(engine))

    assert room.pages_asked == ["/a"] * (1 + MAX_ATTEMPTS)  # not once more, to be set aside
    assert [one.article_id for one in QuarantineStore(engine).newest(10)] == [first.id]
    assert ArticleStore(engine).get_many([first.id])[first.id].text == first.text


def test_a_guid_that_is_used_anew_while_its_page_is_to_be_read_is_another_article(
    engine: Engine, room: Newsroom
) -> None:
    def slot(path: str, title: str, hour: int) -> str:
        dated = f"<pubDate>Wed, 04 Mar 2026 {hour}:00:00 GMT</pubDate>"
        return f"<item><guid>top</guid><link>{room.home}{path}</link><title>{title}</title>{dated}</item>"

    room.entries = slot("/a", "Corvane halts", 10)
    assert poll_at(engine, room, 0).title == "Corvane halts"
    room.entries = slot("/b", "Tellum opens", 11)
    poll(engine, [room], frozen(NOON + TRY_AGAIN_AFTER))

    found = {one.url.removeprefix(room.home): one.title for one in ArticleStore(engine).page(limit=10)}
    assert found == {"/a": "Corvane halts", "/b": "Tellum opens"}
