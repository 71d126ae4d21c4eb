"""The harness on the bundled day of news, for less than a minute, and that it sees what is wrong."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from cluster.changes import change_events
from cluster.event import Placement
from cluster.similarity import RULESET
from storage.engine import writing
from tests.builders import make_article
from tests.faults.checking import Failure, Verdict, judge
from tests.faults.following import Watcher
from tests.faults.news import demo_day
from tests.faults.running import run
from tests.integration.cluster.pipeline import place, read, store

NOBODY = 9  # the port of `discard`, where no API answers
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
URL = "https://ledgerpost.example/one"


def judged(engine: Engine, *failed: Failure) -> Verdict:
    """What is wrong in a database with one article, whose API has gone."""
    return judge(engine, {URL}, Watcher(NOBODY), failed, ["embed 1 ended by itself"], NOW)


@pytest.fixture
def placed(engine: Engine) -> str:
    """The event of one article that was stored and placed."""
    article = make_article("art_1", "ledgerpost", url=URL, published_at=NOW - timedelta(hours=1))
    return place(engine, article, now=NOW)["art_1"]


def test_a_service_that_is_killed_stopped_and_robbed_of_its_broker_loses_nothing(
    tmp_path: Path, exported: Path
) -> None:
    said: list[str] = []
    with demo_day() as news:
        ended = run("sqlite", news, tmp_path, exported, 20.0, random.Random(7), said.append)

    assert ended.verdict == Verdict([], [], []), "\n".join(said)
    assert any("ended the broker, with its data" in line for line in said)
    assert sum(line.count("SIG") for line in said) >= 3
    assert ended.events > 10


@pytest.mark.parametrize(
    ("done", "part", "seen"),
    [
        ("DELETE FROM members", "lost", "art_1 stands in no event"),
        ("DELETE FROM members", "violations", "{event} is active and empty"),
        ("UPDATE articles SET url = url || '/again'", "lost", f"{URL} came out and is no article"),
        ("UPDATE articles SET url = url || '/again'", "violations", f"{URL}/again is an article and never came out"),
        ("UPDATE events SET status = 'removed'", "violations", "{event} is removed and has articles"),
        (
            "INSERT INTO changes (event_id, version, type, at, by, fields, moved)"
            " SELECT event_id, version + 1, type, at, by, fields, moved FROM changes",
            "twice",
            "art_1 was placed 2 times",
        ),
    ],
)
def test_what_is_wrong_is_seen(engine: Engine, placed: str, done: str, part: str, seen: str) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql(done)

    assert seen.format(event=placed) in getattr(judged(engine), part)


def test_what_was_not_done_is_seen_and_what_went_wrong_meanwhile(engine: Engine, placed: str) -> None:
    assert {
        "1 articles or events still wait",
        f"{placed} was never described",
        f"{placed} was given out and answers 0",
        "who followed all along has 0 of 1 rows of the log, without [1]",
        "embed 1 ended by itself",
    } <= set(judged(engine).violations)


def test_an_event_that_was_opened_for_a_text_which_had_one_is_seen(engine: Engine) -> None:
    text = " ".join(f"On day {number} the exchange Corvane found that more of it was gone." for number in range(30))
    for article_id in ("art_1", "art_2"):
        store(engine, make_article(article_id, f"outlet_{article_id}", text=text, published_at=NOW))
        read(engine, [article_id])
        with change_events(engine, by="placing", at=NOW) as ledger:
            ledger.create(Placement(article_id, f"evt_{article_id}", 1.0, (), None, None, RULESET))

    seen = "evt_art_2 was opened for art_2, whose text was placed before as art_1"
    assert seen in judged(engine).violations


def test_who_places_an_article_again_is_seen_though_its_key_refuses_it(engine: Engine, placed: str) -> None:
    found = judged(
        engine,
        Failure("cluster.place_articles", "IntegrityError", "UNIQUE constraint failed: members.article_id"),
        Failure("cluster.place_articles", "IntegrityError", "UNIQUE constraint failed: events.id"),
    )

    assert len(found.twice) == 1
    assert "cluster.place_articles wrote what was there already, and broke: UNIQUE constraint failed: events.id" in (
        found.violations
    )
    assert str(found).startswith("lost 0, placed twice 1, violations ")
