"""What each page of the desk costs the server, asked by an editor who is signed in."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median

import httpx2
from sqlalchemy import Engine

from api.key_store import KeyStore
from api.scopes import Scope
from api.shown.shown import FEEDS
from api.shown.store import FEEDS_LOOKED_AT, ShownStore
from api.shown.tally import NAMES_OF_ONE
from api.store import EditorStore
from api.webhooks.routes import MOST_OF_A_KEY
from bench.load import cpu_seconds
from bench.serving import Server
from cluster.doubts import DoubtKind
from cluster.event import Level, Theme
from ingest.addition import Addition
from ingest.addition_store import AdditionStore

TIMES = 10  # each page
ADDED = "add_bench"


def slowest(name: str, server: Server, engine: Engine, one: str, other: str) -> float:
    """What the slowest page takes, in milliseconds; prints what each costs, of two events by their ids."""
    now = datetime.now(UTC)
    with httpx2.Client(base_url=server.address, timeout=60) as client:
        _show(engine, client, (one, other), now)
        AdditionStore(engine).ask(Addition(ADDED, "https://harbour.example/report", one, "Ada", now))
        client.post("/desk/sign-in", data={"token": EditorStore(engine).invite("Ada", now)})
        return max(_cost(f"{name}, {page}", server.pid, client, path) for page, path in _pages(one, other).items())


def _pages(one: str, other: str) -> dict[str, str]:
    event = f"/desk/events/{one}"
    return {
        "the queue": "/desk",
        **{f"the queue, {kind.replace('_', ' ')}": f"/desk?kind={kind}" for kind in DoubtKind},
        "the queue of a theme and a signal": f"/desk?theme={Theme.PRICE}&signal={Level.HIGH}",
        "the newest": "/desk?tab=newest",
        "events found by words": "/desk?q=bitcoin",
        "an event": event,
        "an event beside the newest": f"{event}?tab=newest",
        "the question before a merge": f"{event}/merge?other={other}",
        "two events compared": f"/desk/compare/{one}/{other}",
        "an event's history": f"{event}/history",
        "an addition": f"/desk/additions/{ADDED}",
        "the audit": "/desk/audit",
        "the audit of one name": "/desk/audit?by=Alone&type=merge",
        "people": "/desk/people",
        "keys": "/desk/keys",
        "an account": "/desk/account",
    }


def _cost(page: str, pid: int, client: httpx2.Client, path: str) -> float:
    _read(client, path)  # the first one waits for its template to be read
    before = cpu_seconds(pid)
    took_ms = [1000 * _read(client, path) for _ in range(TIMES)]
    cpu_ms = 1000 * (cpu_seconds(pid) - before) / TIMES
    print(f"{page}: {median(took_ms):.0f} ms, at most {max(took_ms):.0f}; {cpu_ms:.0f} ms of CPU")
    return round(median(took_ms), 1)


def _read(client: httpx2.Client, path: str) -> float:
    began = time.perf_counter()
    client.get(path).raise_for_status()
    return time.perf_counter() - began


def _show(engine: Engine, client: httpx2.Client, event_ids: Sequence[str], now: datetime) -> None:
    """Shows events on as many sites, in as many feeds and to as many webhooks as is looked at before a merge."""
    narrowed = [f"theme={theme}&signal={level}" for theme in Theme for level in Level]
    counted = {(FEEDS, f"/feeds/events.rss?{asked}"): 1 for asked in narrowed[:FEEDS_LOOKED_AT]}
    for event_id in event_ids:
        counted |= {(event_id, f"site-{number}.example"): 1 for number in range(NAMES_OF_ONE)}
    ShownStore(engine).add(counted, now)
    key = KeyStore(engine).create("An app", [Scope.WEBHOOKS], now)
    for number in range(MOST_OF_A_KEY):
        hook = {"url": f"https://app-{number}.example/hook"}
        client.post("/v1/webhooks", json=hook, headers={"authorization": f"Bearer {key}"}).raise_for_status()
