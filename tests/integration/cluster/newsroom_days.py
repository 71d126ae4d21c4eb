"""Random days of a newsroom: reports come, late ones too, editors act, repair and re-clusterings run, texts change."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from cluster.action import Action, ActionType
from cluster.adding import place_added
from cluster.changes import change_events
from cluster.describe_stage import describe_events
from cluster.editing import Desk, Refused
from cluster.editing_store import EditingStore
from cluster.following_up import follow_up
from cluster.placing import Placer
from cluster.reclustering import recluster
from cluster.repair import repair
from cluster.store import EventStore
from ingest.addition import Addition, AdditionState
from ingest.addition_store import AdditionStore
from ingest.article import Article
from ingest.store import ArticleStore
from storage.ids import new_id
from tests.builders import NOON, make_article
from tests.integration.cluster.editorial import editorial
from tests.integration.cluster.editors_hand import Hand
from tests.integration.cluster.pipeline import fence, read, store

WORDS = (
    "vault signer bridge fund court upgrade reserve ticker exchange wallet ruling stake ledger miner token "
    "oracle pool custody swap yield audit branch permit tariff"
).split()
OUTLETS = ("ledgerpost", "coinherald", "blockgazette", "mirrorwire")
RECENT = 40  # articles that editors look at
BY_HAND = ("merge", "move", "split", "link", "set", "dismiss", "note", "lock", "unlock")
STEPS: tuple[tuple[str, int], ...] = (
    ("place", 26),
    ("merge", 10),
    ("move", 16),
    ("split", 10),
    ("link", 10),
    ("set", 12),
    ("dismiss", 6),
    ("note", 6),
    ("add", 8),
    ("undo", 14),
    ("rewind", 10),
    ("lock", 5),
    ("unlock", 12),
    ("repair", 12),
    ("revise", 8),
    ("remove", 3),
    ("close", 5),
    ("recluster", 4),
)


@dataclass(slots=True)
class Days:
    """A newsroom whose every step comes from one seed."""

    engine: Engine
    chance: random.Random
    now: datetime = NOON
    articles: dict[str, Article] = field(default_factory=dict)  # that were placed and not taken back
    done: dict[str, int] = field(default_factory=lambda: dict.fromkeys(dict(STEPS), 0))
    placer: Placer = field(init=False)

    def __post_init__(self) -> None:
        self.placer = Placer(self.engine)

    def step(self) -> str:
        """Does one thing and says which; what an editor was refused is not counted."""
        names, weights = zip(*STEPS, strict=True)
        name: str = self.chance.choices(names, weights)[0] if len(self.articles) > 3 else "place"
        act: Callable[[], object] = getattr(self, f"_{name}", lambda: self._hand().act(name, self._recent()))
        try:
            act()
        except Refused:
            return "refused"
        self.done[name] += 1
        return name

    def _place(self) -> None:
        self.now += timedelta(minutes=self.chance.randrange(5, 90))
        late = timedelta(hours=self.chance.choice([0] * 8 + [3, 30, 70, 200]))
        article = self._report(f"art_{self.done['place']:05}", self.now - late)
        store(self.engine, article)
        read(self.engine, [article.id])
        if self.chance.random() < 0.1:
            self.placer = Placer(self.engine)  # a worker that was started anew
        while self.placer.place_pending(fence(self.engine, now=self.now), self.now):
            pass
        self.articles[article.id] = article

    def _add(self) -> None:
        """An article that no feed has brought or, now and then, one that is there."""
        number, additions = ArticleStore(self.engine).count(), AdditionStore(self.engine)
        article = self._report(f"art_by_hand_{number:05}", self.now)
        if self.chance.random() < 0.3:
            article = self.articles[self._some()]
        (event_id,) = EventStore(self.engine).event_of([self._some()]).values()
        wanted = Addition(new_id("add"), article.url, event_id, "Ada", self.now)
        assert additions.ask(wanted)
        additions.end_fetching(wanted, article)
        read(self.engine, [article.id])
        place_added(self.engine, self.now)
        ended = additions.get(wanted.id)
        if ended is None or ended.state is not AdditionState.PLACED:
            raise Refused(ended.sentence if ended else "It is gone.")
        self.articles[article.id] = article

    def _undo(self) -> None:
        found = EditingStore(self.engine).latest(12)
        open_ = [one.seq for one in found if one.draft.type is not ActionType.UNDO and one.undone_by is None]
        seq = open_[0] if open_ and self.chance.random() < 0.7 else self.chance.choice(open_ or [0])
        undone = self._desk().undo(seq).draft
        for gone in {one.article_id for one in undone.before} - {one.article_id for one in undone.after}:
            del self.articles[gone]  # it was added, and stands in no event any more

    def _rewind(self) -> None:
        """Takes back some actions on the same articles, the last one first, each of which must leave no trace."""
        # All that is due, revised texts too: what is described on the way must not be behind from before.
        repair(self.engine, self.now)
        describe_events(EventStore(self.engine).undescribed(1000), engine=self.engine, now=self.now)
        stands = EventStore(self.engine).event_of([self._some() for _ in range(6)])
        placed = EventStore(self.engine).placements(sorted(set(stands.values())))
        own = [one.article_id for members in placed.values() for one in members]
        done: list[tuple[int, tuple[list[str], dict[str, Any]]]] = []
        for name in self.chance.choices(BY_HAND, k=8):
            before = editorial(self.engine)
            with suppress(Refused):
                done.append((self._carried_out(self._hand().act(name, own)), before))
        for seq, before in reversed(done):
            self._undone(seq)
            assert editorial(self.engine) == before, f"action {seq} left a trace"

    def _undone(self, seq: int) -> None:
        try:
            self._carried_out(self._desk().undo(seq))
        except Refused as refused:
            raise AssertionError(f"nothing stands behind action {seq}: {refused}") from refused

    def _carried_out(self, action: Action) -> int:
        follow_up(action.draft, engine=self.engine, now=self.now)
        return action.seq

    def _repair(self) -> None:
        repair(self.engine, self.now)

    def _revise(self) -> None:
        known = self.articles[self._some()]
        other = self._report(known.id, known.published_at)
        changed = replace(known, title=other.title, text=other.text)
        if ArticleStore(self.engine).revise(changed, NOON):
            read(self.engine, [known.id])
            self.articles[known.id] = changed

    def _remove(self) -> None:
        gone = self._some()
        ArticleStore(self.engine).remove([gone], self.now)
        repair(self.engine, self.now)
        del self.articles[gone]

    def _close(self) -> None:
        quiet = EventStore(self.engine).quiet_since(self.now - timedelta(hours=72), 5)
        with change_events(self.engine, by="expire", at=self.now) as ledger:
            for event_id in quiet:
                ledger.close(event_id)

    def _recluster(self) -> None:
        recluster(self.engine, self.now - timedelta(hours=self.chance.choice([6, 24, 48])), self.now)

    def _hand(self) -> Hand:
        return Hand(self.engine, self.chance, self.now)

    def _desk(self) -> Desk:
        return Desk(self.engine, by="Ada", at=self.now)

    def _recent(self) -> list[str]:
        ids = list(self.articles)
        return ids if self.chance.random() < 0.05 else ids[-RECENT:]

    def _some(self) -> str:
        return self.chance.choice(self._recent())

    def _report(self, article_id: str, published_at: datetime) -> Article:
        """A report of one of the day's happenings, in words that partly belong to others too."""
        happening = self.chance.randrange(len(WORDS) // 4) * 4
        told = self.chance.choices(WORDS[happening : happening + 4], k=9) + self.chance.choices(WORDS, k=3)
        told = [f"{word}{published_at.day % 20 // 2}" for word in told]  # every other day has news of its own
        return make_article(
            article_id,
            self.chance.choice(OUTLETS),
            title=" ".join(told[:5]),
            text=" ".join(told),
            published_at=published_at,
        )
