"""Tasks as Celery runs them, in a process of their own: they ask the real clock."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from cluster.describe_stage import describe_events
from cluster.event import ChangeType, Status
from cluster.store import EventStore
from cluster.window import WINDOW
from ingest.store import ArticleStore
from tests.builders import make_article
from tests.ending import process
from tests.integration.cluster.pipeline import place

HOUR = timedelta(hours=1)


def run_tasks(engine: Engine, data_dir: Path, *names: str) -> None:
    """Some tasks, one after the other."""
    calls = "; ".join(f"worker.{name}()" for name in names)
    settings = {
        "SECONDSOURCE_DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "SECONDSOURCE_DATA_DIR": str(data_dir),
    }
    subprocess.run([sys.executable, "-c", f"import worker; {calls}"], env=os.environ | settings, check=True, timeout=60)


def test_a_worker_that_is_told_to_end_while_it_loads_a_model_ends_at_once(tmp_path: Path) -> None:
    code = (
        "import signal, time, worker; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "worker.Embedder = lambda folder: time.sleep(print('loading', flush=True) or 1000)\n"
        "worker._embedder()"
    )
    env = os.environ | {"SECONDSOURCE_DATA_DIR": str(tmp_path)}
    with process([sys.executable, "-c", code], env=env, stdout=subprocess.PIPE) as loading:
        assert loading.stdout is not None
        assert loading.stdout.readline() == b"loading\n"
        loading.terminate()
        assert loading.wait(5) == -signal.SIGTERM


def test_a_grade_that_time_has_outdated_is_given_anew(engine: Engine, tmp_path: Path) -> None:
    then = datetime.now(UTC) - 24 * HOUR
    both = (make_article(f"art_{number}", f"outlet{number}", published_at=then) for number in (1, 2))
    (event_id,) = set(place(engine, *both, now=then).values())
    describe_events([event_id], engine=engine, now=then)

    run_tasks(engine, tmp_path, "regrade", "regrade")

    described, regraded = EventStore(engine).changes_after(0, 100)[-2:]
    assert (described.type, regraded.type) == (ChangeType.DESCRIBED, ChangeType.SIGNAL_CHANGED)
    assert regraded.at >= then + 24 * HOUR


def test_an_event_closes_once_its_newest_article_is_older_than_the_window(engine: Engine, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    quiet = make_article("art_1", title="Ostrava ends its loans", text="It said so.", published_at=now - WINDOW - HOUR)
    young = make_article("art_2", title="Perch raises money", text="Two funds.", published_at=now - WINDOW + HOUR)
    first = make_article("art_3", "ledgerpost", published_at=now - WINDOW - 24 * HOUR)
    newest = make_article("art_4", "coinherald", published_at=now - WINDOW + 24 * HOUR)
    placed = place(engine, quiet, young, first, newest, now=now - HOUR)
    assert placed["art_3"] == placed["art_4"]

    run_tasks(engine, tmp_path, "expire", "expire")

    found = EventStore(engine).get_many(list(placed.values()))
    assert {article_id: found[event_id].status for article_id, event_id in placed.items()} == {
        "art_1": Status.CLOSED,
        "art_2": Status.ACTIVE,
        "art_3": Status.ACTIVE,
        "art_4": Status.ACTIVE,
    }
    closed = [change for change in EventStore(engine).changes_after(0, 100) if change.type is ChangeType.CLOSED]
    assert [(change.event_id, change.by) for change in closed] == [(placed["art_1"], "expire")]
    assert found[placed["art_1"]].updated_at >= now


def test_a_text_is_forgotten_once_it_was_kept_for_as_long_as_is_set(engine: Engine, tmp_path: Path) -> None:
    then = datetime.now(UTC) - 30 * 24 * HOUR
    ages = {"art_old": -HOUR, "art_young": HOUR}
    place(engine, *(make_article(one, published_at=then + more, text=f"{one}. " * 90) for one, more in ages.items()))

    run_tasks(engine, tmp_path, "forget_texts", "forget_texts")

    kept = ArticleStore(engine).get_many(list(ages))
    assert {one.id: one.is_forgotten for one in kept.values()} == {"art_old": True, "art_young": False}
