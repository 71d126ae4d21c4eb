"""An address becomes an article, or a sentence that says why not; no request is lost and none is done twice."""

import sys
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError

from ingest.addition import AdditionState
from ingest.addition_store import BROKE, CLAIMED_FOR, MAX_ATTEMPTS, MOST_OPEN, TAKEN_BACK, AdditionStore
from ingest.article import Basis, Standing
from ingest.fetching import MAX_BYTES
from ingest.outcome import Outcome
from ingest.publishers import Listed
from ingest.store import ArticleStore, PublisherStore
from ingest.tables import articles
from ingest.urls import canonical_url
from storage.engine import reading
from tests.builders import NOON, make_article, make_publisher
from tests.integration.ingest.adding import asked, fetch
from tests.integration.ingest.newsroom import PARAGRAPH, Answer, Newsroom, entry, listed, newsroom, poll
from tests.integration.read_only import read_only_at

REPORT = (
    '<html lang="en"><head><meta property="og:title" content="Corvane opens again">'
    '<meta property="og:site_name" content="Harbour Ledger">'
    '<meta property="article:published_time" content="2026-03-04T10:30:00Z">{head}</head>'
    f"<body><article><h1>Corvane opens again</h1><p>{PARAGRAPH}</p></article></body></html>"
)
FORBIDS_ALL = "User-agent: *\nDisallow: /\n"
FEW = (
    "<html><head>{head}</head><body><article><p>Corvane opens again. Subscribe to read on.</p></article></body></html>"
)
WALL = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":"False"}</script>'


def page(head: str = "", body: str = REPORT) -> Answer:
    return Answer(headers={"content-type": "text/html; charset=utf-8"}, body=body.replace("{head}", head))


def by_hand(engine: Engine) -> list[bool]:
    with reading(engine) as connection:
        return list(connection.scalars(select(articles.c.by_hand)))


def forbidding(room: Newsroom, path: str) -> None:
    room.answers["/robots.txt"] = Answer(body=f"User-agent: *\nDisallow: {path}\n")


def test_an_address_becomes_an_article_of_a_new_publisher_who_confirms_nothing(engine: Engine) -> None:
    told: list[str] = []
    with newsroom([]) as room:
        room.answers["/report"] = page()
        asked(engine, f"{room.home}/report")
        (done,) = fetch(engine, room, announce=told.append)

    article = ArticleStore(engine).by_url(f"{room.home}/report")
    assert article
    assert done.article_id == article.id == told[0]
    assert done.state is AdditionState.FETCHED
    assert (article.title, article.text) == ("Corvane opens again", PARAGRAPH.strip())
    assert (article.published_at, article.published_at_basis) == (NOON - timedelta(hours=1.5), Basis.PAGE)
    assert (article.publisher.name, article.publisher.standing) == ("Harbour Ledger", Standing.UNRATED)
    assert article.publisher.home == room.home


def test_the_article_of_a_known_publishers_site_is_that_publishers(engine: Engine) -> None:
    with newsroom([]) as room:
        PublisherStore(engine).add([Listed(make_publisher(home=room.home), ())], NOON)
        room.answers["/report"] = page()
        asked(engine, f"{room.home}/report")
        fetch(engine, room)

    article = ArticleStore(engine).by_url(f"{room.home}/report")
    assert article
    assert article.publisher.id == "ledgerpost"


HOSTILE: dict[str, tuple[str, dict[str, Answer], str]] = {
    "robots": ("/secret", {"/robots.txt": Answer(body="User-agent: *\nDisallow: /sec*t$\n")}, "robots.txt"),
    "robots out of order": ("/report", {"/robots.txt": Answer(503)}, "robots.txt"),
    "robots too large": ("/report", {"/robots.txt": Answer(body=FORBIDS_ALL + "#" * (600 * 1024))}, "robots.txt"),
    "a wall": ("/wall", {"/wall": page(WALL, FEW)}, "for subscribers"),
    "402": ("/paid", {"/paid": Answer(402)}, "for subscribers"),
    "403": ("/shut", {"/shut": Answer(403)}, "refuses programs"),
    "404": ("/gone", {"/gone": Answer(404)}, "no page at this address"),
    "500": ("/broken", {"/broken": Answer(500)}, "failed (500)"),
    "a front page": ("/", {}, "front page"),
    "an article that is gone": ("/old", {"/old": Answer(302, {"Location": "/"}), "/": page()}, "front page"),
    "a sign-in page": (
        "/members",
        {"/members": Answer(302, {"Location": "/login?next=/members"}), "/login?next=/members": page()},
        "sign in",
    ),
    "a few words": ("/few", {"/few": page(body=FEW)}, "No article was found"),
    "nothing": ("/empty", {"/empty": Answer(body="")}, "No article was found"),
    "a picture": ("/a.png", {"/a.png": Answer(headers={"content-type": "image/png"})}, "no web page"),
    "too large": ("/large", {"/large": Answer(body="x" * (MAX_BYTES + 1))}, "larger than 5 MiB"),
    "a loop": ("/loop", {"/loop": Answer(302, {"Location": "/loop"})}, "more than 5 times"),
    "a private address behind it": (
        "/inside",
        {"/inside": Answer(302, {"Location": "http://127.0.0.1:1/latest"})},
        "not on the public internet",
    ),
    "a file behind it": ("/file", {"/file": Answer(302, {"Location": "file:///etc/passwd"})}, "no address of a page"),
    "an unfinished charset": (
        "/bad",
        {"/bad": Answer(headers={"content-encoding": "gzip"}, body="no gzip")},
        "cannot be read",
    ),
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_article_is_refused_with_a_sentence(
    engine: Engine, hostile: tuple[str, dict[str, Answer], str]
) -> None:
    path, answers, sentence = hostile
    with newsroom([]) as room:
        room.answers |= answers
        asked(engine, f"{room.home}{path}")
        (done,) = fetch(engine, room)

    assert (done.state, done.article_id) == (AdditionState.REFUSED, None)
    assert sentence in done.sentence
    assert ArticleStore(engine).count() == 0
    assert AdditionStore(engine).claim(NOON + CLAIMED_FOR, 8) == []


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://127.0.0.1:8080/report", "not on the public internet"),
        ("http://169.254.169.254/latest/meta-data", "not on the public internet"),
        ("http://[::ffff:10.0.0.1]/report", "not on the public internet"),
        ("http://nowhere.invalid/report", "No site was found"),
    ],
)
def test_nothing_of_ours_is_asked(engine: Engine, url: str, sentence: str) -> None:
    asked(engine, url)

    (done,) = fetch(engine)

    assert done.state is AdditionState.REFUSED
    assert sentence in done.sentence


def test_a_page_that_forbids_programs_is_not_asked_for(engine: Engine) -> None:
    with newsroom([]) as room:
        forbidding(room, "/")
        asked(engine, f"{room.home}/report")
        fetch(engine, room)

        assert room.asked == ["/robots.txt"]


def test_rules_hold_on_the_site_that_an_address_leads_to(engine: Engine) -> None:
    with newsroom([]) as room, newsroom([]) as other:
        forbidding(other, "/report")
        room.answers["/away"] = Answer(302, {"Location": f"{other.home}/report"})
        asked(engine, f"{room.home}/away")
        (done,) = fetch(engine, room, other)

    assert "robots.txt" in done.sentence


@pytest.mark.parametrize("path", ["/report", "/report/amp", "/report?utm_source=x", "/report/", "/short", "/print"])
def test_an_article_that_is_known_is_the_one_however_it_is_linked(engine: Engine, path: str) -> None:
    with newsroom([]) as room:
        room.answers["/short"] = Answer(301, {"Location": "/report?utm_medium=y"})
        room.answers["/print"] = page('<link rel="canonical" href="/report">')
        room.answers["/report?utm_medium=y"] = page()
        known = make_article("art_known", make_publisher(home=room.home), url=f"{room.home}/report")
        ArticleStore(engine).add(known)
        asked(engine, canonical_url(f"{room.home}{path}") or "")
        (done,) = fetch(engine, room)

    assert (done.state, done.article_id) == (AdditionState.FETCHED, "art_known")
    assert ArticleStore(engine).count() == 1


def test_an_article_that_was_taken_back_does_not_return(engine: Engine) -> None:
    ArticleStore(engine).add(article := make_article())
    ArticleStore(engine).remove([article.id], NOON)
    asked(engine, article.url)

    (done,) = fetch(engine)

    assert (done.state, done.sentence) == (AdditionState.REFUSED, TAKEN_BACK)


def test_a_request_that_kills_its_worker_is_tried_three_times_and_then_refused(engine: Engine) -> None:
    additions, now = AdditionStore(engine), NOON
    one = asked(engine, "https://ledgerpost.example/report")
    for _ in range(3):
        assert [claimed.id for claimed in additions.claim(now, 8)] == [one.id]
        assert additions.claim(now, 8) == [], "two workers have it"
        now += CLAIMED_FOR  # the worker is dead
    assert additions.claim(now, 8) == []

    found = additions.get(one.id)
    assert found
    assert (found.state, found.sentence) == (AdditionState.REFUSED, BROKE)


def test_a_failure_of_ours_refuses_nothing_and_the_request_is_tried_again(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with newsroom([]) as room:
        room.answers["/report"] = page()
        asked(engine, f"{room.home}/report")
        with monkeypatch.context() as broken:
            broken.setattr(sys, "executable", "false")  # so no parsing process starts
            assert [one.state for one in fetch(engine, room)] == [AdditionState.WAITING]
        (done,) = fetch(engine, room, now=NOON + CLAIMED_FOR)

    assert done.state is AdditionState.FETCHED


@pytest.mark.parametrize(
    ("write", "state"),
    [
        ("INSERT INTO articles", AdditionState.FETCHED),
        (r"UPDATE additions SET state=\S+ sentence=\S+ WHERE additions.id =", AdditionState.REFUSED),
    ],
)
def test_an_outage_costs_a_request_no_attempt_and_the_others_end(
    engine: Engine, write: str, state: AdditionState
) -> None:
    with newsroom([]) as room:
        room.answers["/report"] = page()
        room.answers["/gone"] = Answer(404)
        asked(engine, f"{room.home}/report")
        asked(engine, f"{room.home}/gone")
        for _ in range(MAX_ATTEMPTS + 1):
            with read_only_at(engine, write), pytest.raises(DBAPIError):
                fetch(engine, room)
        (done,) = fetch(engine, room)

    assert done.state is state
    assert done.sentence != BROKE


def test_an_article_that_cannot_be_announced_costs_the_other_requests_nothing(engine: Engine) -> None:
    def announce(article_id: str) -> None:
        if article_id == "art_known":
            raise ConnectionError("the queue is gone")

    with newsroom([]) as room:
        room.answers["/report"] = page()
        ArticleStore(engine).add(make_article("art_known", make_publisher(home=room.home), url=f"{room.home}/known"))
        for path in ("/known", "/report"):
            asked(engine, room.home + path)
        done = fetch(engine, room, announce=announce)

    assert [one.state for one in done] == [AdditionState.FETCHED] * 2


def test_a_worker_that_ends_gives_back_what_it_has_not_done(engine: Engine) -> None:
    additions = AdditionStore(engine)
    asked(engine, "https://ledgerpost.example/report")
    for _ in range(5):
        claimed = additions.claim(NOON, 8)
        assert len(claimed) == 1
        additions.let_go(claimed, NOON)


def test_a_worker_that_was_too_slow_stores_nothing_twice(engine: Engine) -> None:
    additions = AdditionStore(engine)
    one = asked(engine, "https://ledgerpost.example/report")
    assert additions.end_fetching(one, make_article("art_1", url=one.url)) == "art_1"

    assert additions.end_fetching(one, make_article("art_2", url=one.url)) is None
    additions.refuse(one.id, "late")
    assert ArticleStore(engine).count() == 1


def test_who_asks_twice_asks_once_and_there_is_an_end_to_asking(engine: Engine) -> None:
    first = asked(engine, "https://ledgerpost.example/0")
    assert asked(engine, "https://ledgerpost.example/0").id == first.id
    assert asked(engine, "https://ledgerpost.example/0", event_id="evt_2").id != first.id
    for number in range(1, MOST_OPEN - 1):
        asked(engine, f"https://ledgerpost.example/{number}")

    with pytest.raises(AssertionError):
        asked(engine, "https://ledgerpost.example/more")


def test_a_feed_that_lists_it_later_makes_it_an_article_as_any_other(engine: Engine) -> None:
    with newsroom([]) as room:
        room.answers["/report"] = page()
        asked(engine, f"{room.home}/report")
        fetch(engine, room)
        assert by_hand(engine) == [True]
        listed(engine, [room], NOON, home=room.home)
        room.entries = entry(f"{room.home}/report")
        assert poll(engine, [room], lambda: NOON) == []

    assert PublisherStore(engine).outcomes()["entry", Outcome.KNOWN] == 1
    assert by_hand(engine) == [False]
