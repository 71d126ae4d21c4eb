"""A disk without room costs no article and no event its tries: what did not fit is done when there is room."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from cluster.describe_stage import describe_events
from cluster.placing import Placer
from cluster.reading_store import MAX_ATTEMPTS, ReadingStore
from cluster.store import EventStore
from tests.builders import NOON, make_article
from tests.integration.api.seeding import migrated, settings_in
from tests.integration.cluster.pipeline import NOW, fence, place, read, store
from tests.integration.full_disk import no_room

TRIES = MAX_ATTEMPTS + 1
MANY = 12


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Engine]:
    engine = migrated(settings_in(tmp_path))
    yield engine
    engine.dispose()


def test_articles_that_no_room_was_left_for_are_read_once_there_is(file: Engine) -> None:
    articles = [make_article(f"art_{number}", published_at=NOON + timedelta(minutes=number)) for number in range(MANY)]
    store(file, *articles)
    ids = [one.id for one in articles]

    with no_room(file):
        for _ in range(TRIES):
            with pytest.raises(OperationalError, match="full"):
                read(file, ids)

    read(file, ids)
    assert len(ReadingStore(file).get_many(ids)) == MANY
    assert Placer(file).place_pending(fence(file), NOW)


def test_events_that_no_room_was_left_for_are_described_once_there_is(file: Engine) -> None:
    articles = [make_article(f"art_{n}", title=f"Happening {n} of {n}", text=f"{'word ' * n} {n}") for n in range(MANY)]
    placed = place(file, *articles)
    events = EventStore(file)

    with no_room(file):
        for _ in range(TRIES):
            with pytest.raises(OperationalError, match="full"):
                describe_events(list(placed.values()), engine=file, now=NOW)

    assert set(events.undescribed(100)) == set(placed.values())
    assert describe_events(list(placed.values()), engine=file, now=NOW)
    assert all(one.description for one in events.get_many(list(placed.values())).values())
