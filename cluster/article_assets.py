"""The assets an article is about, and the one in its centre where there is one."""

import re
from collections import Counter
from collections.abc import Sequence

from cluster.assets import Asset, Mention, mentions
from cluster.event import AssetMention, Quote
from cluster.sentences import shorten
from ingest.article import Article

IN_TITLE, IN_LEAD, IN_BODY = 6.0, 2.0, 1.0
LEAD_CHARACTERS = 400
BODY_MENTIONS_COUNTED = 5
NAMED_FROM = 2.0  # once in the body alone is a passing mention
MAX_ASSETS = 8
EVIDENCE_CHARACTERS = 40

# How often the beginning of the text names an asset, beside the other that it names most, so that it is in the centre.
# Chosen on 200 articles read twice, judged on 200 others (`make quality`).
OPENING_CHARACTERS = 1500
NAMED_FIRST = 0.5  # alone in the title, or before the others: what it is compared with may be named twice as often
NAMED_IN_A_ROW = 3.0  # "BTC, ETH and XRP rise"
NOT_IN_TITLE, LEAST_MENTIONS = 2.0, 3
TEASER_CHARACTERS = 300  # a text this short need not name again what its title names

_IN_A_ROW = re.compile(r"(?:[\s,&/$]|\b(?:and|or|to)\b|\(\w+\)|[’']s)*", re.IGNORECASE)


def find_assets(article: Article) -> tuple[AssetMention, ...]:
    """The assets an article is about; the primary one, where one is in the centre, first. Each cites what names it."""
    title, body = article.title, article.text
    in_title, in_body = mentions(title, f"{title}\n{body}"), mentions(body, f"{title}\n{body}")
    first: dict[Asset, str] = {}
    for text, found in ((title, in_title), (body, in_body)):
        for mention in found:
            first.setdefault(mention.asset, text[mention.start : mention.end])
    primary = _primary(article, in_title, in_body)
    scores = {asset: _score(asset, in_title, in_body) for asset in first}
    named = [asset for asset, score in scores.items() if score >= NAMED_FROM]
    named.sort(key=lambda asset: (asset != primary, -scores[asset], asset.rank))
    return tuple(
        AssetMention(asset.symbol, asset.name, asset == primary, _cited(article, first[asset]))
        for asset in named[:MAX_ASSETS]
    )


def _primary(article: Article, in_title: Sequence[Mention], in_body: Sequence[Mention]) -> Asset | None:
    """The asset in the centre: the title's own or first, or where it names none the one that the text is full of."""
    opening = Counter(one.asset for one in in_body if one.start < OPENING_CHARACTERS)
    candidate = in_title[0].asset if in_title else next((asset for asset, _ in opening.most_common(1)), None)
    if candidate is None or not (_in_lead(candidate, in_body) or len(article.text) <= TEASER_CHARACTERS):
        return None
    others = max((count for asset, count in opening.items() if asset != candidate), default=0)
    return candidate if opening[candidate] >= _mentions_needed(article.title, in_title, others) else None


def _mentions_needed(title: str, in_title: Sequence[Mention], others: int) -> float:
    """How often the candidate must be named; `others` is how often the asset is that is named most beside it."""
    if not in_title:
        return max(LEAST_MENTIONS, NOT_IN_TITLE * others)
    rivals = [one for one in in_title if one.asset != in_title[0].asset]
    if not rivals:
        return NAMED_FIRST * others
    last = [one for one in in_title if one.start < rivals[0].start][-1]
    in_a_row = _IN_A_ROW.fullmatch(title[last.end : rivals[0].start]) or len({one.asset for one in rivals}) > 1
    return NAMED_IN_A_ROW * max(others, 1) if in_a_row else NAMED_FIRST * others


def _in_lead(asset: Asset, in_body: Sequence[Mention]) -> bool:
    return any(one.asset == asset and one.start < LEAD_CHARACTERS for one in in_body)


def _score(asset: Asset, in_title: Sequence[Mention], in_body: Sequence[Mention]) -> float:
    title = [mention for mention in in_title if mention.asset == asset]
    often = min(BODY_MENTIONS_COUNTED, sum(mention.asset == asset for mention in in_body))
    # Of two assets in a title the first is the subject more often than not.
    place = 2.0 / (1 + in_title.index(title[0])) if title else 0.0
    return (IN_TITLE + place if title else 0.0) + (IN_LEAD if _in_lead(asset, in_body) else 0.0) + IN_BODY * often


def _cited(article: Article, words: str) -> tuple[Quote, ...]:
    return (Quote(article.id, shorten(words, EVIDENCE_CHARACTERS)),)
