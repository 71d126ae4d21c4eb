"""How long nobody places when the worker that does is killed: `python -m bench.takeover`.

On each database two workers and the schedule run as an operator starts them, with a Redis between them. The worker that
holds the lease is killed in the middle of its work, ROUNDS times.
"""

import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.results import Result, report
from bench.serving import databases
from cluster.cross_encoder import CrossEncoder
from storage.engine import open_engine
from storage.migrating import migrate
from storage.settings import Settings
from tests.integration.commands.redis_server import redis_server
from tests.integration.takeover import placing_workers, read_at_once, reports, seconds_without_a_placer

ROUNDS, ARTICLES = 5, 600
BAR_SECONDS = 15  # a lease, a nudge, and what is decided first


def main() -> int:
    """Every database's longest gap, and whether all are within the bar."""
    model_dir = Settings().model_dir.resolve()
    CrossEncoder(model_dir)  # made here, where it is missing
    results = []
    with tempfile.TemporaryDirectory(prefix="secondsource-") as name, databases(Path(name)) as urls:
        for database, url in urls.items():
            gaps = [_round(url, Path(name), model_dir, number) for number in range(ROUNDS)]
            print(f"{database}: {', '.join(f'{gap:.1f}' for gap in sorted(gaps))} s")
            results.append(
                Result(f"longest time without a placing worker, {database}, s", max(gaps), BAR_SECONDS, "lower")
            )
    report(results)
    return 0 if all(one.is_reached for one in results) else 1


def _round(url: str, folder: Path, model_dir: Path, number: int) -> float:
    engine, now = open_engine(url), datetime.now(UTC)
    migrate(engine)
    with tempfile.TemporaryDirectory(dir=folder) as name, redis_server(Path(name)) as broker:
        (Path(name) / "model").symlink_to(model_dir)
        read_at_once(engine, reports(ARTICLES, now - timedelta(hours=2), first=number * ARTICLES), now)
        with placing_workers(engine, broker, Path(name)):
            return seconds_without_a_placer(engine)


if __name__ == "__main__":
    sys.exit(main())
