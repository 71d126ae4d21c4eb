"""Whoever follows ends with what the server has, whatever is killed meanwhile."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import redis
from celery import Celery
from sqlalchemy import Engine

from api.key_store import KeyStore
from api.scopes import Scope
from cluster.editing import Desk
from cluster.store import EventStore
from commands.demo_publishers import DAY
from commands.processes import dies_with
from ingest.article import Article
from ingest.store import ArticleStore
from tests.builders import make_article
from tests.ending import beside, wait_until
from tests.following import Follower, served
from tests.integration.api.receiver import Received, Receiver, receiver, status
from tests.integration.api.seeding import migrated, settings_in
from tests.integration.api.streaming import Stream
from tests.integration.commands.redis_server import redis_server
from tests.integration.commands.service import environment, free_port

PATIENCE_SECONDS = 120.0
LOOKS_EVERY_SECONDS = 0.2
ARTICLES = 14
KILLED_AT = 8  # the message that the delivering worker is in the middle of when it is killed
wait_for = partial(wait_until, seconds=PATIENCE_SECONDS, every_seconds=LOOKS_EVERY_SECONDS)
NUDGES = {"deliver.deliver_changes": "deliver", "cluster.place_articles": "cluster", "upkeep.sweep": "upkeep"}


@dataclass
class Machine:
    """The processes of a service, each started again once it has been killed, and what beat would nudge."""

    folder: Path
    broker: str
    port: int
    allowed: str
    stop: threading.Event = field(default_factory=threading.Event)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def commands(self) -> dict[str, list[str]]:
        """What is to run."""
        celery = ["celery", "-A", "tests.integration.impatient", "worker", "--pool", "solo", "--loglevel", "warning"]
        celery += ["--without-gossip", "--without-mingle"]
        return {
            "api": ["uvicorn", "api.app:app", "--factory", "--port", str(self.port), "--log-level", "warning"],
            "deliver": [*celery, "-n", "deliver@%h", "-Q", "deliver"],
            "work": [*celery, "-n", "work@%h", "-Q", "embed,cluster,describe,upkeep"],
        }

    def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        """Ends one; `watch` starts it again."""
        self.running[name].send_signal(how)

    def watch(self) -> None:
        """Starts what does not run and nudges, until it is told to stop."""
        env = environment(
            self.folder, self.port, SECONDSOURCE_BROKER_URL=self.broker, SECONDSOURCE_ALLOW_ADDRESSES=self.allowed
        )
        nudging, waiting = Celery(broker=self.broker), redis.Redis.from_url(self.broker)
        while not self.stop.wait(LOOKS_EVERY_SECONDS):
            for name, command in self.commands().items():
                if name not in self.running or self.running[name].poll() is not None:
                    self.running[name] = subprocess.Popen(
                        [sys.executable, "-m", *command], env=env, preexec_fn=dies_with(os.getpid())
                    )
            for task, queue in NUDGES.items():
                if not waiting.llen(queue):
                    nudging.send_task(task, queue=queue)

    def end(self) -> None:
        """Ends whatever runs, also after `watch` broke."""
        for process in self.running.values():
            process.kill()
            process.wait(PATIENCE_SECONDS)


def by_pages(machine: Machine, follower: Follower) -> None:
    """Reads `/v1/changes` from its cursor, whenever somebody answers."""
    while not machine.stop.wait(LOOKS_EVERY_SECONDS):
        after = follower.seen[-1] if follower.seen else 0
        with suppress(OSError, http.client.HTTPException), closing(_connection(machine)) as connection:
            connection.request("GET", f"/v1/changes?limit=7&after={after}")
            for row in json.loads(connection.getresponse().read())["data"]:
                follower.take(row)


def by_stream(machine: Machine, follower: Follower) -> None:
    """Comes back with the last id whenever it is cut off."""
    while not machine.stop.wait(LOOKS_EVERY_SECONDS):
        last = str(follower.seen[-1] if follower.seen else 0)
        with suppress(OSError, http.client.HTTPException), closing(Stream(machine.port, last_event_id=last)) as stream:
            while not machine.stop.is_set() and (block := stream.block()) is not None:
                if "data" in block:
                    follower.take(json.loads(block["data"]))


def by_webhook(machine: Machine, follower: Follower, app: Receiver) -> list[tuple[int, bool]]:
    """Fails every other time; in the middle of some messages the worker that sends them is killed.

    The list grows with every try, by its seq and whether it was taken.
    """
    kills, answered = [KILLED_AT], list[tuple[int, bool]]()

    def answer(handler: BaseHTTPRequestHandler, received: Received) -> None:
        is_taken = not len(app.got) % 2
        answered.append((received.data["seq"], is_taken))
        if not is_taken:
            status(500)(handler, received)
            return
        follower.take(received.data)
        if len(follower.seen) in kills:
            kills.clear()
            machine.kill("deliver")
        status(204)(handler, received)

    app.answer = answer
    return answered


def assert_in_order(answered: Iterable[tuple[int, bool]], log: Sequence[int]) -> None:
    """Whatever came was taken before, or is the one behind all that was. `answered`: seqs, and if they were taken."""
    taken = list[int]()
    for seq, is_taken in answered:
        assert seq in taken or log[: len(taken) + 1] == [*taken, seq], (
            "a new message came before an older one was taken"
        )
        if is_taken and seq not in taken:
            taken.append(seq)
    assert taken == log


def _connection(machine: Machine) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", machine.port, timeout=5)


def some_news(now: datetime) -> list[Article]:
    """Part of the demo's day."""
    rows = [json.loads(line) for line in (DAY / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
    return [
        make_article(
            f"art_{number}",
            row["publisher"],
            title=row["title"],
            text="\n\n".join(row["paragraphs"]),
            published_at=now - timedelta(minutes=row["minutes_before_end"]),
            seen_at=now - timedelta(minutes=1),
        )
        for number, row in enumerate(rows[:ARTICLES])
    ]


def make_webhook(machine: Machine, key: str | None, url: str) -> bool:
    with suppress(OSError), closing(_connection(machine)) as connection:
        headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
        connection.request("POST", "/v1/webhooks", json.dumps({"url": url, "after": 0}), headers)
        return connection.getresponse().status == 201
    return False


def placed(engine: Engine) -> int:
    return sum(len(members) for _, _, members, _ in served(engine).values())


def edit(engine: Engine) -> None:
    """A merge, its undoing and a move, as an editor asks for them until nothing has changed meanwhile."""
    desk = Desk(engine, by="Ada", at=datetime.now(UTC))
    first, second = sorted(event_id for event_id, one in served(engine).items() if one[1] == "active")[:2]
    action = desk.merge(first, second, {})
    desk.undo(action.seq)
    article_id = next(iter(EventStore(engine).placements([first])[first])).article_id
    desk.move([article_id], second, {})


@pytest.mark.redis
def test_stream_pages_and_webhook_end_with_what_is_served_whatever_is_killed(tmp_path: Path) -> None:
    engine = migrated(settings_in(tmp_path))
    key = KeyStore(engine).create("app", [Scope.WEBHOOKS], datetime.now(UTC))
    news = some_news(datetime.now(UTC))
    pages, stream, webhook = followers = Follower(), Follower(), Follower()
    with ExitStack() as opened:
        app = opened.enter_context(receiver())
        broker = opened.enter_context(redis_server(tmp_path))
        machine = Machine(tmp_path, broker, free_port(), app.address)
        answered = by_webhook(machine, webhook, app)
        opened.callback(machine.end)
        works = (machine.watch, lambda: by_pages(machine, pages), lambda: by_stream(machine, stream))
        opened.enter_context(beside(*works, stop=machine.stop.set))
        ArticleStore(engine).add_many(news[: ARTICLES // 2])
        wait_for(lambda: make_webhook(machine, key, app.url))
        wait_for(lambda: placed(engine) >= 3 and stream.seen)
        machine.kill("work")
        machine.kill("api")
        ArticleStore(engine).add_many(news[ARTICLES // 2 :])
        wait_for(lambda: placed(engine) == ARTICLES)
        edit(engine)
        machine.kill("api", signal.SIGTERM)
        wait_for(lambda: not EventStore(engine).undescribed(1) and len(webhook.seen) > KILLED_AT)
        wait_for(lambda: all(follower.rebuilt == served(engine) for follower in followers))

    for follower in followers:
        assert follower.seen == sorted(follower.seen)
    assert_in_order(answered, pages.seen)
    assert len(pages.seen) == len(webhook.seen) == len(stream.seen) > ARTICLES
    assert len(app.got) > 2 * len(webhook.seen)  # half of the tries failed, and killed ones were made again
    assert len({one.headers["webhook-id"] for one in app.got}) == len(webhook.seen)
    assert {one[1] for one in pages.rebuilt.values()} <= {"active", "merged", "closed"}
    engine.dispose()
