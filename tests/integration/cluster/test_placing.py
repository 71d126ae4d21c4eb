"""Articles find their events through the real database, once, whatever is repeated or interrupted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from cluster.changes import StaleFence, change_events
from cluster.event import ChangeType, Placement, Status
from cluster.lease import LEASE_LASTS, placing_lease
from cluster.placing import Placer
from cluster.store import EventStore
from storage.engine import open_engine
from storage.migrating import migrate
from tests.builders import NOON, make_article
from tests.fakes import FakeEmbedder
from tests.integration.cluster.pipeline import NOW, fence, place, publish, read, store

BREACH = make_article("art_1", "ledgerpost")
SAME = make_article("art_2", "coinherald", published_at=NOON + timedelta(minutes=30))
OTHER = make_article(
    "art_3", "coinherald", title="Regulator opens a consultation on staking", text="Comments are due by the end of May."
)
LEAK = " ".join(f"Clerk {n} moved {n * 7} coins on the morning of the breach." for n in range(20))
DAY = [
    make_article("art_1", "ledgerpost", text=f"{BREACH.text} {LEAK}"),
    make_article("art_2", "coinherald", published_at=NOON + timedelta(minutes=30)),
    replace(OTHER, published_at=NOON + timedelta(minutes=40)),
    make_article("art_4", "mirrorwire", text=f"{BREACH.text} {LEAK}", published_at=NOON + timedelta(minutes=50)),
    make_article(
        "art_5",
        "blockgazette",
        title="Corvane promises to repay its customers after the breach",
        text="The exchange Corvane will repay customers from reserves within a month, said Jo Marsh, its head.",
        published_at=NOON + timedelta(hours=1),
    ),
    make_article("art_6", "blockgazette", title=OTHER.title, text=OTHER.text, published_at=NOON + timedelta(hours=2)),
]


def test_two_reports_of_one_happening_are_one_event_and_another_is_not(engine: Engine) -> None:
    placed = publish(engine, BREACH, SAME, OTHER)

    assert placed["art_1"] == placed["art_2"] != placed["art_3"]
    event = EventStore(engine).get(placed["art_1"])
    assert event is not None
    assert [member.article.id for member in event.members] == ["art_1", "art_2"]
    assert event.independent_sources == 2


def test_every_change_has_its_row_in_the_log_and_a_version(engine: Engine) -> None:
    event_id = publish(engine, BREACH, SAME)["art_1"]

    log = [change for change in EventStore(engine).changes_after(0, 100) if change.event_id == event_id]

    assert [change.type for change in log] == [ChangeType.CREATED, ChangeType.GREW, ChangeType.DESCRIBED]
    assert [change.version for change in log] == [1, 2, 3]
    event = EventStore(engine).get(event_id)
    assert event is not None
    assert event.version == 3


def test_reading_and_placing_twice_changes_nothing(engine: Engine) -> None:
    publish(engine, BREACH, SAME, OTHER)
    before = EventStore(engine).changes_after(0, 100)

    assert read(engine, ["art_1", "art_2"]) == []
    assert Placer(engine).place_pending(fence(engine), NOW) == []

    assert EventStore(engine).changes_after(0, 100) == before


@pytest.mark.parametrize(
    "worker_for",
    [lambda worker: worker, lambda worker: None],
    ids=["by one worker", "by a worker that starts anew each time"],
)
def test_the_same_articles_in_the_same_order_make_the_same_events_whether_placed_at_once_or_one_by_one(
    engine: Engine, tmp_path: Path, worker_for: Callable[[Placer], Placer | None]
) -> None:
    one_by_one = open_engine(f"sqlite:///{tmp_path / 'one_by_one.db'}")
    migrate(one_by_one)
    worker = Placer(one_by_one)

    place(engine, *DAY)
    for article in DAY:
        place(one_by_one, article, placer=worker_for(worker))

    placements = _comparable(engine)
    assert _comparable(one_by_one) == placements
    assert {one.event_id for one in placements} == {"event of art_1", "event of art_3", "event of art_5"}
    assert [one.article_id for one in placements if one.copy_of == "art_1"] == ["art_4"]
    assert [one.article_id for one in placements if one.nearest_rival] == ["art_5"]
    one_by_one.dispose()


def test_a_holder_that_lost_the_lease_writes_nothing(engine: Engine) -> None:
    store(engine, BREACH)
    read(engine, ["art_1"])
    lost = fence(engine, "first")
    assert placing_lease(engine, "second", NOW) is None

    taken = fence(engine, "second", NOW + LEASE_LASTS)

    with pytest.raises(StaleFence):
        Placer(engine).place_pending(lost, NOW)
    assert EventStore(engine).count() == 0
    assert Placer(engine).place_pending(taken, NOW) != []


def test_a_late_report_reopens_a_closed_event(engine: Engine) -> None:
    event_id = publish(engine, BREACH)["art_1"]
    with change_events(engine, by="repair", at=NOW) as ledger:
        ledger.close(event_id)

    assert publish(engine, SAME)["art_2"] == event_id

    event = EventStore(engine).get(event_id)
    assert event is not None
    assert event.status is Status.ACTIVE


def test_closing_asks_for_no_new_description(engine: Engine) -> None:
    event_id = publish(engine, BREACH)["art_1"]

    with change_events(engine, by="repair", at=NOW) as ledger:
        ledger.close(event_id)

    assert EventStore(engine).undescribed(limit=10) == []


def test_a_copy_takes_the_vector_of_its_original(engine: Engine) -> None:
    text = " ".join(f"Clerk {n} moved {n * 7} coins on the morning of the breach." for n in range(40))
    store(engine, make_article("art_1", "ledgerpost", text=text), make_article("art_2", "coinherald", text=text))
    embedder = FakeEmbedder()

    read(engine, ["art_1"], embedder)
    read(engine, ["art_2"], embedder)

    assert embedder.embedded == 3  # two titles, one lead


def test_an_article_that_kills_its_reader_is_tried_three_times(engine: Engine) -> None:
    store(engine, BREACH)

    class Killer(FakeEmbedder):
        def embed(self, texts: object) -> object:  # type: ignore[override]
            raise MemoryError

    for _ in range(3):
        with pytest.raises(MemoryError):
            read(engine, ["art_1"], Killer())

    assert read(engine, ["art_1"]) == []


def _comparable(engine: Engine) -> list[Placement]:
    """The placements of DAY, each event named by its first article: ids are random."""
    placed = EventStore(engine).placed([article.id for article in DAY])
    names: dict[str, str] = {}
    for article in DAY:
        names.setdefault(placed[article.id].event_id, f"event of {article.id}")
    return [_named(placed[article.id], names) for article in DAY]


def _named(placement: Placement, names: dict[str, str]) -> Placement:
    rival = placement.nearest_rival
    named = replace(rival, event_id=names[rival.event_id]) if rival else None
    return replace(placement, event_id=names[placement.event_id], nearest_rival=named)
