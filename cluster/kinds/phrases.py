"""The phrases of an article by where they stand: what a model's vocabulary is made of."""

from collections import Counter

from cluster.kinds.parts import LEAD_TOKENS, Parts
from cluster.kinds.tokens import runs, tokens

START, END = "<", ">"


def phrases(parts: Parts) -> Counter[str]:
    """How often each phrase stands in each zone: "title fed holds", "shape @coin price", "lead according to".

    The closing is a zone of its own where it stands behind the tokens that are read.
    """
    return Counter(
        [f"title {one}" for one in runs([START, *parts.title_tokens, END], 3)]
        + [f"shape {one}" for one in runs([START, *_shaped(parts), END], 3) if "@" in one]
        + [f"lead {one}" for one in runs(parts.lead_tokens, 2)]
        + [f"body {one}" for one in parts.body_tokens[LEAD_TOKENS:]]
        + [f"close {one}" for one in runs(parts.closing_tokens, 2)]
    )


def _shaped(parts: Parts) -> list[str]:
    """The title's tokens with every asset but bitcoin alike: what is said of one coin is said of the next."""
    row: list[str] = []
    at = 0
    for mention in parts.title_assets:
        row += [*tokens(parts.title[at : mention.start]), "@bitcoin" if mention.asset.symbol == "BTC" else "@coin"]
        at = mention.end
    return row + tokens(parts.title[at:])
