"""What has to be true once everything has come to rest, whatever happened before."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, func, select

from cluster.backlog_store import BacklogStore
from cluster.change import Change
from cluster.copies import Sketches
from cluster.decision import can_be_joined, is_print
from cluster.event import ChangeType, Status
from cluster.reading import Reading
from cluster.reading_store import ReadingStore
from cluster.repair import repair
from cluster.repair_scope import next_due
from cluster.store import EventStore
from cluster.tables import events, members
from cluster.window import WINDOW
from ingest.outcome import Outcome
from ingest.store import PublisherStore
from ingest.tables import articles
from storage.engine import reading
from tests.faults.following import ANSWERS, Watcher
from tests.following import Follower, served

TOLD = 5  # of many alike
ALL = 1_000_000  # rows
PLACING = "placing"
KEY_TAKEN = "IntegrityError"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was wrong, a line for each thing."""

    lost: Sequence[str]
    twice: Sequence[str]
    violations: Sequence[str]

    def __str__(self) -> str:
        return f"lost {len(self.lost)}, placed twice {len(self.twice)}, violations {len(self.violations)}"

    @property
    def is_good(self) -> bool:
        """Whether nothing was."""
        return not (self.lost or self.twice or self.violations)


@dataclass(frozen=True, slots=True)
class Failure:
    """A task that ended with an error."""

    task: str
    error: str
    text: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far everything has come."""

    stored: int
    placed: int
    described: int  # events
    waiting: int  # articles to be read and to be placed, events to be described
    is_repaired: bool


def progress(engine: Engine) -> Progress:
    """As of now."""
    waits = BacklogStore(engine, datetime.now(UTC))
    waiting = sum(one.count for one in (waits.to_read(), waits.to_place(), waits.to_describe()))
    with reading(engine) as connection:
        stored, placed, described = (
            connection.scalar(select(func.count()).select_from(table).where(*which)) or 0
            for table, which in ((articles, ()), (members, ()), (events, (events.c.signal_rank > 0,)))
        )
    return Progress(stored, placed, described, waiting, next_due(engine) is None)


def stored_urls(engine: Engine) -> list[str]:
    """The addresses of all articles."""
    with reading(engine) as connection:
        return list(connection.scalars(select(articles.c.url)))


def failures(path: Path) -> list[Failure]:
    """The tasks that were noted as failed."""
    return [Failure(**json.loads(line)) for line in path.read_text().splitlines()] if path.exists() else []


def judge(
    engine: Engine, released: set[str], watcher: Watcher, failed: Sequence[Failure], wrong: Sequence[str], now: datetime
) -> Verdict:
    """Asks for everything at once; the API still runs, and nothing else does. `wrong` is what its processes did."""
    log = EventStore(engine).changes_after(0, ALL)
    lost = [f"{url} came out and is no article" for url in sorted(released - set(stored_urls(engine)))]
    lost += _placed_nowhere(engine)
    twice = [*_placed_again(log), *_refused_by_the_key(failed)]
    violations = [
        *_stored_wrongly(engine, released),
        *_events_wrong(engine),
        *_opened_in_vain(engine, log),
        *_came_back(log),
        *_keys_taken(failed),
        *_not_at_rest(engine, now),
        *_followed_wrongly(engine, watcher, log),
        *_dead_ids(engine, watcher),
        *watcher.wrong,
        *wrong,
    ]
    return Verdict(lost, twice, violations)


def _placed_nowhere(engine: Engine) -> Iterator[str]:
    query = (
        select(articles.c.id).outerjoin(members).where(members.c.article_id.is_(None), articles.c.removed_at.is_(None))
    )
    with reading(engine) as connection:
        yield from (f"{one} stands in no event" for one in connection.scalars(query))


def _placed_again(log: Sequence[Change]) -> Iterator[str]:
    came = Counter(one for change in log if change.by == PLACING for one in change.moved.came)
    yield from (f"{one} was placed {count} times" for one, count in came.items() if count > 1)


def _refused_by_the_key(failed: Sequence[Failure]) -> Iterator[str]:
    """An article stands in one event because its key allows no other: what counts is that nobody tried."""
    yield from (
        f"an article was placed by a second worker, which broke: {one.text}" for one in failed if _is_member(one)
    )


def _keys_taken(failed: Sequence[Failure]) -> Iterator[str]:
    for one in failed:
        if one.error == KEY_TAKEN and not _is_member(one):
            yield f"{one.task} wrote what was there already, and broke: {one.text}"


def _is_member(failure: Failure) -> bool:
    """Both databases name the table."""
    return failure.error == KEY_TAKEN and members.name in failure.text


def _stored_wrongly(engine: Engine, released: set[str]) -> Iterator[str]:
    urls = stored_urls(engine)
    yield from (f"{url} is an article and never came out" for url in sorted(set(urls) - released))
    yield from (f"{url} is stored {count} times" for url, count in Counter(urls).items() if count > 1)
    counted = PublisherStore(engine).outcomes().get(("entry", Outcome.STORED), 0)
    if counted != len(urls):
        yield f"{counted} entries were counted as stored, and there are {len(urls)} articles"


def _events_wrong(engine: Engine) -> Iterator[str]:
    with reading(engine) as connection:
        rows = connection.execute(select(events)).all()
        filled = set(connection.scalars(select(members.c.event_id)))
    for row in rows:
        is_live = row.status in (Status.ACTIVE, Status.CLOSED)
        if is_live and row.id not in filled:
            yield f"{row.id} is {row.status} and empty"
        if not is_live and row.id in filled:
            yield f"{row.id} is {row.status} and has articles"
        if is_live and not row.signal_rank:
            yield f"{row.id} was never described"


def _opened_in_vain(engine: Engine, log: Sequence[Change]) -> Iterator[str]:
    """Whoever places alone has before them every article that was placed, and opens no event for a text that has one.

    Afterwards it cannot be seen: repair makes one event of the two.
    """
    placed = [(change, one) for change in log if change.by == PLACING for one in change.moved.came]
    found = ReadingStore(engine).get_many([one for _, one in placed])
    before = Sketches()
    for change, one in placed:
        subject = found[one]
        if not can_be_joined(subject):
            continue
        prints = (found[other] for other in before.copies_of(subject.sketch))
        known = [other.article_id for other in prints if is_print(subject, other) and _is_in_reach(subject, other)]
        if known and change.type is ChangeType.CREATED:
            yield f"{change.event_id} was opened for {one}, whose text was placed before as {known[0]}"
        before.add(one, subject.sketch)


def _is_in_reach(one: Reading, other: Reading) -> bool:
    return abs(one.published_at - other.published_at) <= WINDOW


def _came_back(log: Sequence[Change]) -> Iterator[str]:
    """Placing puts an article into events that stand; into one that was merged, it saw what was no longer true."""
    merged = set[str]()
    for change in log:
        if change.type is ChangeType.MERGED:
            merged.add(change.event_id)
        if change.type is ChangeType.REOPENED and change.event_id in merged:
            merged.remove(change.event_id)
            if change.by == PLACING:
                yield f"{change.event_id} was merged, and placing put an article into it all the same"


def _not_at_rest(engine: Engine, now: datetime) -> Iterator[str]:
    found = progress(engine)
    if found.waiting:
        yield f"{found.waiting} articles or events still wait"
    before = EventStore(engine).last_change()
    changed = repair(engine, now)
    if changed or EventStore(engine).last_change() != before:
        yield f"repair was done, and changed {len(changed)} events when it was run again"


def _followed_wrongly(engine: Engine, watcher: Watcher, log: Sequence[Change]) -> Iterator[str]:
    again = Follower()
    while watcher.take_page(watcher.follower) or watcher.take_page(again):
        pass
    there = [change.seq for change in log]
    for name, follower in (("who followed all along", watcher.follower), ("who reads it from the start", again)):
        if follower.seen != there:
            missed = sorted(set(there) - set(follower.seen))
            yield f"{name} has {len(follower.seen)} of {len(there)} rows of the log, without {missed[:TOLD]}"
        standing = served(engine)
        for event_id in sorted(standing.keys() | follower.rebuilt.keys()):
            if standing.get(event_id) != follower.rebuilt.get(event_id):
                yield f"for {name}, {event_id} is another than it is"


def _dead_ids(engine: Engine, watcher: Watcher) -> Iterator[str]:
    for event_id in sorted(watcher.shown | served(engine).keys()):
        if (status := watcher.status_of(event_id)) not in ANSWERS:
            yield f"{event_id} was given out and answers {status}"


def told(verdict: Verdict) -> Iterator[str]:
    """The first of many of a kind."""
    for lines in (verdict.lost, verdict.twice, verdict.violations):
        yield from lines[:TOLD]
        if len(lines) > TOLD:
            yield f"and {len(lines) - TOLD} more"


def in_all(verdicts: Sequence[Verdict]) -> Verdict:
    """Those of several runs as one."""
    return Verdict(
        [line for one in verdicts for line in one.lost],
        [line for one in verdicts for line in one.twice],
        [line for one in verdicts for line in one.violations],
    )


def groups(engine: Engine, labels: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """The labelled and the found event of each article that was labelled and placed."""
    query = select(articles.c.url, members.c.event_id).join(members)
    with reading(engine) as connection:
        found = [(labels[row.url], row.event_id) for row in connection.execute(query) if row.url in labels]
    return [label for label, _ in found], [event_id for _, event_id in found]
