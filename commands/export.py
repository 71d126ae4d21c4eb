"""`secondsource export`: what editors have the last word on, and what can be learned from them, as JSON lines."""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from sqlalchemy import Engine

from cluster.editing_store import EditingStore
from cluster.editorial_store import EditorialStore
from cluster.labelling import Label, labels
from cluster.store import EventStore
from commands.preparing import prepare
from ingest.article import Article
from ingest.store import ArticleStore
from storage.settings import Settings

AT_ONCE = 200


def editorial_lines(settings: Settings) -> Iterator[str]:
    """Membership and all that editors have said, sorted.

    Raises:
        CannotStart: when the database is not ready.
    """
    yield from EditorialStore(prepare(settings, ())).lines()


def pair_lines(settings: Settings) -> Iterator[str]:
    """Pairs of articles that editors have labelled, those of the newest action first.

    Those of an article that its publisher took back are left out.

    Raises:
        CannotStart: when the database is not ready.
    """
    engine = prepare(settings, ())
    store = EditingStore(engine)
    found = labels(store.standing(), store.pairs())
    for start in range(0, len(found), AT_ONCE):
        yield from _lines(found[start : start + AT_ONCE], engine)


def _lines(found: Sequence[Label], engine: Engine) -> Iterator[str]:
    ids = sorted({end for label in found for end in label.ends})
    placed, articles = EventStore(engine).event_of(ids), ArticleStore(engine).get_many(ids)
    for label in found:
        if all(end in placed for end in label.ends):
            yield orjson.dumps(_said(label, [articles[end] for end in label.ends]), option=orjson.OPT_UTC_Z).decode()


def _said(label: Label, both: Sequence[Article]) -> dict[str, Any]:
    earlier_first = sorted(both, key=lambda one: (one.published_at, one.url))
    return {
        "label": "same" if label.is_same else "apart",
        "weight": label.weight,
        "action": label.action.seq,
        "type": label.action.draft.type,
        "by": label.action.draft.by,
        "at": label.action.draft.at,
        "articles": [
            {"id": one.id, "url": one.url, "title": one.title, "published_at": one.published_at}
            for one in earlier_first
        ],
    }
