"""Articles asked for by their addresses, fetched as a worker does it."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from ingest.adding import Adding, add_articles
from ingest.addition import Addition
from ingest.addition_store import AdditionStore
from ingest.fetching import Fetcher
from ingest.parser import Parser
from ingest.site_rule_store import SiteRuleStore
from ingest.store import ArticleStore, PublisherStore
from storage.ids import new_id
from tests.builders import NOON
from tests.integration.ingest.newsroom import Newsroom, frozen


def asked(engine: Engine, url: str, event_id: str = "evt_1", reason: str = "") -> Addition:
    """An editor's request."""
    kept = AdditionStore(engine).ask(Addition(new_id("add"), url, event_id, "Ada", NOON, reason))
    assert kept is not None
    return kept


def fetch(
    engine: Engine,
    *newsrooms: Newsroom,
    announce: Callable[[str], None] = lambda article_id: None,
    now: datetime = NOON,
) -> list[Addition]:
    """Fetches what waits; how each request stands then."""
    additions = AdditionStore(engine)

    async def run() -> list[Addition]:
        fetcher, parser = Fetcher([room.address for room in newsrooms]), Parser()
        stores = additions, ArticleStore(engine), PublisherStore(engine), SiteRuleStore(engine)
        claimed = additions.claim(now, 8)
        try:
            await add_articles(claimed, now, Adding(*stores, fetcher, parser, frozen(now), announce))
        finally:
            await fetcher.aclose()
            await parser.aclose()
        return claimed

    return [found for one in asyncio.run(run()) if (found := additions.get(one.id))]
