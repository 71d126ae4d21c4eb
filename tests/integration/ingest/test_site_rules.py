"""What a site's robots.txt says holds for every page of it, for all workers and for a day."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from ingest import site_rules
from ingest.article import Article, Flag
from ingest.fetching import Fetched, Fetcher
from ingest.host_store import HELD_FOR, HOST_RESTS, HostStore
from ingest.outcome import Outcome
from ingest.parser import Parser
from ingest.site_rule_store import Rules, SiteRuleStore
from ingest.site_rules import AGENT, ASKED_AGAIN_AFTER, LASTS, LONGEST_CRAWL_DELAY, READ_BYTES, UNREAD_FOR, Pages
from ingest.store import ArticleStore, PublisherStore
from ingest.turns import Turns
from ingest.urls import host_of
from storage.settings import Settings
from tests.builders import NOON
from tests.integration.ingest.newsroom import ROBOTS, Answer, Newsroom, Spent, frozen, listed, newsroom, outcomes, poll

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
LATER = NOON + 10 * MINUTE  # whatever was left is due again


def only_article(engine: Engine) -> Article:
    (article,) = ArticleStore(engine).page(limit=2)
    return article


def rules(*lines: str) -> Answer:
    return Answer(headers={"content-type": "text/plain"}, body="\n".join(lines))


def refused(engine: Engine, room: Newsroom, robots: Answer) -> None:
    """Polls twice: what cannot be told at first is asked for once more."""
    room.answers[ROBOTS] = robots
    listed(engine, [room], NOON)
    poll(engine, [room], frozen(NOON))
    poll(engine, [room], frozen(LATER))


def test_rules_are_written_for_what_we_call_ourselves() -> None:
    assert Settings().user_agent.startswith(f"{AGENT}/")


@pytest.mark.parametrize(
    "robots",
    [
        rules("User-agent: *", "Disallow: /"),
        rules("User-agent: *", "Allow: /", "", "User-agent: SecondSource", "Disallow: /0"),
        rules("User-agent: *", "Disallow: /*0$"),
        rules("\ufeffUser-agent: *", "Disallow: /"),  # as some editors of text write it
        Answer(500),
        Answer(503),
        Answer(429),
        Answer(408),
        Answer(302, {"Location": "http://127.0.0.1:1/robots.txt"}),  # where nothing may be asked
    ],
)
def test_a_page_that_is_forbidden_gives_an_article_from_the_feed_alone(engine: Engine, robots: Answer) -> None:
    with newsroom([NOON]) as room:
        refused(engine, room, robots)

    article = only_article(engine)
    assert (article.text, article.flags) == ("Brief 0.", frozenset({Flag.TEASER_ONLY}))
    assert article.url == f"{room.home}/0"
    assert room.pages_asked == []
    assert outcomes(engine, "page").keys() == {Outcome.ROBOTS}


@pytest.mark.parametrize(
    "robots",
    [
        Answer(404),
        Answer(403),
        Answer(204),
        Answer(302, {"Location": ROBOTS}),  # without end
        rules("User-agent: *", "Disallow: /", "", "User-agent: secondsource", "Disallow: /1"),
        rules("User-agent: *", "Disallow: /", "Allow: /0"),
        Answer(),  # a page
        rules("\x00\xff", "Disallow"),
    ],
)
def test_a_page_that_nothing_forbids_is_read(engine: Engine, robots: Answer) -> None:
    with newsroom([NOON]) as room:
        refused(engine, room, robots)

    assert room.pages_asked == ["/0"]
    assert outcomes(engine, "page") == {Outcome.OK: 1}


def test_rules_that_do_not_come_in_time_forbid(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_rules, "DEADLINE", 200 * timedelta(milliseconds=1))
    with newsroom([NOON]) as room:
        room.hold_also.add(ROBOTS)
        room.hold.clear()
        refused(engine, room, rules())

    assert outcomes(engine, "page") == {Outcome.ROBOTS: 2}
    assert room.pages_asked == []


def test_rules_that_come_at_the_second_time_of_asking_let_the_page_be_read(engine: Engine) -> None:
    with newsroom([NOON]) as room:
        room.answers[ROBOTS] = Answer(503)
        listed(engine, [room], NOON)
        assert poll(engine, [room], frozen(NOON)) == []
        room.answers[ROBOTS] = rules()
        assert len(poll(engine, [room], frozen(LATER))) == 1

    assert only_article(engine).flags == frozenset()


def test_rules_that_no_time_was_left_to_read_are_not_taken_for_unreadable_ones(engine: Engine) -> None:
    with newsroom([NOON]) as room:
        room.answers[ROBOTS] = rules("User-agent: *", "Disallow: /1")
        listed(engine, [room], NOON)
        assert poll(engine, [room], frozen(NOON), reads_pages=Spent) == []
        assert poll(engine, [room], frozen(NOON), reads_pages=Spent) == []
        assert len(poll(engine, [room], frozen(NOON))) == 1

    assert outcomes(engine, "page") == {Outcome.OK: 1}


def test_a_page_of_another_site_is_forbidden_by_that_sites_rules(engine: Engine) -> None:
    with newsroom([NOON]) as room, newsroom([]) as other:
        room.answers["/0"] = Answer(302, {"Location": f"{other.home}/report"})
        other.answers[ROBOTS] = rules("User-agent: *", "Disallow: /report")
        listed(engine, [room], NOON)
        poll(engine, [room, other], frozen(NOON))

    assert other.asked == [ROBOTS]
    assert outcomes(engine, "page") == {Outcome.ROBOTS: 1}


def test_a_redirect_to_a_forbidden_page_of_the_same_site_is_not_followed(engine: Engine) -> None:
    with newsroom([NOON]) as room:
        room.answers["/0"] = Answer(302, {"Location": "/members"})
        room.answers[ROBOTS] = rules("User-agent: *", "Disallow: /members")
        listed(engine, [room], NOON)
        poll(engine, [room], frozen(NOON))

    assert room.pages_asked == ["/0"]


def test_a_site_is_asked_for_its_rules_once_a_day(engine: Engine) -> None:
    with newsroom([NOON, NOON]) as room:
        listed(engine, [room], NOON)
        poll(engine, [room], frozen(NOON))
        room.published += [NOON]
        poll(engine, [room], frozen(NOON + LASTS - MINUTE))
        assert room.asked.count(ROBOTS) == 1

        room.published += [NOON]
        poll(engine, [room], frozen(NOON + LASTS + LASTS))
        assert room.asked.count(ROBOTS) == 2


@pytest.mark.parametrize(("status", "kept_as"), [(503, Outcome.HTTP_SERVER_ERROR), (429, Outcome.ROBOTS)])
def test_the_last_rules_hold_while_no_others_can_be_had(engine: Engine, status: int, kept_as: Outcome) -> None:
    with newsroom([NOON]) as room:
        room.answers[ROBOTS] = rules("User-agent: *", "Disallow: /1")
        listed(engine, [room], NOON)
        poll(engine, [room], frozen(NOON))
        room.answers[ROBOTS] = Answer(status)
        room.published += [NOON, NOON]
        poll(engine, [room], frozen(NOON + LASTS))

    assert room.pages_asked == ["/0", "/2"]
    kept = SiteRuleStore(engine).get(host_of(room.url))
    assert kept
    assert (kept.outcome, kept.text) == (kept_as, "User-agent: *\nDisallow: /1")


def test_no_more_than_500_kib_are_read_and_half_a_line_is_no_rule(engine: Engine) -> None:
    start, rule = "User-agent: *\nDisallow: /1\n#", "\nDisallow: /private"
    filler = "x" * (READ_BYTES - len(start) - len("\nDisallow: /"))
    with newsroom([NOON, NOON]) as room:
        refused(engine, room, Answer(body=start + filler + rule + "\nDisallow: /0\n" * 100))

    assert room.pages_asked == ["/0"]


@pytest.mark.parametrize(
    ("stated", "kept"),
    [("3", 3 * SECOND), ("0.5", SECOND / 2), ("86400", LONGEST_CRAWL_DELAY), ("-5", None), ("nan", None), ("x", None)],
)
def test_the_crawl_delay_is_kept_within_bounds(engine: Engine, stated: str, kept: timedelta | None) -> None:
    with newsroom([NOON]) as room:
        refused(engine, room, rules("User-agent: *", f"Crawl-delay: {stated}"))

    found = SiteRuleStore(engine).get(host_of(room.url))
    assert found
    assert found.crawl_delay == kept


def test_a_host_rests_for_as_long_as_its_rules_ask_for(engine: Engine) -> None:
    site, hosts = "https://ledgerpost.example:443", HostStore(engine)
    SiteRuleStore(engine).put(Rules(site, NOON, Outcome.OK, "", 5 * SECOND))
    for host, rests in ((site, 5 * SECOND), ("https://nordblatt.example:443", HOST_RESTS)):
        hosts.take(host, "first", NOON, NOON + HELD_FOR)
        hosts.release(host, "first", NOON)

        assert hosts.take(host, "second", NOON, NOON + HELD_FOR) == NOON + rests
        assert hosts.take(host, "second", NOON + rests, NOON + HELD_FOR) is None


@pytest.mark.parametrize("status", [503, 429])
def test_a_site_that_cannot_be_asked_is_asked_again_after_a_minute(engine: Engine, status: int) -> None:
    with newsroom([NOON, NOON, NOON]) as room:
        room.answers[ROBOTS] = Answer(status)
        listed(engine, [room], NOON)
        poll(engine, [room], frozen(NOON))
        assert room.asked.count(ROBOTS) == 1
        poll(engine, [room], frozen(NOON + 2 * ASKED_AGAIN_AFTER))
        assert room.asked.count(ROBOTS) == 2


LONG = "User-agent: *\n" + "Disallow: /private\n" * 20_000


class Halting(Parser):
    """Stands still at the first reading of a site's rules, as on a machine that does."""

    async def crawl_delay(self, rules: bytes, agent: str) -> Outcome:
        return Outcome.PARSE_TIMEOUT


def hasty() -> Parser:
    """Reads nothing of any length in time."""
    return Parser(limit=SECOND / 1000)


def asked(
    engine: Engine, room: Newsroom, *paths: str, now: datetime = NOON, reads_rules: Callable[[], Parser] = Parser
) -> list[Fetched]:
    """Pages, asked for one after another."""

    async def ask() -> list[Fetched]:
        fetcher, parser = Fetcher([room.address]), reads_rules()
        pages = Pages.by(SiteRuleStore(engine), fetcher, parser, frozen(now))
        try:
            return [await pages.fetch(room.home + path, deadline=MINUTE) for path in paths]
        finally:
            await fetcher.aclose()
            await parser.aclose()

    return asyncio.run(ask())


@pytest.mark.parametrize("are_known", [False, True])
def test_rules_that_keep_their_reader_busy_are_tried_twice_and_then_forbid(engine: Engine, are_known: bool) -> None:
    with newsroom([]) as room:
        room.answers[ROBOTS] = Answer(body=LONG)
        if are_known:
            SiteRuleStore(engine).put(Rules(host_of(room.url), NOON, Outcome.OK, LONG))
        pages = asked(engine, room, "/0", "/1", "/2", reads_rules=hasty)

    assert {page.outcome for page in pages} == {Outcome.ROBOTS}
    assert [page.passes for page in pages] == [are_known, False, False]
    kept = SiteRuleStore(engine).get(host_of(room.url))
    assert kept
    assert (kept.outcome, kept.text) == (Outcome.PARSE_TIMEOUT, None)
    assert room.asked == ([] if are_known else [ROBOTS])


def test_an_accident_in_reading_known_rules_forbids_one_page_for_a_moment(engine: Engine) -> None:
    with newsroom([]) as room:
        SiteRuleStore(engine).put(Rules(host_of(room.url), NOON, Outcome.OK, LONG))
        (broken,) = asked(engine, room, "/0", reads_rules=hasty)
        (page,) = asked(engine, room, "/0")

    assert (broken.outcome, broken.passes, page.outcome) == (Outcome.ROBOTS, True, Outcome.OK)


def test_an_accident_in_reading_new_rules_forbids_nothing(engine: Engine) -> None:
    with newsroom([]) as room:
        room.answers[ROBOTS] = rules("User-agent: *", "Disallow: /1")
        pages = asked(engine, room, "/0", "/1", reads_rules=Halting)

    assert [page.outcome for page in pages] == [Outcome.OK, Outcome.ROBOTS]


def test_rules_that_nobody_could_read_are_asked_for_again_after_an_hour(engine: Engine) -> None:
    with newsroom([]) as room:
        SiteRuleStore(engine).put(Rules(host_of(room.url), NOON, Outcome.PARSE_TIMEOUT, None))
        (before,) = asked(engine, room, "/0", now=NOON + UNREAD_FOR - SECOND)
        (after,) = asked(engine, room, "/0", now=NOON + UNREAD_FOR)

    assert (before.outcome, after.outcome) == (Outcome.ROBOTS, Outcome.OK)
    assert room.asked == [ROBOTS, "/0"]


def test_rules_that_nobody_asks_for_any_more_are_forgotten(engine: Engine) -> None:
    store, site = SiteRuleStore(engine), "https://ledgerpost.example:443"
    store.put(Rules(site, NOON, Outcome.OK, ""))

    HostStore(engine).forget(NOON - SECOND)
    assert store.get(site)
    HostStore(engine).forget(NOON)
    assert store.get(site) is None


def test_who_is_asked_to_wait_asks_nothing_of_that_host_meanwhile(engine: Engine) -> None:
    with newsroom([NOON, NOON]) as room, newsroom([]) as other:
        room.pages_at = other.address
        other.answers["/0"] = Answer(429, {"Retry-After": "300"})
        turns = Turns(HostStore(engine), frozen(NOON))
        HostStore(engine).take(host_of(other.url), "nobody", NOON - MINUTE, NOON - MINUTE)
        listed(engine, [room], NOON)
        SiteRuleStore(engine).put(Rules(host_of(other.url), NOON, Outcome.OK, ""))
        poll(engine, [room, other], frozen(NOON), turns=turns)

    (feed,) = PublisherStore(engine).list()
    assert other.pages_asked == ["/0"]
    assert feed.next_poll_at == NOON + 5 * MINUTE
