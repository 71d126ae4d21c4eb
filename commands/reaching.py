"""Whether any publisher can be reached from this machine."""

import asyncio
import threading
from collections.abc import Sequence
from datetime import timedelta

from ingest.fetching import Fetcher
from ingest.outcome import Outcome
from storage.settings import Settings

TRIED_FOR = timedelta(seconds=5)  # each, side by side
TRIED_FOR_ALL = timedelta(seconds=20)
STOP_SEEN_WITHIN_SECONDS = 0.2


def is_any_reached(feed_urls: Sequence[str], settings: Settings, stop: threading.Event) -> bool:
    """Asks all feeds at once and answers as soon as one did, after 20 s, or when it is time to stop."""
    return asyncio.run(_is_any_reached(feed_urls, settings, stop))


async def _is_any_reached(feed_urls: Sequence[str], settings: Settings, stop: threading.Event) -> bool:
    fetcher = Fetcher(settings.allow_addresses, settings.user_agent)
    tries = [asyncio.create_task(fetcher.fetch(url, deadline=TRIED_FOR)) for url in feed_urls]
    waiting = set(tries)
    try:
        async with asyncio.timeout(TRIED_FOR_ALL.total_seconds()):
            while waiting and not stop.is_set():
                done, waiting = await asyncio.wait(
                    waiting, timeout=STOP_SEEN_WITHIN_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
                if any(one.result().outcome is Outcome.OK for one in done):
                    return True
    except TimeoutError:
        pass  # whoever has not answered by now counts as out of reach
    finally:
        for attempt in tries:
            attempt.cancel()
        await asyncio.gather(*tries, return_exceptions=True)
        await fetcher.aclose()
    return False
