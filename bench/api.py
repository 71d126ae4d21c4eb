"""What a hot read costs beside a bare ASGI application with the same bytes, a long miss, and how soon a change shows.

Requests per CPU-second of the server, both under uvicorn as `secondsource serve` starts it, in turn within one run.
"""

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from sqlalchemy import Engine

from bench.bare import FOLDER, keep
from bench.load import CONNECTIONS, Load, asked
from bench.many_events import address, fill, full_path
from bench.results import Result, report
from bench.serving import Server, databases, serving, started
from cluster.changes import change_events
from storage.engine import open_engine
from storage.migrating import migrate

LONE, FULL = 98_000, 2_000
HITS, ROUNDS, CHANGES = 20_000, 3, 12
EVENT_AT_LEAST, ADDRESS_AT_LEAST, WIDGET_AT_LEAST, SEEN_WITHIN = 0.50, 0.40, 0.40, 1.0  # the bars


def main() -> None:
    """Measures on SQLite and, where it is installed, on PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="secondsource-") as folder, databases(Path(folder)) as urls:
        for name, url in urls.items():
            report(_measured(name, url, Path(folder), with_hits=name == "SQLite"))


def _measured(name: str, url: str, folder: Path, with_hits: bool) -> list[Result]:
    engine = open_engine(url)
    migrate(engine)
    fill(engine, LONE, FULL)
    with serving(url, folder / f"data-{name}") as server:
        hits = _hits(server, folder / "replies") if with_hits else []
        _misses(name, server)
        seen = _seen(server, engine)
    engine.dispose()
    return [*hits, Result(f"a change shows, {name}: seconds at most", round(seen, 2), SEEN_WITHIN, "lower")]


def _hits(server: Server, replies: Path) -> list[Result]:
    replies.mkdir()
    paths = {"event": full_path(1), "resolve": address(1), "widget": address(1).replace("resolve", "widget")}
    for name, path in paths.items():
        keep(replies, name, *server.read(path))
    spent: dict[tuple[str, str], list[float]] = {}
    with started(
        ["uvicorn", "bench.bare:app", "--no-access-log", "--log-level=warning"], **{FOLDER: str(replies)}
    ) as bare:
        for name, path in [*paths.items()] * ROUNDS:
            for who, asking, where in (("bare", bare, f"/{name}"), ("ours", server, path)):
                load = asked(asking.pid, asking.port, [where] * HITS)
                spent.setdefault((who, name), []).append(load.cpu_micros)
                print(f"  {name}, {who}: {load.cpu_micros:.0f} us of CPU a request, {_waits(load)}")
    results = []
    for name, bar in (("event", EVENT_AT_LEAST), ("resolve", ADDRESS_AT_LEAST), ("widget", WIDGET_AT_LEAST)):
        share = median(spent["bare", name]) / median(spent["ours", name])
        what = f"hot {name}, {(replies / name).stat().st_size} bytes: requests a CPU-second against bare"
        results.append(Result(what, round(share, 2), bar))
    return results


def _misses(name: str, server: Server) -> None:
    for what, paths in (
        ("event", [full_path(number) for number in range(2, FULL + 1)]),
        ("resolve", [address(number) for number in range(2, FULL + 1)]),
    ):
        load = asked(server.pid, server.port, paths)
        cost = f"{load.cpu_micros / 1000:.1f} ms of CPU a request, {_waits(load)}"
        print(f"{name}, {LONE + FULL} events, {what} of a long one not kept: {cost}")


def _waits(load: Load) -> str:
    middle, last = load.took_ms(0.5), load.took_ms(0.99)
    return f"p50 {middle:.1f} ms and p99 {last:.1f} ms at {CONNECTIONS} connections"


def _seen(server: Server, engine: Engine) -> float:
    """The longest that a change took to show, asked for all the time."""
    waited = []
    event_id = full_path(1).rpartition("/")[2]
    for number in range(CHANGES):
        for _ in range(20 + 7 * number):  # so that changes fall anywhere between two looks
            _, before = server.read(full_path(1))
        with change_events(engine, by="bench", at=datetime.now(UTC)) as ledger:
            ledger.lock(event_id, number % 2 == 0)
        changed_at = time.monotonic()
        while server.read(full_path(1))[1] == before:
            pass
        waited.append(time.monotonic() - changed_at)
    return max(waited)


if __name__ == "__main__":
    main()
