"""What is shown otherwise without a new version of an event leaves a touch."""

import threading
from contextlib import ExitStack
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from cluster import records
from cluster.changes import change_events
from cluster.event import Related
from ingest import touch_store
from ingest.listing_store import add_listed
from ingest.publishers import Listed
from ingest.store import ArticleStore
from ingest.touch_store import TouchStore, touch
from storage.engine import writing
from tests.ending import beside
from tests.integration.api.seeding import seed_event
from tests.unit.api.builders import NOON, make_article, make_event, make_member


def test_revising_renaming_and_relating_touch_only_what_they_alter(engine: Engine) -> None:
    article = make_article()
    seed_event(engine, make_event(make_member(article)))
    store, before = TouchStore(engine), TouchStore(engine).newest()
    related = records.dump_related((Related("evt_2", "Later", "follows", "Same asset.", 1, NOON),))
    named = Listed(replace(article.publisher, name="The Ledger"), ())

    for _ in range(2):
        ArticleStore(engine).revise(replace(article, title="What it says now"), NOON)
        with writing(engine) as connection:
            add_listed(connection, named, NOON, updates=True)
        with change_events(engine, by="describe", at=NOON) as ledger:
            ledger.relate("evt_1", related)
            ledger.relate_again("evt_1", related)

    assert [about for _, about in store.after(before, 10)] == [article.id, article.publisher.id, "evt_1"]


def test_a_known_publisher_that_is_listed_again_is_renamed_only_where_it_may_be(engine: Engine) -> None:
    article = make_article()
    seed_event(engine, make_event(make_member(article)))
    before = TouchStore(engine).newest()

    with writing(engine) as connection:
        add_listed(connection, Listed(replace(article.publisher, name="A claim"), ()), NOON, updates=False)

    assert TouchStore(engine).newest() == before


def test_the_oldest_go(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(touch_store, "KEPT", 5)
    monkeypatch.setattr(touch_store, "PRUNED_EVERY", 10)

    with writing(engine) as connection:
        touch(connection, [f"art_{number}" for number in range(12)])

    assert [seq for seq, _ in TouchStore(engine).after(0, 100)] == [6, 7, 8, 9, 10, 11, 12]
    assert TouchStore(engine).after(10, 1) == [(11, "art_10")]


def test_no_touch_appears_behind_one_with_a_higher_number(engine: Engine) -> None:
    touched = threading.Event()

    def touch_another() -> None:
        with writing(engine) as connection:
            touch(connection, ["art_2"])
            touched.set()

    with ExitStack() as meanwhile, writing(engine) as connection:
        touch(connection, ["art_1"])
        meanwhile.enter_context(beside(touch_another))
        assert not touched.wait(0.2)

    assert [about for _, about in TouchStore(engine).after(0, 10)] == ["art_1", "art_2"]
