"""Whatever is killed, the work goes on, and the next start finds the place free."""

import os
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from celery import Celery

from cluster.store import EventStore
from ingest.store import ArticleStore
from storage.engine import open_engine
from tests.builders import make_article
from tests.integration.commands.service import Service, children_of, started

KINDS = {"uvicorn", "valkey-server", "ingest@", "embed@", "cluster@", "beat"}
AN_HOUR_AGO, LONG_AGO = datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC) - timedelta(days=30)
GONE_WITHIN_SECONDS = 5.0
STOPS_WITHIN_SECONDS = 10.0


def _children(service: Service) -> dict[str, int]:
    """The ids of the supervised processes by their kind, those that run."""
    running = children_of(service.process.pid)
    return {kind: pid for pid, command in running.items() for kind in KINDS if kind in command}


def _all_run(service: Service, but: set[int]) -> dict[str, int] | None:
    found = _children(service)
    return found if found.keys() == KINDS and not but & set(found.values()) else None


def _read(service: Service, article_id: str) -> None:
    """Queues an article for reading, as ingest does."""
    broker = (service.data_dir / "demo" / "broker.path").read_text()
    app = Celery(broker=f"redis+socket://{broker}?virtual_host=0")
    app.conf.task_routes = {"embed.*": "embed"}
    app.send_task("embed.embed_articles", [[article_id]])


def test_the_work_goes_on_whatever_dies(data_dir: Path) -> None:
    with started(["demo"], data_dir) as service:
        first = service.wait_for(lambda: _all_run(service, but=set()))
        engine = open_engine(f"sqlite:///{data_dir}/demo/secondsource.db")
        before = service.wait_for(lambda: EventStore(engine).placed_since(LONG_AGO))

        for pid in first.values():
            os.kill(pid, signal.SIGKILL)
        second = service.wait_for(lambda: _all_run(service, but=set(first.values())))
        os.kill(second["valkey-server"], signal.SIGKILL)
        service.wait_for(lambda: _all_run(service, but={*first.values(), second["valkey-server"]}))
        late = make_article("art_late", url="https://ledgerpost.example/late", published_at=AN_HOUR_AGO)
        assert ArticleStore(engine).add(late)
        _read(service, late.id)

        service.wait_for(lambda: EventStore(engine).event_of([late.id]))
        placed = EventStore(engine).event_of([one.article_id for one in before])
        assert placed == {one.article_id: one.event_id for one in before}
        assert service.wait_for(lambda: service.get("/v1/events"))


def test_a_killed_run_leaves_nothing_in_the_way_of_the_next(data_dir: Path) -> None:
    with started(["demo"], data_dir) as service:
        killed = service.wait_for(lambda: _all_run(service, but=set()))
        socket_folder = Path((data_dir / "demo" / "broker.path").read_text()).parent
        service.process.kill()
        assert service.process.wait(GONE_WITHIN_SECONDS) == -signal.SIGKILL
    give_up_at = time.monotonic() + GONE_WITHIN_SECONDS
    while any(Path(f"/proc/{pid}").exists() for pid in killed.values()):
        assert time.monotonic() < give_up_at
        time.sleep(0.02)

    with started(["demo"], data_dir, SECONDSOURCE_PORT=service.address.rpartition(":")[2]) as following:
        following.wait_for(lambda: "valkey-server" in _children(following))
        assert not socket_folder.exists()
        asked_at = time.monotonic()
        following.process.terminate()  # in the middle of its start
        assert following.process.wait(STOPS_WITHIN_SECONDS) == 0

    assert time.monotonic() - asked_at < STOPS_WITHIN_SECONDS
    assert not (data_dir / "demo" / "broker.path").exists()
