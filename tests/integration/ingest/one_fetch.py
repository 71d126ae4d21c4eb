"""One fetch as a worker does it, also for whoever judges a fetcher from outside: an answer has `status` and `body`."""

import asyncio
from collections.abc import Sequence
from typing import Any

from ingest.fetching import Fetched, Fetcher
from ingest.outcome import Outcome


def fetch(url: str, allow: Sequence[str] = (), **asked: Any) -> Fetched:
    """How the fetch ended; `allow` are private addresses, `host:port`."""

    async def run() -> Fetched:
        fetcher = Fetcher(allow)
        try:
            return await fetcher.fetch(url, **asked)
        finally:
            await fetcher.aclose()

    return asyncio.run(run())


def fetch_or_raise(url: str, allow: Sequence[str]) -> Fetched:
    """The same for judges who want an exception where there is no answer to use.

    Raises:
        ConnectionError: when the fetch did not end with OK.
    """
    fetched = fetch(url, allow)
    if fetched.outcome is not Outcome.OK:
        raise ConnectionError(fetched.outcome.value)
    return fetched
