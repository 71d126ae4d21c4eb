"""`secondsource articles` and `publishers remove`: takes out for good what somebody may ask to have taken out."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine

from cluster.removing import remove_articles
from commands.errors import CannotStart
from commands.preparing import prepare
from ingest.article import Publisher
from ingest.store import ArticleStore, PublisherStore
from ingest.urls import canonical_url, spellings
from storage.settings import Settings


@dataclass(frozen=True, slots=True)
class ToRemove:
    """A publisher and what would go with it."""

    engine: Engine
    publisher: Publisher
    articles: int


def remove_article(settings: Settings, url: str) -> str:
    """Removes the article at an address, however it is spelt; a line that says so.

    Raises:
        CannotStart: when there is none, or the database is not ready.
    """
    store = ArticleStore(engine := prepare(settings, ()))
    canonical = canonical_url(url)
    if canonical is None:
        raise CannotStart(f"{url}: no web address")
    found = store.by_url(*spellings(canonical))
    if ids := [found.id] if found else store.removed_from(spellings(canonical)):
        events = remove_articles(engine, ids, datetime.now(UTC))
        return f"{ids[0]} is removed and stays so; it stood in {', '.join(events) or 'no event'}"
    raise CannotStart("no article is known at this address; `/v1/resolve?url=` says which one is at an address")


def to_remove(settings: Settings, publisher_id: str) -> ToRemove:
    """What would go with a publisher.

    Raises:
        CannotStart: when there is no such publisher, or the database is not ready.
    """
    engine = prepare(settings, ())
    publisher = next((one for one in PublisherStore(engine).all() if one.id == publisher_id), None)
    if publisher is None:
        raise CannotStart(f"{publisher_id}: no such publisher; `secondsource publishers list --all` shows the ids")
    return ToRemove(engine, publisher, len(ArticleStore(engine).ids_of(publisher_id)))


def remove_publisher(found: ToRemove) -> str:
    """Turns a publisher's feeds off and removes all that it published; a line that says so."""
    now = datetime.now(UTC)
    PublisherStore(found.engine).remove(found.publisher.id, now)  # first: nothing comes meanwhile
    ids = ArticleStore(found.engine).ids_of(found.publisher.id)
    events = remove_articles(found.engine, ids, now)
    return f"{len(ids)} articles are removed, which stood in {len(events)} events; nothing of this publisher is taken"
