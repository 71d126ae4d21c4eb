"""What follows when a publisher takes articles back: they leave their events, and no editor's word rests on them."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection

from cluster.action import Pair, ends
from cluster.bonds import left_bound
from cluster.changes import Ledger
from cluster.editing_store import drop_pairs, pairs_of, write_pairs
from cluster.store import EventStore


def withdraw(ledger: Ledger, article_ids: Sequence[str]) -> None:
    """Takes articles out of their events; others that an editor bound through one of them stay bound."""
    said = pairs_of(ledger.connection, article_ids)
    drop_pairs(ledger.connection, said)
    bind_left(ledger.connection, said, article_ids)
    ledger.withdraw(article_ids)


def bind_left(connection: Connection, said: Sequence[Pair], gone: Collection[str]) -> None:
    """Keeps those bound whom these words bound to each other, or to their event, through articles that are gone."""
    events = EventStore(connection)
    bound = left_bound(said, events.event_of(sorted(ends(said))), gone, events)
    known = pairs_of(connection, sorted(ends(bound)))
    write_pairs(connection, [pair for pair in dict.fromkeys(bound) if pair not in known])
