"""Whether any publisher can be reached from this machine."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from ingest.fetching import Fetcher
from ingest.outcome import Outcome
from storage.settings import Settings

TRIED_FOR = timedelta(seconds=5)  # each, side by side
TRIED_FOR_ALL = timedelta(seconds=20)


def is_any_reached(feed_urls: Sequence[str], settings: Settings) -> bool:
    """Asks all feeds at once and answers as soon as one did, or after 20 s."""
    return asyncio.run(_is_any_reached(feed_urls, settings))


async def _is_any_reached(feed_urls: Sequence[str], settings: Settings) -> bool:
    fetcher = Fetcher(settings.allow_addresses, settings.user_agent)
    tries = [asyncio.create_task(fetcher.fetch(url, deadline=TRIED_FOR)) for url in feed_urls]
    try:
        for answer in asyncio.as_completed(tries, timeout=TRIED_FOR_ALL.total_seconds()):
            if (await answer).outcome is Outcome.OK:
                return True
    except TimeoutError:
        pass  # whoever has not answered by now counts as out of reach
    finally:
        for attempt in tries:
            attempt.cancel()
        await asyncio.gather(*tries, return_exceptions=True)
        await fetcher.aclose()
    return False
