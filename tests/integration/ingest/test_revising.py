"""A changed headline revises its article, once, and nothing else does."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import NoReturn

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from ingest.article import Article, Flag
from ingest.article_changes import forget_text
from ingest.entry_store import MAX_ATTEMPTS
from ingest.host_store import HostStore
from ingest.outcome import Outcome
from ingest.parser import Parser
from ingest.store import ArticleStore, PublisherStore
from ingest.turns import Turns
from ingest.urls import host_of
from storage.engine import writing
from tests.builders import NOON
from tests.integration.ingest.newsroom import (
    PAGE,
    PARAGRAPH,
    Answer,
    Newsroom,
    Spent,
    Stumbling,
    entry,
    frozen,
    listed,
    newsroom,
    poll,
    status_of,
)
from tests.integration.read_only import read_only_at

HALTS, RESUMES = "Corvane halts withdrawals", "Corvane resumes withdrawals"


@pytest.fixture
def room(engine: Engine) -> Iterator[Newsroom]:
    """A newsroom whose one entry was stored at noon."""
    with newsroom([]) as serving:
        listed(engine, [serving], NOON)
        _call(serving, HALTS)
        assert len(poll(engine, [serving], frozen(NOON))) == 1
        yield serving


def _call(room: Newsroom, title: str, text: str = "Brief.") -> None:
    room.entries = entry(f"{room.home}/a", f"<title>{title}</title><description>{text}</description>")


def _say(room: Newsroom, text: str) -> None:
    room.answers["/a"] = Answer(body=f"<html><body><article><p>{text}</p></article></body></html>")


def _poll_again(
    engine: Engine, room: Newsroom, hours: int = 1, reads_pages: Callable[[], Parser] = Parser
) -> list[str]:
    """The ids that were announced to the readers of articles."""
    told: list[str] = []
    PublisherStore(engine).make_due([1], NOON)
    at = frozen(NOON + timedelta(hours=hours))
    assert poll(engine, [room], at, announce=told.extend, reads_pages=reads_pages) == []
    return told


def _article(engine: Engine) -> Article:
    (found,) = ArticleStore(engine).page(limit=10)
    return found


def test_an_article_whose_text_is_forgotten_stays_as_it_is(engine: Engine, room: Newsroom) -> None:
    before = _article(engine)
    with writing(engine) as connection:
        assert forget_text(connection, before, "The exchange Corvane stopped…")
    _call(room, RESUMES)
    room.asked.clear()

    assert _poll_again(engine, room) == []

    assert _article(engine) == replace(before, text="The exchange Corvane stopped…", is_forgotten=True)
    assert room.pages_asked == []


def test_the_article_says_what_its_publisher_says_now(engine: Engine, room: Newsroom) -> None:
    before = _article(engine)
    _call(room, RESUMES)
    _say(room, f"It resumed them at dusk. {PARAGRAPH}")

    told = _poll_again(engine, room)

    now = _article(engine)
    assert told == [before.id] == [now.id]
    assert (now.title, now.first_title, now.revision) == (RESUMES, HALTS, 2)
    assert now.text.startswith("It resumed them at dusk.")
    assert (now.published_at, now.seen_at) == (before.published_at, before.seen_at)
    assert PublisherStore(engine).outcomes()["entry", Outcome.REVISED] == 1


def test_what_was_revised_is_not_asked_for_again(engine: Engine, room: Newsroom) -> None:
    _call(room, RESUMES)
    _poll_again(engine, room)
    asked = len(room.pages_asked)
    _call(room, RESUMES, "Briefer.")  # so that the feed is read again

    assert _poll_again(engine, room, hours=2) == []
    assert len(room.pages_asked) == asked


def test_the_headline_of_first_stays_known_through_further_ones(engine: Engine, room: Newsroom) -> None:
    for hours, title in enumerate((RESUMES, "Corvane pays back", HALTS), start=1):
        _call(room, title)
        _poll_again(engine, room, hours)

    assert (_article(engine).title, _article(engine).first_title) == (HALTS, HALTS)
    assert _article(engine).revision == 4


def test_a_page_that_is_gone_costs_no_text(engine: Engine, room: Newsroom) -> None:
    before = _article(engine)
    _call(room, RESUMES)
    room.answers["/a"] = Answer(status=404)

    _poll_again(engine, room)

    assert (_article(engine).title, _article(engine).text) == (RESUMES, before.text)


def test_an_article_that_was_taken_back_is_not_revised(engine: Engine, room: Newsroom) -> None:
    taken = _article(engine)
    ArticleStore(engine).remove([taken.id], NOON)
    _call(room, RESUMES)

    assert _poll_again(engine, room) == []
    assert ArticleStore(engine).get_many([taken.id])[taken.id].title == HALTS


def test_an_entry_that_loses_its_headline_keeps_its_articles(engine: Engine, room: Newsroom) -> None:
    _call(room, "")

    _poll_again(engine, room)

    assert _article(engine).title == HALTS


def test_a_changed_teaser_has_the_page_read_again_but_not_all_the_time(engine: Engine, room: Newsroom) -> None:
    for hours, comments in ((1, 1), (2, 2), (3, 3), (7, 4)):
        _call(room, HALTS, f"Brief. {comments} comments.")
        _say(room, f"{PARAGRAPH} It resumed {comments} of them.")
        _poll_again(engine, room, hours)

    assert room.pages_asked == ["/a"] * 3  # at noon, one, and seven
    assert (_article(engine).title, _article(engine).first_title, _article(engine).revision) == (HALTS, None, 3)
    assert _article(engine).text.endswith("It resumed 4 of them.")


def test_a_headline_counts_at_once_and_its_page_when_its_time_has_come(engine: Engine, room: Newsroom) -> None:
    _call(room, RESUMES)
    _poll_again(engine, room, 1)
    _call(room, HALTS)
    _say(room, f"It never resumed them. {PARAGRAPH}")

    _poll_again(engine, room, 2)
    assert _article(engine).title == HALTS
    assert not _article(engine).text.startswith("It never resumed")

    PublisherStore(engine).make_due([1], NOON)
    _call(room, HALTS, "Brief.\n")  # so that the feed is read again
    _poll_again(engine, room, 8)
    assert _article(engine).text.startswith("It never resumed")


def test_what_was_said_before_is_kept_with_when_it_ended(engine: Engine, room: Newsroom) -> None:
    _call(room, RESUMES)
    _say(room, f"{PARAGRAPH} It resumed them at dusk.")

    _poll_again(engine, room)

    (revision,) = ArticleStore(engine).revisions(_article(engine).id)
    assert (revision.number, revision.at, revision.title) == (2, NOON + timedelta(hours=1), HALTS)
    assert (revision.words_added, revision.words_removed) == (5, 2)


def test_an_outage_is_no_attempt_at_its_page(engine: Engine, room: Newsroom) -> None:
    _call(room, RESUMES)
    _say(room, f"It resumed them at dusk. {PARAGRAPH}")

    for hours in range(1, MAX_ATTEMPTS + 2):
        with read_only_at(engine, "UPDATE articles SET"), pytest.raises(DBAPIError):
            _poll_again(engine, room, hours)

    PublisherStore(engine).make_due([1], NOON)
    assert _poll_again(engine, room, MAX_ATTEMPTS + 2) == [_article(engine).id]
    assert _article(engine).title == RESUMES
    assert _article(engine).text.startswith("It resumed them at dusk.")


def test_a_mistake_over_its_address_costs_a_new_headline_nothing(engine: Engine, room: Newsroom) -> None:
    with newsroom([]) as site:
        for hours, title in enumerate(("Tellum opens", "Tellum closes"), start=1):
            room.entries = entry(f"{site.home}/b", f"<title>{title}</title>")
            PublisherStore(engine).make_due([1], NOON)
            turns = Stumbling(engine, site) if hours == 2 else None
            poll(engine, [room, site], frozen(NOON + timedelta(hours=hours)), turns=turns)

    assert {one.title for one in ArticleStore(engine).page(limit=10)} == {HALTS, "Tellum closes"}


@pytest.mark.parametrize(
    "body",
    [
        "<html><body><article><p>Subscribers read on.</p></article></body></html>",
        f"<link rel='canonical' href='/wrong'>{PAGE}",
    ],
)
def test_a_page_that_comes_to_reserve_its_text_does_so_whatever_else_it_gives(
    engine: Engine, room: Newsroom, body: str
) -> None:
    before = _article(engine)
    _call(room, RESUMES)
    room.answers["/a"] = Answer(headers={"X-Robots-Tag": "noarchive"}, body=body)

    assert _poll_again(engine, room) == [before.id]

    now = _article(engine)
    assert (now.title, now.text, now.flags) == (RESUMES, before.text, frozenset({Flag.RESERVED}))


def test_what_was_taken_back_is_revised_no_more(engine: Engine, room: Newsroom) -> None:
    before = _article(engine)
    ArticleStore(engine).remove([before.id], NOON)

    assert not ArticleStore(engine).revise(replace(before, title=RESUMES), NOON)


def test_a_page_that_broke_us_is_read_again(engine: Engine, room: Newsroom) -> None:
    class Stumbling(Parser):
        async def page(self, *_: object) -> NoReturn:
            raise ZeroDivisionError

    _call(room, RESUMES, "Brief, corrected.")
    _say(room, f"It resumed them at dusk. {PARAGRAPH}")
    _poll_again(engine, room, reads_pages=Stumbling)
    room.channel = "<description>Again</description>"  # so that the feed is read again
    _poll_again(engine, room, 8)

    assert _article(engine).text.startswith("It resumed them at dusk.")


def test_a_page_to_sign_in_at_reserves_no_article(engine: Engine, room: Newsroom) -> None:
    _call(room, RESUMES)
    room.answers["/a"] = Answer(302, {"Location": "/subscribers"})
    room.answers["/subscribers"] = Answer(headers={"X-Robots-Tag": "noindex"})

    _poll_again(engine, room)

    assert (_article(engine).title, _article(engine).flags) == (RESUMES, frozenset())


def test_a_page_that_fails_in_passing_is_asked_for_again_when_it_may_be(engine: Engine, room: Newsroom) -> None:
    _call(room, HALTS, "Brief, corrected.")
    room.answers["/a"] = Answer(503)
    _poll_again(engine, room, 1)
    _say(room, f"It resumed them at dusk. {PARAGRAPH}")

    for hours in (2, 7):
        room.channel = f"<description>{hours}</description>"  # so that the feed is read again
        _poll_again(engine, room, hours)

    assert room.pages_asked == ["/a"] * 3
    assert _article(engine).text.startswith("It resumed them at dusk.")


def test_an_article_of_a_feed_without_headlines_is_revised_too(engine: Engine, room: Newsroom) -> None:
    for hours, text in ((1, "Tellum opens."), (8, "Tellum opens, with more.")):
        room.entries = entry(f"{room.home}/b", f"<description>{text}</description>")
        room.answers["/b"] = Answer(body=PAGE.replace("The exchange", text, 1))
        PublisherStore(engine).make_due([1], NOON)
        poll(engine, [room], frozen(NOON + timedelta(hours=hours)))

    article = next(one for one in ArticleStore(engine).page(limit=10) if one.url.endswith("/b"))
    assert article.text.startswith("Tellum opens, with more.")


def test_a_host_that_rests_is_waited_for(engine: Engine, room: Newsroom) -> None:
    def again(title: str, turns: Turns | None) -> None:
        room.entries = entry(f"{site.home}/b", f"<title>{title}</title>")
        PublisherStore(engine).make_due([1], NOON)
        poll(engine, [room, site], frozen(now), turns=turns)

    now, host = NOON + timedelta(hours=1), HostStore(engine)
    with newsroom([]) as site:
        again("Tellum opens", None)
        host.take(host_of(site.url), "another", now, now + timedelta(seconds=1))
        host.release(host_of(site.url), "another", now)
        host.rest(host_of(site.url), now + timedelta(minutes=5))
        again("Tellum closes", Turns(host, frozen(now)))

    assert status_of(engine, room).next_poll_at == now + timedelta(minutes=5)


def test_a_revision_that_no_time_was_left_to_read_is_made_when_there_is_some(engine: Engine, room: Newsroom) -> None:
    before = _article(engine)
    _call(room, RESUMES)
    _say(room, f"It resumed them at dusk. {PARAGRAPH}")

    for _ in range(MAX_ATTEMPTS + 1):
        assert _poll_again(engine, room, reads_pages=Spent) == []
    assert _article(engine) == before
    assert _poll_again(engine, room) == [before.id]

    now = _article(engine)
    assert (now.title, now.text.startswith("It resumed them at dusk.")) == (RESUMES, True)
