"""What an operator removes is gone: from every table, every reply and every index, for good."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, inspect
from starlette.testclient import TestClient

from cluster.describe_stage import describe_events, relate_events
from cluster.editing import Desk
from cluster.event import Status
from cluster.removing import remove_articles
from cluster.repair import repair
from cluster.store import EventStore
from ingest.addition import Addition
from ingest.addition_store import AdditionStore
from ingest.article import Article
from ingest.print_store import TEXT_FROM
from ingest.store import ArticleStore, PublisherStore
from storage.engine import reading
from storage.settings import Settings
from tests.builders import NOON, make_article
from tests.ending import wait_until
from tests.integration.api.at_desk import sign_in
from tests.integration.api.every_address import every_address
from tests.integration.api.seeding import client_of
from tests.integration.cluster.pipeline import NOW, place, publish, read

WORD = re.compile(r"zephyr", re.IGNORECASE)
PAGE = "https://ledgerpost.example/zephyrine"
SECRET = make_article(
    "art_gone",
    url=PAGE,
    title="Zephyrine wallets of Corvane are drained of $96 million in bitcoin",
    text="The Zephyrine wallets of the exchange Corvane were drained of $96 million in bitcoin on Wednesday, its chief "
    "Zephyra Wexholm said. Corvane stopped all withdrawals. It has told the police of Zephyria, who look for him and "
    "for two others who knew of it.",
    authors=("Zephyr Lindqvist",),
    links=("https://other.example/zephyrine",),
)
STAYS = make_article(
    "art_stays",
    "coinherald",
    title="Corvane stops withdrawals after $96 million in bitcoin is drained",
    text="Traders fled the exchange Corvane at noon on Wednesday. Its wallets were drained of $96 million in bitcoin, "
    "a person who knows them said. Withdrawals stay closed.",
    published_at=NOON + timedelta(minutes=30),
)
ALONE = make_article(
    "art_alone",
    url=f"{PAGE}/2",
    title="Zephyrine Bank of Alvonia opens a desk for ether staking",
    text="The Zephyrine Bank of Alvonia lets its clients stake ether from Thursday on, it wrote in a letter to them.",
)
LATER = make_article(
    "art_later",
    "blockgazette",
    title="Corvane names Ines Halloran its new chief executive",
    text="The exchange Corvane appointed a lawyer to lead it. Corvane paid nobody who drained a wallet.",
    published_at=NOON + timedelta(hours=30),
)
GONE = ["art_gone", "art_alone"]


@pytest.fixture
def placed(engine: Engine) -> dict[str, str]:
    """Events that quote, name, follow and were edited over articles with the word; the event of each article."""
    early = replace(SECRET, title=f"First: {SECRET.title}", text=f"{SECRET.text} Zephyrs blow.")
    publish(engine, early, STAYS, ALONE)
    assert ArticleStore(engine).revise(SECRET, NOW)
    read(engine, ["art_gone"])
    repair(engine, NOW)
    placed = publish(engine, LATER) | EventStore(engine).event_of(["art_gone", "art_stays", "art_alone"])
    say_all_anew(engine)
    desk = Desk(engine, by="Ada", at=NOW)
    moved = desk.move(["art_gone"], None, versions(engine, placed["art_gone"]))
    say_all_anew(engine)
    desk.undo(moved.seq)
    merged = desk.merge(placed["art_alone"], placed["art_later"], versions(engine, *placed.values()))
    say_all_anew(engine)
    desk.undo(merged.seq)
    desk.note(placed["art_gone"], "Looked at.", versions(engine, placed["art_gone"]))
    AdditionStore(engine).ask(Addition("add_1", PAGE, placed["art_stays"], "Ada", NOW))
    say_all_anew(engine)
    return placed


def say_all_anew(engine: Engine) -> None:
    due = EventStore(engine).undescribed(100)
    describe_events(due, engine=engine, now=NOW)
    relate_events(due, engine=engine, now=NOW)


def versions(engine: Engine, *event_ids: str) -> dict[str, int]:
    return EventStore(engine).versions(list(event_ids))


def tables_with_the_word(engine: Engine) -> dict[str, int]:
    """How many rows of each table, the indexes' own among them, have the word in any column."""
    found: dict[str, int] = {}
    with reading(engine) as connection:
        for table in inspect(connection).get_table_names():
            rows = connection.exec_driver_sql(f'SELECT * FROM "{table}"').all()
            told = [value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row]
            if count := sum(bool(WORD.search(one.decode("latin-1"))) for one in told):
                found[table] = count
    return found


def test_no_table_has_a_word_of_it_any_more(engine: Engine, placed: dict[str, str]) -> None:
    before = tables_with_the_word(engine)
    assert before.keys() >= {"articles", "article_words", "article_revisions", "events", "event_words", "readings"}
    assert before.keys() >= {"actions", "additions"}

    assert set(remove_articles(engine, GONE, NOW)) >= {placed["art_gone"], placed["art_alone"]}

    assert tables_with_the_word(engine) == {}
    remove_articles(engine, GONE, NOW)
    assert tables_with_the_word(engine) == {}


def test_its_event_is_described_anew_and_one_without_articles_is_removed(
    engine: Engine, placed: dict[str, str]
) -> None:
    remove_articles(engine, GONE, NOW)

    events = EventStore(engine).get_many(list(placed.values()))
    left, empty = events[placed["art_stays"]], events[placed["art_alone"]]
    assert [member.article.id for member in left.members] == ["art_stays"]
    assert left.description is not None
    assert left.description.title == STAYS.title
    assert (empty.status, empty.description, empty.members) == (Status.REMOVED, None, ())
    assert EventStore(engine).undescribed(10) == []
    assert ArticleStore(engine).page(10, publisher="ledgerpost") == []


def test_no_reply_has_a_word_of_it_any_more(engine: Engine, settings: Settings, placed: dict[str, str]) -> None:
    with client_of(settings) as client:
        sign_in(client, engine)
        asked = list(every_address(client, placed, [SECRET.url, STAYS.url]))
        assert "/v1/articles/art_gone" in with_the_word(client, asked)

        remove_articles(engine, GONE, NOW)

        wait_until(lambda: client.get("/v1/articles/art_gone").status_code == 410)
        wait_until(lambda: not with_the_word(client, asked), every_seconds=0.5)
        assert client.get(f"/v1/events/{placed['art_alone']}").status_code == 410
        assert client.get("/v1/resolve?article_id=art_gone").status_code == 410
        assert "removed" in client.get("/v1/articles/art_gone").json()["detail"]
        assert client.get(f"/v1/resolve?url={PAGE}").json()["data"] is None


def with_the_word(client: TestClient, asked: list[str]) -> list[str]:
    # What was asked for is repeated by a page that has nothing to say of it.
    told = ((one, client.get(one, headers={"accept": "text/html, */*"}).text) for one in asked if "url=" not in one)
    return [one for one, text in told if WORD.search(text)]


@pytest.fixture
def again() -> list[Article]:
    """The article as its feed, another one, or an editor may bring it again."""
    long = replace(SECRET, text=f"{SECRET.text} More was lost than was said at first.")
    return [SECRET, replace(long, id="art_new"), replace(SECRET, id="art_other", url=f"{PAGE}/other")]


def test_nobody_brings_it_back(engine: Engine, placed: dict[str, str], again: list[Article]) -> None:
    assert len(SECRET.text) >= TEXT_FROM
    remove_articles(engine, GONE, NOW)

    assert ArticleStore(engine).add_many(again) == []
    additions = AdditionStore(engine)
    wanted = Addition("add_2", PAGE, placed["art_stays"], "Ada", NOW)
    assert additions.ask(wanted)
    assert additions.end_fetching(wanted, SECRET) is None
    ended = additions.get("add_2")
    assert ended is not None
    assert "removed here" in ended.sentence


def test_a_publisher_that_was_removed_publishes_nothing_until_it_is_taken_in_again(engine: Engine) -> None:
    place(engine, SECRET)
    store, publishers = ArticleStore(engine), PublisherStore(engine)
    publishers.remove("ledgerpost", NOW)
    remove_articles(engine, store.ids_of("ledgerpost"), NOW)

    other = replace(ALONE, url="https://ledgerpost.example/new")
    assert store.ids_of("ledgerpost") == []
    assert not store.add(other)
