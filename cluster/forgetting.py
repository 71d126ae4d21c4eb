"""Forgets full texts once they were kept as long as they may be; of each its excerpt and what was read in it stay."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Engine

from cluster.event import Facts
from cluster.facts import source_of
from cluster.lending import EXCERPT_AT_MOST, beside_headlines, on_one_line
from cluster.openings import opening
from cluster.reading_store import ReadingStore
from cluster.recurring import without
from ingest.article import Article
from ingest.article_changes import forget_text
from storage.engine import writing

AT_ONCE = 200  # texts of one transaction, about a third of a second


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long full texts are kept; what a publisher grants counts where it is longer."""

    lasts: timedelta
    granted: Mapping[str, timedelta] = field(default_factory=dict)  # by publisher id

    def seen_before(self, now: datetime) -> tuple[datetime, dict[str, datetime]]:
        """Texts seen before the first instant are not kept any more, but of some publishers those before another's."""
        longer = {one: lasts for one, lasts in self.granted.items() if lasts > self.lasts}
        return now - self.lasts, {one: now - lasts for one, lasts in longer.items()}


def forget_texts(engine: Engine, keeping: Keeping, now: datetime) -> int:
    """Forgets at most AT_ONCE texts that were kept long enough, oldest first; how many. Running it twice does no harm.

    One that still waits to be read is kept until it was.
    """
    before, granted = keeping.seen_before(now)
    due = ReadingStore(engine).to_forget(before, granted, AT_ONCE)
    with writing(engine) as connection:
        readings = ReadingStore(connection)
        for article, facts, is_shown in due:
            left = excerpt_of(article, facts) if is_shown else ""
            if forget_text(connection, article, left) and facts:
                readings.keep_of_forgotten(_as_far_as_known(article, facts), (article.title, left))
    return len(due)


def excerpt_of(article: Article, facts: Facts | None) -> str:
    """What pages show of an article's beginning at most; empty where its publisher reserves its use."""
    own = without(article.text, facts.recurring if facts else ())
    return on_one_line(opening(article, own), EXCERPT_AT_MOST) if beside_headlines(article) > 0 else ""


def _as_far_as_known(article: Article, facts: Facts) -> Facts:
    """The facts with what the whole text alone tells: on whom the article rests."""
    return facts if facts.rests_on else replace(facts, rests_on=source_of(article))
