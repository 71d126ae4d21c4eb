"""Pages made to kill their reader end in time, every one by itself, and the article of each is kept."""

import time
from datetime import timedelta
from pathlib import Path

from ingest.entry import MAX_TEXT, Page
from ingest.outcome import Outcome
from ingest.parser import Parser
from ingest.store import ArticleStore
from tests.builders import NOON
from tests.integration.api.seeding import migrated, settings_in
from tests.integration.ingest.newsroom import Answer, entry, frozen, listed, newsroom, poll
from tests.integration.ingest.poison import KINDS

LIMIT = timedelta(seconds=1.5)  # an eighth of what pages may take: some would take minutes, whatever the limit
ENDS_WITHIN = LIMIT + timedelta(seconds=3)  # a busy machine takes a moment to kill


class Timed(Parser):
    """Notes how long each page took."""

    def __init__(self) -> None:
        super().__init__(page_limit=LIMIT)
        self.seconds = dict[str, float]()

    async def page(self, body: bytes, url: str, content_type: str) -> Page | Outcome:
        begun = time.monotonic()
        try:
            return await super().page(body, url, content_type)
        finally:
            self.seconds[url.rsplit("/", 1)[1]] = time.monotonic() - begun


def test_every_kind_of_poison_ends_in_time_with_its_article_kept(tmp_path: Path) -> None:
    engine, parser = migrated(settings_in(tmp_path)), Timed()
    kinds = {f"{number}": kind for number, kind in enumerate(KINDS)}
    assert len(kinds) >= 39
    with newsroom([]) as room:
        words = "<title>{}</title><description>Brief {}.</description>"
        room.entries = "".join(entry(f"{room.home}/{n}", words.format(kind, n)) for n, kind in kinds.items())
        room.answers = {f"/{n}": Answer(body=KINDS[kind]()) for n, kind in kinds.items()}
        listed(engine, [room], NOON)

        poll(engine, [room], frozen(NOON), reads_pages=lambda: parser)

    kept = {one.url.rsplit("/", 1)[1]: one for one in ArticleStore(engine).page(limit=100)}
    assert {n: one.title for n, one in kept.items()} == kinds
    assert all(one.text and len(one.text) <= MAX_TEXT for one in kept.values())
    slow = {kinds[n]: took for n, took in parser.seconds.items() if took > ENDS_WITHIN.total_seconds()}
    assert slow == {}
    engine.dispose()
