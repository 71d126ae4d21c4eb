"""How good publishers fare beside hostile ones: `python -m bench.hostile TOOLS CORPUS`.

TOOLS holds `newswire.py`, which serves the articles of CORPUS (JSONL or .gz) as publishers, and `hostile_publisher.py`,
one address for each thing that a publisher can do to its readers. The service is run twice, each time in a folder of
its own, with the publishers of the corpus alone and beside the hostile ones. What is printed: how long a task
held its worker, how much memory each kind of process took, what of the good ones' articles was lost, how late they were
polled and stored, and of how many hostile feeds the stated number of articles is there.
"""

import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine, func, select

from bench.results import Result, report
from bench.watching import Seen, watching
from commands.publishers.choosing import open_publishers
from commands.publishers.lists import import_opml
from ingest.article import Standing
from ingest.store import PublisherStore
from ingest.tables import entries, feed_outcomes, feeds
from storage.engine import open_engine, reading
from storage.settings import Settings
from tests.ending import listens, process, wait_until
from tests.integration.commands.service import environment

SERVICE_PORT, GOOD_PORT, HOSTILE_PORT = 8790, 8800, 28610
ALLOWED = f"127.0.0.1:{GOOD_PORT},127.10.0.0/16:{GOOD_PORT},127.0.0.1:{HOSTILE_PORT},127.20.0.0/24:{HOSTILE_PORT}"
START, BEFORE_HOURS = "2025-05-22T12:00:00Z", 3  # of the corpus; 44 publishers have news from then on
SPEED = 60
NEWS_LASTS, RUN_LASTS = timedelta(minutes=8), timedelta(minutes=11)
GOOD_EVERY = timedelta(minutes=1)  # a good feed's longest interval, so that a short run has enough polls
# What a feed does to its entries' names, and the articles that are there whatever it does; each is polled so often.
IDENTITY = {
    "guid_missing": 5,
    "guid_changing": 5,
    "link_changing": 5,
    "guid_and_link_missing": 0,
    "guid_all_same": 5,
    "guid_collides_other_feed": 1,
    "relist": 5,
    "reorder": 5,
    "edited_title": 1,
    "republished": 1,
    "shrinking": 5,
    "flapping": 5,
    "etag_new_each_time": 5,
}
IDENTITY_POLLS = 20
LOOKS_EVERY_SECONDS = 2.0
HELD_BAR_SECONDS, MEMORY_BAR_MB, LATER_BAR = 60, 512, 2
MB = 1024**2
MODELS = frozenset({"embed", "cluster"})  # what a model takes is no publisher's doing


@dataclass(frozen=True, slots=True)
class Run:
    """What one run came to for good publishers; times in seconds."""

    seen: Seen
    lost: int
    doubled: int
    polled: float  # p95 of the good feeds' polls, from due until done
    stored: float  # p95 of the good articles, from when they came out


def main(arguments: Sequence[str]) -> int:
    """Both runs, and whether every bar is reached."""
    if len(arguments) != 2:
        print(__doc__)
        return 2
    tools, corpus = map(Path, arguments)
    alone = run(tools, corpus, is_beside=False)
    beside = run(tools, corpus, is_beside=True)
    results = [
        Result("longest hold of a worker, seconds", max(beside.seen.held.values()).total_seconds(), HELD_BAR_SECONDS),
        Result("most memory of a process without a model, MB", _peak_mb(beside.seen), MEMORY_BAR_MB),
        Result("good articles lost", beside.lost, 0),
        Result("good articles stored twice", beside.doubled, 0),
        Result("delay of good polls beside hostile ones, times that alone", beside.polled / alone.polled, LATER_BAR),
        Result("delay of good articles beside hostile ones, times that alone", beside.stored / alone.stored, LATER_BAR),
    ]
    report([replace(one, better="lower") for one in results])
    return 0 if all(one.is_reached for one in results) else 1


def run(tools: Path, corpus: Path, is_beside: bool) -> Run:
    """One run of the service, told as it ends."""
    with tempfile.TemporaryDirectory(prefix="secondsource-") as name, _publishing(tools, corpus, is_beside):
        folder = Path(name)
        (folder / "model").symlink_to(Settings().model_dir.resolve())
        settings = Settings(data_dir=folder, allow_addresses=tuple(ALLOWED.split(",")))
        store, engine = _subscribed(settings, is_beside), open_engine(settings.database)
        changed = {"SECONDSOURCE_ALLOW_ADDRESSES": ALLOWED, "SECONDSOURCE_MAX_AGE_DAYS": "1000"}
        own = environment(folder, SERVICE_PORT, **changed)
        command = [sys.executable, "-m", "cli", "run", "--no-demo"]
        with process(command, env=own, stderr=subprocess.DEVNULL) as service, watching(service.pid, engine) as seen:
            _attend(store, engine, seen, is_beside)
        came_out = _asked(GOOD_PORT, "released")
        done = _judged(seen, {url: datetime.fromisoformat(at) for url, at in came_out.items()})
        print(f"{'beside hostile publishers' if is_beside else 'alone'}:", *_told(done, engine, is_beside), sep="\n  ")
    return done


@contextmanager
def _publishing(tools: Path, corpus: Path, is_beside: bool) -> Iterator[None]:
    until = datetime.fromisoformat(START) + SPEED * NEWS_LASTS
    wire = [str(tools / "newswire.py"), str(corpus), "--start", START, "--before", str(BEFORE_HOURS), "--rebase"]
    wire += ["--until", until.isoformat(), "--speed", str(SPEED), "--port", str(GOOD_PORT), "--feed-length", "100"]
    hostile = [str(tools / "hostile_publisher.py"), "serve", "--port", str(HOSTILE_PORT)]
    with ExitStack() as serving:
        for command, port in ((wire, GOOD_PORT), *([(hostile, HOSTILE_PORT)] if is_beside else [])):
            serving.enter_context(process([sys.executable, *command], stdout=subprocess.DEVNULL))
            wait_until(partial(listens, port))
        yield


def _subscribed(settings: Settings, is_beside: bool) -> PublisherStore:
    """Nobody is polled but those of this measurement."""
    store = open_publishers(settings)
    store.switch([feed.id for feed in store.list()], False, datetime.now(UTC))
    import_opml(settings, f"http://127.0.0.1:{GOOD_PORT}/feeds.opml", Standing.ESTABLISHED)
    if is_beside:
        import_opml(settings, f"http://127.0.0.1:{HOSTILE_PORT}/__opml", Standing.UNRATED)
    return store


def _attend(store: PublisherStore, engine: Engine, seen: Seen, is_beside: bool) -> None:
    """Has feeds polled as often as is measured, until the news is over and stored, or time is."""
    began = datetime.now(UTC)
    while (now := datetime.now(UTC)) < began + RUN_LASTS:
        time.sleep(LOOKS_EVERY_SECONDS)
        if now > began + NEWS_LASTS and _asked(GOOD_PORT, "released").keys() <= seen.stored_at.keys() and not is_beside:
            return
        waiting = [feed for feed in store.list() if feed.enabled and feed.last_poll_at]
        late = [feed for feed in waiting if _is_good(feed.url) and feed.next_poll_at > now + GOOD_EVERY]
        store.make_due([feed.id for feed in late], now + GOOD_EVERY)
        if is_beside:
            polled = _polls(engine)
            named = [feed for feed in waiting if _behaviour(feed.url) in IDENTITY and feed.next_poll_at > now]
            store.make_due([feed.id for feed in named if polled[feed.url] < IDENTITY_POLLS], now)
            _asked(HOSTILE_PORT, "__tick")


def _judged(seen: Seen, came_out: dict[str, datetime]) -> Run:
    stored = [url for url in seen.stored_at if _is_good(url)]
    late = [(seen.stored_at[url] - at).total_seconds() for url, at in came_out.items() if url in seen.stored_at]
    polled = [delay.total_seconds() for url, delay in seen.late if _is_good(url)]
    return Run(
        seen,
        lost=len(came_out.keys() - seen.stored_at.keys()),
        doubled=len(stored) - len(came_out.keys() & seen.stored_at.keys()),
        polled=float(np.quantile(polled, 0.95)),
        stored=float(np.quantile(late, 0.95)),
    )


def _told(run: Run, engine: Engine, is_beside: bool) -> Iterator[str]:
    peaks = sorted(run.seen.peak_bytes.items(), key=lambda one: -one[1])
    yield f"memory: {', '.join(f'{kind} {peak / MB:.0f} MB' for kind, peak in peaks)}"
    held = sorted(run.seen.held.items(), key=lambda one: -one[1])
    yield f"{len(held)} tasks of polling, the longest:"
    for claimed_at, lasted in held[:5]:
        yield f"  {lasted.total_seconds():.1f} s, with {', '.join(run.seen.held_by[claimed_at][:3])}"
    good = [url for url in run.seen.stored_at if _is_good(url)]
    yield f"{len(good)} good articles, {run.lost} lost, {run.doubled} twice; p95 of {run.stored:.1f} s until stored"
    yield f"{sum(_is_good(url) for url, _ in run.seen.late)} good polls, p95 of {run.polled:.1f} s from due until done"
    if is_beside:
        yield from _hostile(engine)


def _hostile(engine: Engine) -> Iterator[str]:
    stored, polled = _stored(engine), _polls(engine)
    stated = {
        one["name"]: one["check"]["entries"] for one in _asked(HOSTILE_PORT, "__catalog") if "entries" in one["check"]
    }
    wrong = {name: stored[name] for name, count in (stated | IDENTITY).items() if stored[name] != count}
    yield f"{len(stated | IDENTITY)} hostile feeds whose articles are stated; otherwise: {wrong or 'none'}"
    fewest = min(count for url, count in polled.items() if _behaviour(url) in IDENTITY)
    yield f"{len(IDENTITY)} of them polled at least {fewest} times"
    told = _asked(HOSTILE_PORT, "__report")
    yield f"internal addresses reached: {told['canary_total']}"
    yield from (f"{row['behaviour']}: {', '.join(row['fails'])}" for row in told["rows"] if row["fails"])


def _polls(engine: Engine) -> Counter[str]:
    """How often each feed was polled, by its URL."""
    query = select(feeds.c.url, func.sum(feed_outcomes.c.count)).join(feed_outcomes).group_by(feeds.c.url)
    with reading(engine) as connection:
        rows = connection.execute(query.where(feed_outcomes.c.unit == "feed")).all()
    return Counter({row[0]: row[1] for row in rows})


def _stored(engine: Engine) -> Counter[str]:
    """How many articles each hostile feed has made, by its behaviour."""
    query = select(feeds.c.url, entries.c.article_id).join(entries).where(entries.c.article_id.is_not(None)).distinct()
    with reading(engine) as connection:
        return Counter(_behaviour(row.url) for row in connection.execute(query))


def _peak_mb(seen: Seen) -> float:
    return max(peak for kind, peak in seen.peak_bytes.items() if kind not in MODELS) / MB


def _is_good(url: str) -> bool:
    return url.startswith("http://127.10.")


def _behaviour(url: str) -> str:
    return url.partition("/b/")[2].partition("/")[0]


def _asked(port: int, path: str) -> Any:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=30) as answer:
        return json.load(answer)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
