"""Events before others for tests, and reports of one whose type, theme and asset are given instead of read."""

from datetime import timedelta
from typing import Any

from cluster.event import ArticleType, AssetMention, Facts, Placement, Quote, Theme
from cluster.history import History, News, Past, Priced
from cluster.report import Report
from tests.builders import NOON, make_article

SOLANA = ("SOL", "Solana")


def make_past(
    id: str, days: float, theme: Theme = Theme.ETF, asset: str = "SOL", sources: int = 1, spread: float = 0.0
) -> Past:
    """An event that began `days` before noon; its sources came `spread` days after each other."""
    began = NOON - timedelta(days=days)
    dates = (began + number * timedelta(days=spread) for number in range(sources))
    return Past(id, asset, theme, began, tuple(date.timestamp() for date in dates))


def make_priced(id: str, days: float, price: float, way: str = "at", symbol: str = "SOL") -> Priced:
    """What an event reported of a price, `days` before noon."""
    return Priced(id, symbol, price, way, NOON - timedelta(days=days))


def make_history(*pasts: Past, watched_days: float | None = 90, **changed: Any) -> History:
    """A history of these events; `watched_days` before noon the publishers began to be read, None: not yet."""
    observed_from = NOON - timedelta(days=watched_days) if watched_days is not None else None
    told = (*pasts, *changed.get("priced", ()))
    titles = {one.event_id: f"What {one.event_id} tells" for one in told}
    return History(observed_from, News(pasts), titles=titles, **changed)


def make_news(
    id: str = "a",
    publisher: str = "ledgerpost",
    *,
    minutes: float = 0,
    theme: Theme = Theme.ETF,
    asset: tuple[str, str] = SOLANA,
    type: ArticleType = ArticleType.NEWS,
    **changed: Any,
) -> Report:
    """A report published `minutes` after noon with facts of its own."""
    article = make_article(id, publisher, published_at=NOON + timedelta(minutes=minutes), **changed)
    mention = AssetMention(*asset, primary=True, evidence=(Quote(id, asset[1]),))
    return Report(
        article, Placement(id, "evt_1", 1.0, (), None, None, "test"), Facts(id, type, ((theme, ("fund",)),), (mention,))
    )
