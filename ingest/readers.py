"""What asks strangers' sites and reads their answers, for as long as something is to be done."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from ingest.fetching import Fetcher
from ingest.parser import Parser
from ingest.turns import Turns
from storage.settings import Settings


@asynccontextmanager
async def readers(
    settings: Settings, *, turns: Turns | None = None, workers: int = 1, lasts: timedelta | None = None
) -> AsyncIterator[tuple[Fetcher, Parser]]:
    """What fetches, in its turn where `turns` are given, and what reads, as long as it `lasts`; closed at the end."""
    fetcher = Fetcher(settings.allow_addresses, settings.user_agent, turns)
    parser = Parser(workers, lasts=lasts)
    try:
        yield fetcher, parser
    finally:
        await fetcher.aclose()
        await parser.aclose()
