"""One run: the whole service from the first poll until everything is at rest, disturbed or not."""

import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from cluster.fitting.grouping import score
from tests.ending import beside
from tests.faults import checking
from tests.faults.checking import Progress, Verdict
from tests.faults.disturbed import FAILED, LOADER, WITHOUT
from tests.faults.following import Watcher
from tests.faults.machine import Machine
from tests.faults.news import News
from tests.faults.servers import Servers
from tests.faults.serving import make_due, serving

LOOKS_EVERY_SECONDS = 0.2
POLLED_EVERY = timedelta(seconds=5)  # a clock that runs a thousand times as fast makes a feed due as often
ATTENDS_EVERY_SECONDS, TELLS_EVERY_SECONDS = 2.0, 10.0
STRIKES_AFTER_SECONDS = (1.5, 5.5)
BEGINS_WITHIN_SECONDS = 180.0
BROKER_LOST_AT, DATABASE_RESTARTED_AT, LATEST_AT = 0.4, 0.65, 0.9  # of the time
# A claim that a killed worker held runs out after 90 seconds, and the sweep looks every 30.
NOTHING_MOVES_SECONDS, SETTLES_WITHIN_SECONDS = 150.0, 900.0
RESTS_FOR_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Ended:
    """What a run came to; `f1_multi` is None where nothing was labelled."""

    verdict: Verdict
    f1_multi: float | None
    events: int


@dataclass(slots=True)
class Run:
    """A run while it lasts. Instants are seconds of the monotonic clock."""

    news: News
    held: Servers
    machine: Machine
    engine: Engine
    say: Callable[[str], None]
    done: list[str] = field(default_factory=list)  # what was done to the service since it was last told
    attends_at: float = 0.0
    tells_at: float = 0.0

    def look(self) -> None:
        """Keeps everything going for a moment, and says now and then how far it is."""
        time.sleep(LOOKS_EVERY_SECONDS)
        now = time.monotonic()
        self.machine.attend(now)
        if now >= self.attends_at:
            self.attends_at = now + ATTENDS_EVERY_SECONDS
            with suppress(SQLAlchemyError):  # it is away, or whoever writes to it was stopped
                make_due(self.engine, POLLED_EVERY)
        if now >= self.tells_at:
            self.tells_at = now + TELLS_EVERY_SECONDS
            self.tell()

    def tell(self) -> None:
        """One line: what happened to the service, and how far it has come all the same."""
        with suppress(SQLAlchemyError):
            far = checking.progress(self.engine)
            came = f"{far.stored} of {self.news.total} articles stored, {far.placed} placed, {far.described} events"
            self.say(f"{came} described, {far.waiting} waiting | {', '.join(self.done) or 'left alone'}")
            self.done.clear()

    def disturb(self, seconds: float, chance: random.Random) -> None:
        """Random faults for a time from the first article on, the servers' restarts among them."""
        gives_up_at = time.monotonic() + BEGINS_WITHIN_SECONDS
        while not checking.progress(self.engine).stored:
            assert time.monotonic() < gives_up_at, "no article came"
            self.look()
        began = time.monotonic()
        due = {
            self.held.lose_broker: began + BROKER_LOST_AT * seconds,
            self.held.restart_database: began + DATABASE_RESTARTED_AT * seconds,
        }
        due_late = began + LATEST_AT * seconds
        strikes_at = began + chance.uniform(*STRIKES_AFTER_SECONDS)
        while (now := time.monotonic()) < began + seconds:
            if now >= strikes_at:
                self.done.append(self.machine.strike(chance, now))
                strikes_at = now + chance.uniform(*STRIKES_AFTER_SECONDS)
            for restart in [one for one, at in due.items() if now >= at]:
                # What is lost while nothing waits is no loss.
                if self.held.has_waiting("embed") or now >= due_late:
                    del due[restart]
                    self.machine.excuse(now)
                    self.done.append(restart())
            self.look()
        self.machine.calm()

    def settle(self) -> None:
        """Returns when everything is done, or when nothing moves any more."""
        gives_up_at = time.monotonic() + SETTLES_WITHIN_SECONDS
        before: Progress | None = None
        moved_at = looks_at = time.monotonic()
        while (now := time.monotonic()) < gives_up_at and now < moved_at + NOTHING_MOVES_SECONDS:
            self.look()
            if now < looks_at:
                continue
            looks_at = now + RESTS_FOR_SECONDS
            with suppress(SQLAlchemyError):
                found = checking.progress(self.engine)
                if found != before:
                    before, moved_at = found, now
                elif self._is_done(found):
                    if found.is_repaired:
                        return
                    self.held.nudge("upkeep.repair")  # which beat would do within a minute

    def _is_done(self, found: Progress) -> bool:
        released = self.news.released()
        is_stored = len(released) == self.news.total and released.keys() <= set(checking.stored_urls(self.engine))
        return is_stored and found.placed == found.stored and not found.waiting


def run(
    kind: str,
    news: News,
    folder: Path,
    model_dir: Path,
    seconds: float,
    chance: random.Random | None,
    say: Callable[[str], None],
    without: str | None = None,
) -> Ended:
    """A service on one kind of database and broker, disturbed for a time unless there is no `chance`.

    Logs, database and all else stay in the folder.
    """
    failed = folder / "failed.jsonl"
    disturbing = {"CELERY_LOADER": LOADER, WITHOUT: without or "", FAILED: str(failed)} if chance else {}
    with serving(kind, news, folder, model_dir, **disturbing) as served:
        engine, machine = served.engine, served.machine
        going, watcher = Run(news, served.held, machine, engine, say), Watcher(served.port)
        with beside(watcher.follow, watcher.look_around, stop=watcher.stop.set):
            if chance:
                going.disturb(seconds, chance)
            going.settle()
        machine.stop_work()
        going.tell()
        verdict = checking.judge(
            engine, set(news.released()), watcher, checking.failures(failed), machine.wrong, datetime.now(UTC)
        )
        labelled, found = checking.groups(engine, news.labels)
        f1_multi = score(labelled, found).f1_multi if labelled else None
        return Ended(verdict, f1_multi, checking.progress(engine).described)
