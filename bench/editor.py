"""How long an editor waits for what they do, by a program with a key, alone and beside a worker that places."""

import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from statistics import median

import httpx2
from sqlalchemy import Engine

from api.key_store import KeyStore
from api.scopes import Scope
from bench.serving import Server
from cluster.store import EventStore

TIMES = 30  # each of three acts: a key may do 120 in a minute
EVENTS = 1 + 2 * TIMES
PAUSE_SECONDS = 0.3  # beside placing, which decides anew after each merge, and would seldom come to write
MANY = 1_000_000


def waits(
    name: str, server: Server, engine: Engine, event_ids: Sequence[str], worker: AbstractContextManager[None]
) -> float:
    """The longest that an act took beside a worker, in seconds; prints what each kind took, and without it.

    The first of EVENTS events gets all the titles, the others are merged in pairs.
    """
    _told(f"{name}, nothing else at work", _acts(server, engine, "Alone", event_ids, 0.0))
    with worker:
        before = EventStore(engine).last_change()
        assert before is not None, "there are events"
        took = _acts(server, engine, "Beside placing", event_ids, PAUSE_SECONDS)
        since = EventStore(engine).changes_after(before.seq, MANY)
    _told(f"{name}, {sum(one.by == 'placing' for one in since)} articles placed meanwhile", took)
    return round(max(max(seconds) for seconds in took.values()), 2)


def _acts(
    server: Server, engine: Engine, who: str, event_ids: Sequence[str], pause_seconds: float
) -> dict[str, list[float]]:
    """Seconds by kind of act."""
    took: dict[str, list[float]] = defaultdict(list)
    shown = {"authorization": f"Bearer {KeyStore(engine).create(who, [Scope.EDITOR], datetime.now(UTC))}"}
    titled, *others = event_ids
    with httpx2.Client(base_url=f"{server.address}/v1/editor/", headers=shown, timeout=60) as client:

        def act(kind: str, path: str, **body: object) -> int:
            time.sleep(pause_seconds)
            began = time.perf_counter()
            reply = client.post(path, json=body)
            took[kind].append(time.perf_counter() - began)
            reply.raise_for_status()
            return int(reply.json()["data"]["action"]["seq"])

        for number in range(TIMES):
            act("a title", f"events/{titled}/title", title=f"{who}, title {number}")
        for one, other in zip(others[::2], others[1::2], strict=True):
            merged = act("a merge", f"events/{one}/merge", other=other)
            act("its undoing", "undo", seq=merged)
    return took


def _told(name: str, took: dict[str, list[float]]) -> None:
    for kind, seconds in took.items():
        print(f"{name}: {kind} takes {1000 * median(seconds):.0f} ms, at most {1000 * max(seconds):.0f}")
