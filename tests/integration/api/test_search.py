"""What readers look for is found by what articles and events say now, on both databases."""

import re
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, insert, text
from starlette.testclient import TestClient

from api.key_store import KeyStore
from api.parameters import EventQuery
from api.rate_limits import SEARCH
from api.replies import Problem
from api.scopes import Scope
from api.search import found_events
from api.search_replies import FoundReply
from cluster import records, renaming_store
from cluster.changes import change_events
from cluster.event import ArticleType, AssetMention, Facts, Level, Quote, Status, Theme, ThemeFound
from cluster.renaming_store import retell
from cluster.tables import readings
from cluster.words_store import tell_facts
from ingest.article import Flag
from ingest.publishers import Listed
from ingest.store import ArticleStore, PublisherStore
from ingest.touch_store import touch
from storage.engine import writing
from tests.integration.api.paging import MOST_PAGES, all_ids, ids
from tests.integration.api.seeding import end_event, seed_event
from tests.integration.cluster.meanwhile import before_the_door_opens
from tests.unit.api.builders import NOON, make_article, make_description, make_event, make_member, make_signal

HOSTILE = [
    'bitcoin"', '"', "AND", "OR", "NOT NEAR", "NEAR(a b, 2)", "title:bitcoin", "{title} : x", "bitcoin*", "^bitcoin",
    "a & b | !c <-> d", "':*", "\\", "'; DROP TABLE events; --", "%", "_", "\0", "bit\0coin", "🚀", "🚀 bitcoin",
    "שלום", "\u202ebitcoin", "the of and", "a" * 200, "a " * 100, '"' * 200, "b" * 2000,
    "\ud7ff", "İ", "e\u0301", "1e999", "0x7f",
]  # fmt: skip


@pytest.fixture
def client(engine: Engine, client: TestClient) -> TestClient:
    """One with a key, that may search ten times as often as a stranger."""
    client.headers["authorization"] = f"Bearer {KeyStore(engine).create('tests', [Scope.READ], NOON)}"
    return client


@pytest.fixture
def day(engine: Engine) -> Engine:
    """Four events: on a bridge with two members, on funds, on a bank, and on a bridge in the news of another outlet."""
    drained = make_article("art_1", "Harbour Ledger", "Bridge drained of $4 million", text="Kestrel paused the relays.")
    second = make_article("art_2", "Coin Courier", "Kestrel denies theft", minutes=5, text="")
    ArticleStore(engine).add(second)
    ArticleStore(engine).revise(replace(second, title="Kestrel confirms theft"), NOON)
    funds = make_article("art_3", "Harbour Ledger", "Spot ETF takes in funds", minutes=10, text="")
    bank = make_article("art_4", "The Tally", "Bank opens crypto desk", minutes=20, text="It bought a bridge loan.")
    later = make_article("art_5", "The Tally", "Bridges get safer", minutes=30, text="")
    security, etf = (ThemeFound(Theme.SECURITY, True, ()),), (ThemeFound(Theme.ETF, True, ()),)
    solana = (AssetMention("SOL", "Solana", True, ()),)
    opening = (Quote("art_4", "It bought a bridge loan."),)
    members = (make_member(drained), make_member(second, origin="org_2"))
    seed_event(engine, make_event(*members, event_id="evt_bridge", themes=security, assets=solana))
    seed_event(engine, make_event(make_member(funds), event_id="evt_funds", themes=etf))
    low = make_signal(Level.LOW)
    seed_event(engine, make_event(make_member(bank), event_id="evt_bank", openings=opening, signal=low))
    seed_event(engine, make_event(make_member(later), event_id="evt_later", themes=security, assets=()))
    return engine


def found(client: TestClient, q: str, **more: str) -> list[str]:
    reply = client.get("/v1/events", params={"q": q, "sort": "recency"} | more)
    assert reply.status_code == 200, reply.text
    return ids(reply)


def search(client: TestClient, q: str, **more: str) -> list[tuple[str, str]]:
    """The hits on all pages, each with where it was found."""
    hits: list[tuple[str, str]] = []
    cursor: dict[str, str] = {}
    for _ in range(MOST_PAGES):
        page = FoundReply.model_validate(client.get("/v1/search", params={"q": q} | more | cursor).json())
        hits += [(one.found_in, shown.id) for one in page.data if (shown := one.event or one.article)]
        if page.next_cursor is None:
            return hits
        cursor = {"cursor": page.next_cursor}
    raise AssertionError(hits)


MEANT = {
    "bridge": ["evt_later", "evt_bank", "evt_bridge"],
    "BRIDGES": ["evt_later", "evt_bank", "evt_bridge"],
    "bridge theft": ["evt_bridge"],
    "denies": ["evt_bridge"],  # what a member was called at first
    "solana": ["evt_bridge"],
    "sol": ["evt_bridge"],
    "coin courier": ["evt_bridge"],
    "security": ["evt_later", "evt_bridge"],
    "loan": ["evt_bank"],
    "relays": [],  # stands in the text alone
    '"spot etf"': ["evt_funds"],
    '"etf spot"': [],
    '"drained kestrel"': [],  # no phrase goes on in another title
    "drai": ["evt_bridge"],
    "drai bridge": [],
    "the bridge of solana": ["evt_bridge"],
    "bridge nowhere": [],
}


def test_events_are_found_by_what_they_say(day: Engine, client: TestClient) -> None:
    assert {q: found(client, q) for q in MEANT} == MEANT


def test_every_other_condition_holds_too(day: Engine, client: TestClient) -> None:
    assert found(client, "bridge", theme="security") == ["evt_later", "evt_bridge"]
    assert found(client, "bridge", min_sources="2") == ["evt_bridge"]
    assert found(client, "bridge", exclude_publisher="the-tally") == ["evt_bridge"]
    assert found(client, "bridge", status="closed") == []
    assert found(client, "bridge", sort="signal") == ["evt_later", "evt_bridge", "evt_bank"]


def test_the_search_ranks_by_where_the_words_stand_then_by_sources_and_age(day: Engine, client: TestClient) -> None:
    expected = [
        ("title", "evt_bridge"), ("title", "evt_later"), ("title", "art_5"), ("title", "art_1"), ("facts", "evt_bank"),
    ]  # fmt: skip

    assert search(client, "bridge") == expected
    assert search(client, "bridge", limit="1") == expected
    assert search(client, "kestrel") == [("headlines", "evt_bridge"), ("title", "art_2")][::-1]
    assert search(client, "denies theft") == [("headlines", "evt_bridge"), ("headlines", "art_2")]


def test_a_roundup_comes_after_all_news_that_has_the_words(day: Engine, client: TestClient) -> None:
    for number, minutes in enumerate((60, 50)):
        roundup = make_article(f"art_r{number}", "Coin Courier", "Bridge, bank and all else", minutes=minutes, text="")
        seed_event(day, make_event(make_member(roundup), event_id=f"evt_r{number}", type=ArticleType.ROUNDUP))
    news = ["evt_bridge", "evt_later", "art_5", "art_1", "evt_bank"]
    roundups = ["evt_r0", "art_r0", "evt_r1", "art_r1"]

    assert [id_ for _, id_ in search(client, "bridge")] == news + roundups
    # One a page, so that a cursor stands between any two.
    assert [id_ for _, id_ in search(client, "bridge", limit="1")] == news + roundups
    events = [id_ for id_ in news + roundups if id_.startswith("evt")]
    assert all_ids(client, "/v1/events", q="bridge", limit="1") == events
    page = unescape(client.get("/?q=bridge").text)
    assert re.findall(r'<h\d[^>]*><a href="/events/(evt_\w+)/', page) == events
    newest = client.get("/?q=bridge&sort=recency").text
    assert re.findall(r'<h\d[^>]*><a href="/events/(evt_\w+)/', newest)[0] == "evt_r0"


def test_a_page_gets_events_by_relevance_within_its_conditions(day: Engine, client: TestClient) -> None:
    service = client.app.state.service  # type: ignore[attr-defined]

    first = found_events(service, EventQuery(q="bridge", limit=2))
    second = found_events(service, EventQuery(q="bridge", limit=2, cursor=first.next_cursor))
    secure = found_events(service, EventQuery(q="bridge", theme=Theme.SECURITY))

    assert [event.id for event in first.events + second.events] == ["evt_bridge", "evt_later", "evt_bank"]
    assert second.next_cursor is None
    assert [event.id for event in secure.events] == ["evt_bridge", "evt_later"]


def test_what_was_merged_or_removed_is_not_found(day: Engine, client: TestClient) -> None:
    end_event(day, "evt_later", Status.MERGED, "evt_bridge")
    end_event(day, "evt_bridge", Status.REMOVED)

    assert found(client, "bridge") == ["evt_bank"]
    assert [id_ for _, id_ in search(client, "bridge")] == ["art_5", "art_1", "evt_bank"]


def test_what_was_taken_back_leaves_no_word(day: Engine, client: TestClient) -> None:
    ArticleStore(day).remove(["art_1", "art_2"], NOON)
    assert search(client, "kestrel") == [("headlines", "evt_bridge")]

    with change_events(day, by="withdrawal", at=NOON) as ledger:
        ledger.withdraw(["art_1", "art_2"])

    assert search(client, "kestrel") == []
    with writing(day) as connection:
        tell_facts(connection, [Facts("art_1", ArticleType.NEWS, (), ())])
    assert search(client, "drained") == []


def test_a_revised_article_is_found_by_what_it_says_now(day: Engine, client: TestClient) -> None:
    article = ArticleStore(day).get_many(["art_3"])["art_3"]
    ArticleStore(day).revise(replace(article, title="Spot fund loses money"), NOON)

    assert [id_ for _, id_ in search(client, "loses")] == ["art_3"]
    assert ("headlines", "art_3") in search(client, "takes")  # what it was called at first
    again = ArticleStore(day).get_many(["art_3"])["art_3"]
    said = make_description([make_member(again)], themes=())
    with change_events(day, by="describe", at=NOON) as ledger:
        ledger.describe("evt_funds", said, 2, None)
    assert found(client, "loses") == ["evt_funds"]


def test_an_article_is_found_by_what_was_read_in_it(day: Engine, client: TestClient) -> None:
    mention = AssetMention("ADA", "Cardano", True, ())
    with writing(day) as connection:
        tell_facts(connection, [Facts("art_1", ArticleType.NEWS, ((Theme.DEFI, ()),), (mention,))])

    assert search(client, "cardano defi relays") == [("facts", "art_1")]


def test_what_reserves_its_use_is_found_by_its_title_alone(engine: Engine, client: TestClient) -> None:
    article = make_article("art_r", title="Bridge shut", text="Kestrel paused.", flags=frozenset({Flag.RESERVED}))
    seed_event(engine, make_event(make_member(article), openings=(Quote("art_r", "Kestrel paused."),)))
    with writing(engine) as connection:
        tell_facts(connection, [Facts("art_r", ArticleType.NEWS, (), ())])

    assert len(search(client, "bridge")) == 2
    assert search(client, "kestrel") == []


@pytest.mark.parametrize("path", ["/v1/search", "/v1/events"])
def test_hostile_queries_are_answered(day: Engine, client: TestClient, path: str) -> None:
    answers = {q: client.get(path, params={"q": q}) for q in HOSTILE}

    assert {q: reply.status_code for q, reply in answers.items() if reply.status_code not in (200, 422)} == {}
    assert {answers[q].status_code for q in ("🚀", '"', "%", "\0", "b" * 2000)} == {422}
    assert Problem.model_validate(answers['"'].json()).errors
    assert len(answers['bitcoin"'].json()["data"]) == len(answers["^bitcoin"].json()["data"]) > 0


@given(st.text(max_size=200))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_query_fails(client: TestClient, q: str) -> None:
    assert client.get("/v1/search", params={"q": q.encode(errors="replace")}).status_code in (200, 422)


@pytest.mark.parametrize("query", ["", "q=", "q=a&limit=0", "q=a&cursor=abc", "q=a&cursor=WyJzZWFyY2giXQ"])
def test_a_search_that_does_not_parse_is_a_problem(client: TestClient, query: str) -> None:
    reply = client.get(f"/v1/search?{query}")

    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"


def test_a_stranger_may_not_search_without_end(client: TestClient) -> None:
    del client.headers["authorization"]
    answers = [client.get(path).status_code for path in ["/v1/search?q=a", "/v1/events?q=a"] * (SEARCH.anonymous // 2)]

    assert set(answers) == {200}
    assert client.get("/v1/search?q=a").status_code == client.get("/v1/events?q=a").status_code == 429
    assert client.get("/v1/events").status_code == 200


def test_numbers_that_are_no_decimal_digits_are_between_words_on_both_databases(
    engine: Engine, client: TestClient
) -> None:
    article = make_article("art_t", title="Vault pays ௰ for 𐄇 relays", text="")
    seed_event(engine, make_event(make_member(article), event_id="evt_t"))

    for q in ("pays ௰ for", '"pays ௰ for"', '"pays for relays"', "vault 𐄇"):
        assert found(client, q) == ["evt_t"], q


def rename_the_tally(engine: Engine, to: str = "Morning Gazette") -> None:
    tally = ArticleStore(engine).get_many(["art_4"])["art_4"].publisher
    PublisherStore(engine).sync([Listed(replace(tally, name=to), ())], NOON)


def retell_all(engine: Engine) -> int:
    """How many batches that took."""
    for batches in range(10):
        if not retell(engine, NOON):
            return batches
    raise AssertionError("never done")


def test_what_a_renamed_publisher_has_published_is_found_by_its_new_name_alone(day: Engine, client: TestClient) -> None:
    mention = AssetMention("ADA", "Cardano", True, ())
    facts = Facts("art_4", ArticleType.NEWS, (), (mention,))
    with writing(day) as connection:
        read = {"article_id": "art_4", "attempts": 0, "revision": 1, "facts": records.dump_facts(facts)}
        connection.execute(insert(readings).values(**read))
    before = sorted(search(client, "tally"))

    rename_the_tally(day)
    assert sorted(search(client, "tally")) == before  # who renames does not wait for it

    assert retell_all(day) == 2  # of which the last found nothing more
    assert before != []
    assert sorted(search(client, "gazette")) == before
    assert search(client, "tally") == search(client, "tall") == []
    assert ("facts", "art_4") in search(client, "cardano gazette")
    assert found(client, "gazett") == ["evt_later", "evt_bank"]


def test_a_renaming_beside_those_at_work_keeps_nobody_waiting_and_what_they_say(
    day: Engine, client: TestClient
) -> None:
    said = make_description([make_member(make_article("art_4", "The Tally", "Otter lends", minutes=20, text=""))])
    told: list[int] = []

    def describe_anew() -> None:
        with change_events(day, by="describe", at=NOON + timedelta(minutes=1)) as ledger:
            if day.dialect.name == "postgresql":
                ledger.connection.execute(text("SET LOCAL lock_timeout = '2s'"))
            touch(ledger.connection, ["evt_bank"])
            told.append(ledger.describe("evt_bank", said, 2, None))

    rename_the_tally(day)
    with before_the_door_opens(day, describe_anew, writes_before=2):  # which articles there are, and their words
        retell_all(day)

    assert told == [True]
    assert found(client, "otter gazette") == found(client, "otter") == ["evt_bank"]
    assert found(client, "desk tally") == []
    assert search(client, "tally") == []


def test_a_renaming_goes_on_where_it_died_and_from_the_beginning_after_another(
    day: Engine, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renaming_store, "ARTICLES_AT_ONCE", 1)

    def die() -> None:
        raise ZeroDivisionError

    rename_the_tally(day)
    assert retell(day, NOON)
    with suppress(ZeroDivisionError), before_the_door_opens(day, die, writes_before=2):
        retell(day, NOON)
    assert found(client, "gazette") == ["evt_bank"]

    assert retell_all(day) == 2
    assert found(client, "gazette") == ["evt_later", "evt_bank"]
    assert search(client, "tally") == []

    rename_the_tally(day, "The Herald")
    assert retell(day, NOON)
    rename_the_tally(day, "Evening Post")
    assert retell_all(day) == 3
    assert found(client, "evening") == ["evt_later", "evt_bank"]
    assert search(client, "gazette") == search(client, "herald") == []


def test_a_renaming_brings_no_word_of_a_withdrawn_article_back(day: Engine, client: TestClient) -> None:
    zebra = make_article("art_6", "Coin Courier", "Zebra vault drained", minutes=40, text="")
    stays = make_article("art_7", "The Tally", "Vault of an exchange loses coins", minutes=45, text="")
    members = (make_member(zebra), make_member(stays, origin="org_2"))
    seed_event(day, make_event(*members, event_id="evt_z", title=zebra.title))
    assert found(client, "zebra") == ["evt_z"]
    with change_events(day, by="takedown", at=NOON) as ledger:
        ledger.withdraw(["art_6"])

    rename_the_tally(day)
    retell_all(day)

    assert found(client, "zebra") == []
    assert found(client, "gazette") == ["evt_later", "evt_bank"]  # until what is left of it is described
