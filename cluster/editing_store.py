"""The queries of editing: the editors' record, and their words on pairs of articles."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, or_, select, update

from cluster import records
from cluster.action import Action, ActionType, Dismissal, Draft, Link, Pair
from cluster.event import Placement
from cluster.lending import headline
from cluster.tables import actions, dismissals, events, members, pairs
from storage.engine import Database, reading
from storage.upserting import insert_missing

AT_ONCE = 500  # actions
_TAKEN_BACK = actions.alias("taken_back")
# Each with the seq of the one that took it back.
ACTIONS = select(actions, _TAKEN_BACK.c.seq.label("undone_by")).outerjoin(
    _TAKEN_BACK, _TAKEN_BACK.c.undoes == actions.c.seq
)
_STANDS = and_(actions.c.undoes.is_(None), _TAKEN_BACK.c.seq.is_(None))


class EditingStore:
    """What editors did and said; `editing` alone writes it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def pairs(self) -> list[Pair]:
        """Every word on a pair of articles that holds."""
        with reading(self._database) as connection:
            return [_pair(row) for row in connection.execute(select(pairs))]

    def locked(self) -> list[str]:
        """Ids of the events that an editor has locked; all of them are live."""
        with reading(self._database) as connection:
            return list(connection.scalars(select(events.c.id).where(events.c.locked)))

    def at_rest(self) -> list[str]:
        """Ids of the events that no re-clustering changes: those that are locked, and those that are hidden.

        What joined a hidden event would be out of sight with it, and what left it would be in sight again.
        """
        with reading(self._database) as connection:
            by_hidden = select(events.c.id).where(events.c.hidden)
            return list(connection.scalars(select(events.c.id).where(events.c.locked).union(by_hidden)))

    def dismissals(self) -> frozenset[Dismissal]:
        """The suggestions that editors no longer want to see."""
        with reading(self._database) as connection:
            rows = connection.execute(select(dismissals))
            return frozenset(Dismissal(row.kind, row.event_id, row.other_id or None, row.about) for row in rows)

    def latest(
        self,
        limit: int,
        *,
        by: str = "",
        type: str = "",
        event_id: str = "",
        before: int | None = None,
        only_standing: bool = False,
    ) -> list[Action]:
        """The last actions, newest first; those of one editor, of one type, on one event, with a seq below `before`."""
        query = ACTIONS.order_by(actions.c.seq.desc()).limit(limit)
        query = query.where(touching([event_id])) if event_id else query
        for column, wanted in ((actions.c.by, by), (actions.c.type, type)):
            query = query.where(column == wanted) if wanted else query
        query = query if before is None else query.where(actions.c.seq < before)
        query = query.where(_STANDS) if only_standing else query
        with reading(self._database) as connection:
            return [action_from(row) for row in connection.execute(query)]

    def get(self, seq: int) -> Action | None:
        """One action; None when there is none with this seq."""
        with reading(self._database) as connection:
            return action_of(connection, seq)

    def standing(self) -> Iterator[Action]:
        """Every action that nobody took back and that took nothing back, newest first."""
        query = ACTIONS.where(_STANDS).order_by(actions.c.seq.desc())
        with reading(self._database) as connection:
            for row in connection.execution_options(yield_per=AT_ONCE).execute(query):
                yield action_from(row)

    def who(self) -> set[str]:
        """The names under which anything was done."""
        with reading(self._database) as connection:
            return set(connection.scalars(select(actions.c.by).distinct()))

    def apart(self, article_ids: Sequence[str], other_ids: Sequence[str]) -> bool:
        """Whether an editor has said of any two articles, one of each of two groups, that they stay apart."""
        said = and_(pairs.c.link == Link.CANNOT, pairs.c.one.in_(article_ids), pairs.c.other.in_(other_ids))
        turned = and_(pairs.c.link == Link.CANNOT, pairs.c.one.in_(other_ids), pairs.c.other.in_(article_ids))
        with reading(self._database) as connection:
            return connection.scalar(select(pairs.c.one).where(or_(said, turned)).limit(1)) is not None

    def near_misses(self, event_id: str) -> dict[str, float]:
        """Events that nearly took a member of this one, or lost one to it, with the best score of each."""
        theirs = select(members.c.event_id, members.c.rival_score).where(members.c.rival_event_id == event_id)
        ours = select(members.c.rival_event_id, members.c.rival_score).where(members.c.event_id == event_id)
        found: dict[str, float] = {}
        with reading(self._database) as connection:
            for other, score in (*connection.execute(theirs), *connection.execute(ours)):
                if other is not None and other != event_id:
                    found[other] = max(score, found.get(other, 0.0))
        return found


def write_action(connection: Connection, draft: Draft) -> int:
    """Adds one action to the record; its seq."""
    row = {
        "type": draft.type,
        "by": draft.by,
        "at": draft.at,
        "event_ids": json.dumps(draft.event_ids),
        "before": records.dump_placements(draft.before),
        "after": records.dump_placements(draft.after),
        "emptied": json.dumps(draft.emptied),
        "added": records.dump_pairs(draft.added),
        "superseded": records.dump_pairs(draft.superseded),
        "undoes": draft.undoes,
        "reason": draft.reason,
        "url": draft.url,
        "settings_before": records.dump_settings(draft.settings_before),
        "settings_after": records.dump_settings(draft.settings_after),
        "leads": records.dump_by_event(draft.leads),
        "dismissed": records.dump_dismissal(draft.dismissed) if draft.dismissed else None,
        "titles": records.dump_by_event(draft.titles),
    }
    key = connection.execute(insert(actions).values(**row)).inserted_primary_key
    assert key is not None, "the database numbers the record"
    seq: int = key[0]
    return seq


def forget_in_record(
    connection: Connection, article_ids: Collection[str], titles: Collection[str], urls: Collection[str]
) -> None:
    """Drops from the record what it has of articles' words: why they were placed, what events were called after them.

    That they were moved, by whom and why, stays.
    """
    headlines = {headline(title) for title in titles}
    for row in connection.execute(select(actions)).all():
        kept = {
            "before": records.dump_placements(_unreasoned(records.load_placements(row.before), article_ids)),
            "after": records.dump_placements(_unreasoned(records.load_placements(row.after), article_ids)),
            "titles": records.dump_by_event(
                tuple(
                    (one, title) for one, title in records.load_by_event(row.titles) if headline(title) not in headlines
                )
            ),
            "url": "" if row.url in urls else row.url,
        }
        if any(getattr(row, name) != value for name, value in kept.items()):
            connection.execute(update(actions).where(actions.c.seq == row.seq).values(**kept))


def _unreasoned(placements: Iterable[Placement], article_ids: Collection[str]) -> tuple[Placement, ...]:
    return tuple(replace(one, because=()) if one.article_id in article_ids else one for one in placements)


def action_of(connection: Connection, seq: int) -> Action | None:
    """One action; None when there is none with this seq."""
    row = connection.execute(ACTIONS.where(actions.c.seq == seq)).one_or_none()
    return action_from(row) if row else None


def standing_after(connection: Connection, seq: int, event_ids: Collection[str] | None = None) -> list[Action]:
    """The actions behind one in the record that nobody took back and that took nothing back, in order.

    With `event_ids`, those alone that touched one of these events.
    """
    later = ACTIONS.where(actions.c.seq > seq, actions.c.undoes.is_(None), _TAKEN_BACK.c.seq.is_(None))
    later = later if event_ids is None else later.where(touching(event_ids))
    return [action_from(row) for row in connection.execute(later.order_by(actions.c.seq))]


def touching(event_ids: Collection[str]) -> ColumnElement[bool]:
    """What holds for the actions that touched one of these events."""
    # Within JSON, between quotes: no id is a part of another's.
    return or_(*(actions.c.event_ids.contains(f'"{one}"', autoescape=True) for one in event_ids))


def pairs_of(connection: Connection, article_ids: Sequence[str]) -> list[Pair]:
    """The words that name any of these articles."""
    named = or_(pairs.c.one.in_(article_ids), pairs.c.other.in_(article_ids))
    return [_pair(row) for row in connection.execute(select(pairs).where(named).order_by(pairs.c.one, pairs.c.other))]


def write_pairs(connection: Connection, said: Iterable[Pair]) -> None:
    """Keeps words on pairs of which nothing is said yet."""
    rows = [{"one": pair.one, "other": pair.other, "link": pair.link} for pair in said]
    if rows:
        connection.execute(insert(pairs), rows)


def drop_pairs(connection: Connection, said: Iterable[Pair]) -> None:
    """Takes back what was said of these pairs."""
    for pair in said:
        connection.execute(delete(pairs).where(pairs.c.one == pair.one, pairs.c.other == pair.other))


def write_dismissal(connection: Connection, dismissed: Dismissal) -> bool:
    """Keeps that a suggestion was dismissed; False when it was already."""
    return insert_missing(connection, dismissals, [_dismissal_row(dismissed)]) == 1


def drop_dismissal(connection: Connection, dismissed: Dismissal) -> None:
    """Lets a suggestion be made again."""
    row = _dismissal_row(dismissed)
    connection.execute(delete(dismissals).where(*(dismissals.c[name] == value for name, value in row.items())))


def _dismissal_row(dismissed: Dismissal) -> dict[str, str]:
    # Of one event alone it has an empty other: for a unique key no null is like another.
    return {
        "kind": dismissed.kind,
        "event_id": dismissed.event_id,
        "other_id": dismissed.other_id or "",
        "about": dismissed.about,
    }


def _pair(row: Row[Any]) -> Pair:
    return Pair(row.one, row.other, Link(row.link))


def action_from(row: Row[Any]) -> Action:
    """An action from a row of ACTIONS."""
    draft = Draft(
        type=ActionType(row.type),
        by=row.by,
        at=row.at,
        event_ids=tuple(json.loads(row.event_ids)),
        before=records.load_placements(row.before),
        after=records.load_placements(row.after),
        emptied=tuple(json.loads(row.emptied)),
        added=records.load_pairs(row.added),
        superseded=records.load_pairs(row.superseded),
        undoes=row.undoes,
        reason=row.reason,
        url=row.url,
        settings_before=records.load_settings(row.settings_before),
        settings_after=records.load_settings(row.settings_after),
        leads=records.load_by_event(row.leads),
        dismissed=records.load_dismissal(row.dismissed) if row.dismissed else None,
        titles=records.load_by_event(row.titles),
    )
    return Action(row.seq, draft, row.undone_by)
