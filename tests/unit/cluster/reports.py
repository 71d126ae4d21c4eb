"""Reports for tests: an article with its placement and the facts its own words give."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from cluster.event import ArticleType, Placement
from cluster.facts import read_facts
from cluster.report import Report
from ingest.article import Publisher
from tests.builders import NOON, make_article


def make_report(
    id: str = "a",
    publisher: str | Publisher = "ledgerpost",
    *,
    minutes: float = 0,
    copy_of: str | None = None,
    type: ArticleType | None = None,
    **changed: Any,
) -> Report:
    """A report published `minutes` after noon; `type` None leaves what the rules find."""
    article = make_article(id, publisher, published_at=NOON + timedelta(minutes=minutes), **changed)
    facts = read_facts(article)
    return Report(
        article,
        Placement(id, "evt_1", 1.0, (), None, copy_of, "test"),
        replace(facts, type=type) if type else facts,
    )
