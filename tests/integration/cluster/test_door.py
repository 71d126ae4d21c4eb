"""One at a time passes the door for changes."""

import threading
from contextlib import ExitStack

from sqlalchemy import Engine

from cluster.changes import change_events
from tests.ending import beside
from tests.integration.cluster.pipeline import NOW


def test_a_second_change_waits_at_the_door(engine: Engine) -> None:
    passed = threading.Event()

    def pass_the_door() -> None:
        with change_events(engine, by="another", at=NOW):
            passed.set()

    with ExitStack() as meanwhile, change_events(engine, by="first", at=NOW):
        meanwhile.enter_context(beside(pass_the_door))
        assert not passed.wait(0.2)

    assert passed.is_set()
