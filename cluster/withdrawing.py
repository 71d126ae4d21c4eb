"""What follows when a publisher takes articles back: they leave their events, and no editor's word rests on them."""

from collections.abc import Sequence

from cluster.bonds import left_bound
from cluster.changes import Ledger
from cluster.editing_store import drop_pairs, pairs_of, write_pairs
from cluster.store import EventStore


def withdraw(ledger: Ledger, article_ids: Sequence[str]) -> None:
    """Takes articles out of their events; others that an editor bound through one of them stay bound."""
    said = pairs_of(ledger.connection, article_ids)
    ends = sorted({end for pair in said for end in (pair.one, pair.other)})
    events = EventStore(ledger.connection)
    bound = left_bound(said, events.event_of(ends), article_ids, events)
    known = pairs_of(ledger.connection, ends)
    drop_pairs(ledger.connection, said)
    write_pairs(ledger.connection, [pair for pair in dict.fromkeys(bound) if pair not in known])
    ledger.withdraw(article_ids)
