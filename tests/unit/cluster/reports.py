"""Reports for tests: an article with its placement and the facts its own words give."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cluster.describing import complete, draft
from cluster.event import ArticleType, Description, Placement
from cluster.facts import read_facts
from cluster.history import History
from cluster.kinds.model import fitted
from cluster.reading import DIMENSIONS
from cluster.report import Report
from ingest.article import Publisher
from ingest.coverage import Coverage
from tests.builders import NOON, make_article

UNPOLLED = Coverage(reached=0, polled=0)


def make_report(
    id: str = "a",
    publisher: str | Publisher = "ledgerpost",
    *,
    minutes: float = 0,
    copy_of: str | None = None,
    type: ArticleType | None = None,
    **changed: Any,
) -> Report:
    """A report published `minutes` after noon; `type` None leaves what the words say."""
    article = make_article(id, publisher, published_at=NOON + timedelta(minutes=minutes), **changed)
    facts = read_facts(article, *plain_vectors())
    return Report(
        article,
        Placement(id, "evt_1", 1.0, (), None, copy_of, "test"),
        replace(facts, type=type) if type else facts,
    )


def plain_vectors() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A title's and a lead's vector that speak for no type and no theme."""
    centre = fitted().centre
    return centre[:DIMENSIONS], centre[DIMENSIONS:]


def describe(
    reports: Sequence[Report],
    now: datetime,
    shown_lead: str | None = None,
    history: History | None = None,
    coverage: Coverage = UNPOLLED,
) -> Description:
    """What an event of these reports says; None: nothing is known of what was there before it."""
    return complete(draft(reports, shown_lead), history or History(), coverage, now)
