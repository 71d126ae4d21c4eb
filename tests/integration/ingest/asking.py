"""A worker of its own: `python -m tests.integration.ingest.asking DATABASE NAME URL…` fetches every URL in turn."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from ingest.fetching import Fetched, Fetcher
from ingest.store import HostStore
from ingest.turns import Turns
from storage.engine import open_engine


async def ask(database: str, name: str, urls: Sequence[str]) -> list[Fetched]:
    """All at once, as the feeds of a task are; each waits for its host's turn."""
    engine = open_engine(database)
    turns = Turns(HostStore(engine), lambda: datetime.now(UTC))
    fetcher = Fetcher([urlsplit(url).netloc for url in urls], name, turns)
    try:
        return await asyncio.gather(*(fetcher.fetch(url) for url in urls))
    finally:
        await fetcher.aclose()
        engine.dispose()


if __name__ == "__main__":
    asyncio.run(ask(sys.argv[1], sys.argv[2], sys.argv[3:]))
