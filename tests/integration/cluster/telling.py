"""Events that tell what a test says, placed without asking any rule."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
from sqlalchemy import Engine

from cluster.changes import change_events
from cluster.event import ArticleType, AssetMention, Placement, Quote, Theme
from cluster.reading_store import ReadingStore
from cluster.whitening import WHITE_DIMENSIONS
from tests.builders import NOON, make_article, make_reading
from tests.integration.cluster.pipeline import store
from tests.tellings import make_vectors

DAY = timedelta(days=1)
OUTLETS = ("ledgerpost", "coinherald", "blockgazette", "mirrorwire")


def tell(
    engine: Engine,
    name: str,
    days: float,
    *,
    title: str = "",
    theme: Theme = Theme.ETF,
    asset: str = "SOL",
    direction: Sequence[float] = (),
    sources: int = 1,
    type: ArticleType = ArticleType.NEWS,
) -> str:
    """An event that began some days before noon, a source a minute, placed and not described yet; its id.

    Without a direction it tells something that no other event does.
    """
    event_id, readings = f"evt_{name}", ReadingStore(engine)
    towards = direction or np.random.default_rng(list(name.encode())).normal(size=WHITE_DIMENSIONS).tolist()
    title_vector, lead_vector = make_vectors(towards, towards)
    for number in range(sources):
        article = make_article(
            f"art_{name}{number}",
            OUTLETS[number],
            title=(title or f"What {name} tells") + " more" * number,
            published_at=NOON - days * DAY + number * timedelta(minutes=1),
        )
        found = replace(make_reading(article), title_vector=title_vector, lead_vector=lead_vector)
        mention = AssetMention(asset, asset.title(), primary=True, evidence=(Quote(article.id, asset),))
        facts = replace(found.facts, type=type, themes=((theme, ("fund",)),), assets=(mention,))
        store(engine, article)
        readings.begin([article.id])
        readings.save([replace(found, facts=facts)], read_at=NOON)
        with change_events(engine, by="placing", at=NOON) as ledger:
            placement = Placement(article.id, event_id, 1.0, (), None, None, "test")
            ledger.grow(placement) if number else ledger.create(placement)
    return event_id
