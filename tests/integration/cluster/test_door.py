"""One at a time passes the door for changes, and who waits there is let in soon."""

import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import Engine

from cluster.changes import change_events
from cluster.cross_encoder import Opening
from cluster.placing import Placer
from cluster.store import EventStore
from tests.builders import make_article
from tests.ending import PATIENCE_SECONDS, beside, process
from tests.integration.cluster.pipeline import NOW, fence, place, read, store
from tests.integration.cluster.standing import desk_of

BREACH, SAME = make_article("art_1", "ledgerpost"), make_article("art_2", "coinherald")
OTHER = make_article("art_3", "coinherald", title="Regulator opens a consultation", text="Comments are due in May.")


def test_a_second_change_waits_at_the_door(engine: Engine) -> None:
    passed = threading.Event()

    def pass_the_door() -> None:
        with change_events(engine, by="another", at=NOW):
            passed.set()

    with ExitStack() as meanwhile, change_events(engine, by="first", at=NOW):
        meanwhile.enter_context(beside(pass_the_door))
        assert not passed.wait(0.2)

    assert passed.is_set()


def test_who_waits_is_let_in_though_another_process_comes_again_at_once(engine: Engine, database_url: str) -> None:
    command = [sys.executable, "-m", "tests.integration.cluster.takes_the_door", database_url]
    with process(command, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline()
        waits = [_wait(engine) for _ in range(5)]

    assert statistics.median(waits) < 1, waits


def _wait(engine: Engine) -> float:
    started = time.monotonic()
    with change_events(engine, by="Ada", at=NOW):
        return time.monotonic() - started


class Ponders:
    """A reader that takes its time over the first pairs."""

    def __init__(self) -> None:
        self.asked, self.may_answer = threading.Event(), threading.Event()

    def logits(self, pairs: Sequence[tuple[Opening, Opening]]) -> NDArray[np.float64]:
        """Undecided, once it is let."""
        self.asked.set()
        assert self.may_answer.wait(PATIENCE_SECONDS)
        return np.zeros(len(pairs))


def test_the_door_stands_open_while_placing_decides_and_what_changed_meanwhile_is_heeded(engine: Engine) -> None:
    event_id = place(engine, BREACH)["art_1"]
    store(engine, SAME)
    read(engine, ["art_2"])
    reader, number = Ponders(), fence(engine)
    placer = Placer(engine, reader)

    with beside(lambda: placer.place_pending(number, NOW), stop=reader.may_answer.set):
        assert reader.asked.wait(PATIENCE_SECONDS)
        desk_of(engine).lock(event_id, {})

    assert EventStore(engine).event_of(["art_2"])["art_2"] != event_id


@pytest.mark.parametrize("in_order", [True, False], ids=["in the order of ids", "against it"])
def test_who_begins_to_describe_waits_at_the_door_and_not_behind_it(engine: Engine, in_order: bool) -> None:
    second, first = sorted(place(engine, BREACH, OTHER).values(), reverse=in_order)
    begun: list[dict[str, int]] = []
    has_begun = threading.Event()

    def begin() -> None:
        begun.append(EventStore(engine).begin_describing([first, second]))
        has_begun.set()

    # One of the orders is not the database's: each waited for a row of the other's, and one was ended.
    with ExitStack() as meanwhile, change_events(engine, by="Ada", at=NOW) as ledger:
        ledger.lock(second, locked=True)
        meanwhile.enter_context(beside(begin))
        assert not has_begun.wait(1)
        ledger.lock(first, locked=True)

    assert [found.keys() for found in begun] == [{first, second}]
