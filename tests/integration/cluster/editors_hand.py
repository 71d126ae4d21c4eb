"""An editor who does something at random with some articles and their events."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from cluster.action import Action, Field, Link
from cluster.editing import Desk, Refused
from cluster.editing_store import EditingStore
from cluster.event import Event, Level, Theme
from cluster.store import EventStore

MOST_MEMBERS = 12  # of an event that they put more into: who merged at random would soon have one of all articles


@dataclass(frozen=True, slots=True)
class Hand:
    """Chooses by one source of chance; what makes no sense is refused, as for anybody."""

    engine: Engine
    chance: random.Random
    now: datetime

    def act(self, name: str, article_ids: Sequence[str]) -> Action:
        """Does one thing, by the name of its method here, to some of these articles and their events."""
        do: Callable[[Sequence[str]], Action] = getattr(self, f"_{name}")
        return do(article_ids)

    def _merge(self, article_ids: Sequence[str]) -> Action:
        one, other = self._small_event(article_ids), self._small_event(article_ids)
        members = [member.article.id for event in (one, other) for member in event.members]
        return self._desk.merge(
            one.id,
            other.id,
            {},
            keep=self.chance.choice([None, one.id, other.id]),
            title=self.chance.choice([None, "Two in one"]),
            lead=self.chance.choice([None, *members]),
        )

    def _move(self, article_ids: Sequence[str]) -> Action:
        target = None if self.chance.random() < 0.4 else self._small_event(article_ids).id
        return self._desk.move(self._few(article_ids), target, {})

    def _split(self, article_ids: Sequence[str]) -> Action:
        members = [member.article.id for member in self._event(article_ids).members]
        return self._desk.split(self._few(members), {})

    def _link(self, article_ids: Sequence[str]) -> Action:
        one, other = self.chance.choice(article_ids), self.chance.choice(article_ids)
        self._small_event([other])
        return self._desk.link(one, other, self.chance.choice(list(Link)), {})

    def _set(self, article_ids: Sequence[str]) -> Action:
        event = self._event(article_ids)
        field, value = self.chance.choice(
            [
                (Field.TITLE, f"Title {self.chance.randrange(3)}"),
                (Field.LEAD, self.chance.choice(event.members).article.id),
                (Field.THEME, self.chance.choice(list(Theme)).value),
                (Field.SIGNAL, self.chance.choice(list(Level)).value),
                (Field.PINNED, "true"),
                (Field.HIDDEN, "true"),
            ]
        )
        wanted = None if self.chance.random() < 0.4 else value
        return self._desk.set(event.id, field, wanted, {}, reason="By chance")

    def _lock(self, article_ids: Sequence[str]) -> Action:
        return self._desk.lock(self._event(article_ids).id, {})

    def _unlock(self, article_ids: Sequence[str]) -> Action:
        placed = set(EventStore(self.engine).event_of(article_ids).values())
        locked = EditingStore(self.engine).locked()
        return self._desk.unlock(self._one_of(sorted(placed.intersection(locked) or locked)), {})

    def _dismiss(self, article_ids: Sequence[str]) -> Action:
        one, other = self._event(article_ids).id, self._event(article_ids).id
        if self.chance.random() < 0.5:
            return self._desk.dismiss("stale_lead", one, None, {})
        return self._desk.dismiss("near_miss", one, other, {})

    def _note(self, article_ids: Sequence[str]) -> Action:
        return self._desk.note(self._event(article_ids).id, "Look again tomorrow", {})

    @property
    def _desk(self) -> Desk:
        return Desk(self.engine, by="Ada", at=self.now)

    def _few(self, article_ids: Sequence[str]) -> list[str]:
        return self.chance.sample(article_ids, min(len(article_ids), self.chance.choice([1, 1, 2, 3])))

    def _event(self, article_ids: Sequence[str]) -> Event:
        placed = EventStore(self.engine).event_of([self.chance.choice(article_ids)])
        found = EventStore(self.engine).get(self._one_of(list(placed.values())))
        assert found is not None
        return found

    def _small_event(self, article_ids: Sequence[str]) -> Event:
        found = self._event(article_ids)
        if len(found.members) > MOST_MEMBERS:
            raise Refused("It is large.")
        return found

    def _one_of(self, ids: Sequence[str]) -> str:
        if not ids:
            raise Refused("There is none.")
        return self.chance.choice(ids)
