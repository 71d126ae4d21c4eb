"""Articles find their events through the real database, once, whatever is repeated or interrupted."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import Engine, update

from cluster.changes import StaleFence, change_events
from cluster.describe_stage import describe_events
from cluster.event import ChangeType, Placement, Status
from cluster.filter_store import EventFilter
from cluster.lease import LEASE_LASTS, placing_lease
from cluster.placing import Placer
from cluster.reading_store import ReadingStore
from cluster.store import EventStore
from cluster.tables import events, readings
from storage.engine import open_engine, writing
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
        published_at=NOON + timedelta(hours=30),
    ),
    make_article("art_6", "blockgazette", title=OTHER.title, text=OTHER.text, published_at=NOON + timedelta(hours=31)),
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


class Breaks(FakeEmbedder):
    """Breaks on one title, as a text may break a library."""

    tries = 0

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if any("poison" in text for text in texts):
            self.tries += 1
            raise MemoryError
        return super().embed(texts)


def test_an_article_that_breaks_its_reader_is_tried_three_times_and_costs_no_other(engine: Engine) -> None:
    poison = make_article("art_0", "ledgerpost", title="A poison", published_at=NOON - timedelta(hours=1))
    store(engine, poison, BREACH, SAME, OTHER)
    ids, embedder = ["art_0", "art_1", "art_2", "art_3"], Breaks()

    assert read(engine, ids, embedder) == []
    assert read(engine, ids, embedder) == ["art_1", "art_2", "art_3"]
    for _ in range(3):
        assert read(engine, ids, embedder) == []

    assert embedder.tries == 3
    assert ReadingStore(engine).unread(10) == []


def test_an_event_that_cannot_be_described_costs_no_other_and_waits_for_its_members_to_change(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = publish(engine, BREACH, OTHER)
    with writing(engine) as connection:
        connection.execute(update(events).values(described_version=0))
        broken = update(readings).where(readings.c.article_id == "art_3")
        connection.execute(broken.values(facts=readings.c.facts + "}"))

    for _ in range(4):
        describe_events(EventStore(engine).undescribed(10), engine=engine, now=NOW)

    assert EventStore(engine).undescribed(10) == []
    versions = EventStore(engine).versions(list(placed.values()))
    assert describe_events([placed["art_1"]], engine=engine, now=NOW) == []
    assert EventStore(engine).versions(list(placed.values())) == versions


def test_a_description_that_another_version_wrote_hides_its_event_and_no_other(engine: Engine) -> None:
    placed = publish(engine, BREACH, OTHER)
    with writing(engine) as connection:
        connection.execute(update(events).where(events.c.id == placed["art_3"]).values(description='{"title": 1}'))

    page = EventStore(engine).page(EventFilter(), "recency", 10)

    assert [event.id for event in page if event.description] == [placed["art_1"]]


def test_a_template_of_one_publisher_keeps_its_own_vector(engine: Engine) -> None:
    footer = " ".join(f"Clerk {n} counts {n * 7} coins in the daily table of this outlet." for n in range(40))
    texts = [f"{day} was the day on which the table showed {day}. {footer}" for day in ("Monday", "Thursday")]
    one, other = (make_article(f"art_{n}", "ledgerpost", title=text[:40], text=text) for n, text in enumerate(texts))
    store(engine, one, other)

    read(engine, ["art_0", "art_1"])

    found = ReadingStore(engine).get_many(["art_0", "art_1"])
    assert not np.array_equal(found["art_0"].lead_vector, found["art_1"].lead_vector)


def test_a_backfill_of_old_articles_does_not_hide_the_newest_days(engine: Engine) -> None:
    placed = publish(engine, BREACH)
    placer, number = Placer(engine), fence(engine)
    old = make_article("art_9", "blockgazette", title="Perch raises eighteen million", text="Three funds took part.",
                       published_at=NOON - timedelta(days=6))  # fmt: skip
    store(engine, old)
    read(engine, ["art_9"])
    placer.place_pending(number, NOW)
    store(engine, SAME)
    read(engine, ["art_2"])

    placer.place_pending(number, NOW)

    assert EventStore(engine).event_of(["art_2"]) == {"art_2": placed["art_1"]}


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
