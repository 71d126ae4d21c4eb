"""A publisher that reserves its text lends title and link: no reply, page, feed or search has a word of it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError
from starlette.testclient import TestClient

from cluster.changes import change_events
from cluster.reading_store import MAX_ATTEMPTS, ReadingStore
from cluster.repair import repair
from cluster.tables import readings
from ingest.article import Flag
from ingest.store import ArticleStore
from storage.settings import Settings
from tests.builders import NOON, make_article
from tests.fakes import FakeEmbedder
from tests.integration.api.at_desk import sign_in
from tests.integration.api.every_address import every_address
from tests.integration.api.seeding import client_of
from tests.integration.cluster.pipeline import NOW, publish, read, store
from tests.integration.read_only import read_only_at

OPEN = make_article("art_open", "coinherald", published_at=NOON + timedelta(minutes=30))
TEXT = (
    "Quernstone Tellum lost $4 million in zephyrine bitcoin, its quernish chief Ada Wexholm said on Wednesday.\n"
    "“The zephyrine wallets of Corvane were quernish all along,” the zephyrine police of Alvonia wrote in a filing.\n"
    "Bitcoin fell below $60,000 on the quernish news, and ether lost 7%, according to data from CoinGlass."
)
SECRET = re.compile(r"zephyrin|quern|wexholm|alvonia", re.IGNORECASE)
RESTS = "Liquidations grew, according to data from CoinGlass. Zephyrine traders were forced out of positions."
RESERVED = make_article("art_reserved", "ledgerpost", text=TEXT, flags=frozenset({Flag.RESERVED}))


@pytest.fixture
def placed(engine: Engine) -> dict[str, str]:
    """One event of a reserved article and one that is open, and one of a reserved article alone."""
    alone = replace(RESERVED, id="art_alone", url="https://ledgerpost.example/b", title="Traders sell", text=RESTS)
    return publish(engine, RESERVED, OPEN, alone)


@pytest.fixture
def client(engine: Engine, settings: Settings, placed: dict[str, str]) -> Iterator[TestClient]:
    with client_of(settings) as opened:
        sign_in(opened, engine)
        yield opened


def test_no_reply_and_no_page_has_a_word_of_it(client: TestClient, placed: dict[str, str]) -> None:
    asked = list(every_address(client, placed, [RESERVED.url, OPEN.url]))
    replies = {address: client.get(address, headers={"accept": "text/html, */*"}) for address in asked}

    assert {
        address: SECRET.findall(reply.text) for address, reply in replies.items() if SECRET.search(reply.text)
    } == {}
    read_well = [address for address, reply in replies.items() if reply.status_code == 200]
    assert len(read_well) >= 40
    assert {"/", f"/v1/events/{placed['art_reserved']}", "/feeds/events.rss", f"/desk/events/{placed['art_open']}"} <= {
        *read_well
    }
    shown = client.get("/v1/articles/art_reserved").json()["data"]
    assert (shown["title"], shown["url"], shown["excerpt"]) == (RESERVED.title, RESERVED.url, "")
    for word in ("zephyrine", "quernish"):
        assert client.get(f"/v1/search?q={word}").json()["data"] == []
        assert client.get(f"/v1/events?q={word}").json()["data"] == []


def test_the_text_is_dropped_once_it_was_read(engine: Engine, placed: dict[str, str]) -> None:
    kept = ArticleStore(engine).get_many(list(placed))

    assert {one.id: bool(one.text) for one in kept.values()} == {
        "art_reserved": False,
        "art_alone": False,
        "art_open": True,
    }


def test_what_a_dropped_text_rested_on_stays_known(client: TestClient, placed: dict[str, str]) -> None:
    (origin,) = client.get(f"/v1/events/{placed['art_alone']}").json()["data"]["origins"]

    assert (origin["kind"], origin["name"]) == ("attributed", "CoinGlass")


def test_a_text_that_is_reserved_later_is_dropped_as_well(engine: Engine, client: TestClient) -> None:
    before = ArticleStore(engine).get_many(["art_open"])["art_open"]
    assert client.get("/v1/articles/art_open").json()["data"]["excerpt"]

    assert ArticleStore(engine).revise(replace(before, flags=frozenset({Flag.RESERVED})), NOW)
    read(engine, ["art_open"])
    repair(engine, NOW)

    assert client.get("/v1/articles/art_open").json()["data"]["excerpt"] == ""
    assert ArticleStore(engine).get_many(["art_open"])["art_open"].text == ""


def openings(engine: Engine) -> dict[str, str | None]:
    with engine.connect() as connection:
        return {row.article_id: row.opening for row in connection.execute(select(readings))}


def test_its_first_words_go_with_the_last_use_for_them(engine: Engine, placed: dict[str, str]) -> None:
    assert SECRET.search(openings(engine)["art_reserved"] or "")
    with change_events(engine, by="expire", at=NOW) as ledger:
        ledger.close(placed["art_reserved"])
    ArticleStore(engine).remove(["art_alone"], NOW)
    repair(engine, NOW)

    assert {one: bool(words) for one, words in openings(engine).items()} == {
        "art_reserved": False,
        "art_alone": False,
        "art_open": True,
    }
    ArticleStore(engine).revise(replace(RESERVED, text=f"{TEXT}\nMore."), NOW)
    read(engine, ["art_reserved"])
    assert openings(engine)["art_reserved"] is None
    assert ReadingStore(engine).get_many(["art_reserved"])["art_reserved"].opening == ("", "")


def test_a_text_that_nobody_will_read_any_more_is_dropped(engine: Engine) -> None:
    class Broken(FakeEmbedder):
        def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
            raise ZeroDivisionError

    gone = replace(RESERVED, id="art_gone", url="https://ledgerpost.example/b", title="Traders sell")
    store(engine, RESERVED, gone)
    articles = ArticleStore(engine)

    for _ in range(MAX_ATTEMPTS):
        assert articles.get_many(["art_reserved"])["art_reserved"].text
        assert read(engine, ["art_reserved"], Broken()) == []
    articles.remove(["art_gone"], NOW)

    assert [one.text for one in articles.get_many(["art_reserved", "art_gone"]).values()] == ["", ""]
    assert articles.revise(replace(RESERVED, title="Corvane resumes withdrawals"), NOW)
    assert read(engine, ["art_reserved"]) == []
    assert articles.get_many(["art_reserved"])["art_reserved"].text == ""


def test_what_an_outage_leaves_without_its_text_is_not_read_without_it(engine: Engine) -> None:
    store(engine, RESERVED)
    for _ in range(MAX_ATTEMPTS - 1):
        ReadingStore(engine).begin(["art_reserved"])  # and the process dies

    with read_only_at(engine, "INSERT INTO article_words"), pytest.raises(DBAPIError):
        read(engine, ["art_reserved"])

    assert ArticleStore(engine).get_many(["art_reserved"])["art_reserved"].text == ""
    assert read(engine, ["art_reserved"]) == []
    assert ReadingStore(engine).given_up(["art_reserved"]) == ["art_reserved"]


def test_a_dropped_text_that_comes_again_is_no_revision(engine: Engine, placed: dict[str, str]) -> None:
    articles = ArticleStore(engine)

    assert not articles.revise(RESERVED, NOW)
    assert not articles.revise(replace(RESERVED, text=""), NOW)
    assert articles.revise(replace(RESERVED, text=f"{TEXT}\nMore."), NOW)
    assert [(one.number, one.words_added) for one in articles.revisions("art_reserved")] == [(2, 0)]  # nobody can tell
