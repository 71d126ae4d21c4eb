"""Looks at a running service from outside: what its processes take, how long its tasks hold workers, what is stored."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, select

from ingest.store import CLAIMED_FOR
from ingest.tables import articles, feeds
from storage.engine import reading

EVERY_SECONDS = 0.25
KINDS = {
    "ingest.parsing_child": "parser",
    "ingest@": "ingest",
    "embed@": "embed",
    "cluster@": "cluster",
    "uvicorn": "api",
    "beat": "beat",
    "valkey": "broker",
    "cli": "run",
}


@dataclass(slots=True)
class Seen:
    """What was seen: each kind of process's memory in bytes, tasks' holds, polls' delays, and when each URL came."""

    peak_bytes: dict[str, int] = field(default_factory=dict)
    held: dict[datetime, timedelta] = field(default_factory=dict)  # by when the task claimed its feeds
    held_by: dict[datetime, tuple[str, ...]] = field(default_factory=dict)  # the feeds that were polled last
    late: list[tuple[str, timedelta]] = field(default_factory=list)  # a feed's URL; from due until polled
    stored_at: dict[str, datetime] = field(default_factory=dict)  # by URL


@contextmanager
def watching(pid: int, engine: Engine) -> Iterator[Seen]:
    """Watches a process with all that it starts, and its database, while the block lasts."""
    seen, stop = Seen(), threading.Event()
    threads = [
        threading.Thread(target=_repeat, args=(stop, look), daemon=True)
        for look in (lambda: _look_at_memory(pid, seen), _Polls(engine, seen).look)
    ]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def memory_of(pid: int) -> int:
    """The memory in bytes that a process and all that it started have at the moment, what they share counted once each.

    By the proportional set size: a pool's children share most of their pages with their parent.
    """
    total = 0
    for process in _descendants(pid):
        with suppress(OSError):  # it has ended
            total += 1024 * int((process / "smaps_rollup").read_text().partition("Pss:")[2].split()[0])
    return total


def _repeat(stop: threading.Event, look: Callable[[], None]) -> None:
    while not stop.wait(EVERY_SECONDS):
        look()


def _look_at_memory(pid: int, seen: Seen) -> None:
    for process in _descendants(pid):
        with suppress(OSError, StopIteration):  # it has ended
            command = (process / "cmdline").read_bytes().decode(errors="replace")
            kind = next(kind for mark, kind in KINDS.items() if mark in command)
            status = (process / "status").read_text()
            peak = 1024 * int(status.partition("VmHWM:")[2].split()[0])
            seen.peak_bytes[kind] = max(peak, seen.peak_bytes.get(kind, 0))


def _descendants(pid: int) -> Iterator[Path]:
    parents = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with suppress(OSError):
                stat = Path(entry.path, "stat").read_text()
                parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found and child not in found}:
        found |= more
    return (Path("/proc", str(one)) for one in found if one in parents)


class _Polls:
    """The feeds and articles as they were at the last look."""

    def __init__(self, engine: Engine, seen: Seen) -> None:
        self._engine, self._seen = engine, seen
        self._due = dict[str, datetime]()
        self._polled = dict[str, datetime | None]()

    def look(self) -> None:
        """Notes what changed since."""
        columns = (feeds.c.url, feeds.c.claimed_until, feeds.c.next_poll_at, feeds.c.last_poll_at)
        with reading(self._engine) as connection:
            now = datetime.now(UTC)
            rows = connection.execute(select(*columns).where(feeds.c.enabled)).all()
            urls = connection.scalars(select(articles.c.url)).all()
        self._seen.stored_at |= {url: now for url in urls if url not in self._seen.stored_at}
        claimed: dict[datetime, list[str]] = {}
        for url, claimed_until, next_poll_at, last_poll_at in rows:
            if claimed_until:
                claimed.setdefault(claimed_until - CLAIMED_FOR, []).append(url)
            if url in self._due and last_poll_at != self._polled[url]:
                self._seen.late.append((url, last_poll_at - self._due[url]))
            self._due[url], self._polled[url] = next_poll_at, last_poll_at
        for claimed_at, those in claimed.items():
            self._seen.held[claimed_at] = now - claimed_at
            self._seen.held_by[claimed_at] = tuple(those)
