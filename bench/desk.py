"""How long an editor waits for an action while articles are placed without a pause, and what the desk's pages cost.

Among the events of labelled windows of SECONDSOURCE_CORPUS, over HTTP, on SQLite and on PostgreSQL.
"""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from bench.backlog import endless_backlog
from bench.desk_pages import slowest
from bench.editor import EVENTS, waits
from bench.labelled import Remembering, labelled
from bench.news import largest, publish
from bench.results import Result, report
from bench.serving import Server, databases, serving
from ingest.store import ArticleStore
from storage.engine import open_engine
from storage.migrating import migrate
from storage.settings import Settings

WINDOWS = 2  # some 1,800 articles of four days
PLACED = 500  # of them, again and again
ACT_AT_MOST, PAGE_AT_MOST_MS = 1.0, 200.0  # the bars


def main() -> None:
    """Measures on SQLite and, where it is installed, on PostgreSQL; says so where there is no corpus."""
    settings = Settings()
    known, reader = labelled(settings, WINDOWS), Remembering(settings.model_dir)
    with tempfile.TemporaryDirectory(prefix="secondsource-") as folder, databases(Path(folder)) as urls:
        for name, url in urls.items():
            engine = open_engine(url)
            migrate(engine)
            publish(engine, known, reader, datetime.now(UTC))
            with serving(url, Path(folder) / f"data-{name}") as server:
                report(_measured(name, server, engine, url, settings.model_dir))
            engine.dispose()


def _measured(name: str, server: Server, engine: Engine, url: str, models: Path) -> list[Result]:
    since = ArticleStore(engine).page(PLACED)[-1].published_at
    event_ids = largest(engine, EVENTS, since - timedelta(seconds=1))  # placing takes none of them away
    waited = waits(name, server, engine, event_ids, endless_backlog(url, models, since))
    slowest_ms = slowest(name, server, engine, *event_ids[:2])
    return [
        Result(f"an action beside placing, {name}: seconds at most", waited, ACT_AT_MOST, "lower"),
        Result(f"a page of the desk, {name}: ms at most", slowest_ms, PAGE_AT_MOST_MS, "lower"),
    ]


if __name__ == "__main__":
    main()
