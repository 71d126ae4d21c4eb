"""A changed headline revises its article, once, and nothing else does."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from ingest.article import Article
from ingest.entry_store import MAX_ATTEMPTS
from ingest.outcome import Outcome
from ingest.parser import Parser
from ingest.store import ArticleStore, PublisherStore
from tests.builders import NOON
from tests.integration.ingest.newsroom import PARAGRAPH, Answer, Newsroom, Spent, entry, frozen, listed, newsroom, poll

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
