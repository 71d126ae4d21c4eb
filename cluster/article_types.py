"""What kind of text an article is: by what it says of itself, else by the fitted model."""

from collections.abc import Mapping

from cluster.event import ArticleType
from cluster.kinds.cues import type_patterns
from cluster.kinds.parts import Parts
from cluster.press_releases import is_press_release

# Both take an article off the news, so they are told by precision and not by the best guess alone.
LEAST_SURE = {ArticleType.ROUNDUP: 0.55, ArticleType.SPONSORED: 0.5}


def article_type(parts: Parts, probabilities: Mapping[ArticleType, float]) -> ArticleType:
    """The type of a text. A release stays one under a sponsor's notice: most who hand it out pay for it too."""
    if is_press_release(parts.ends):
        return ArticleType.PRESS_RELEASE
    if _says("declares_paid", parts.plain_opening):
        return ArticleType.SPONSORED
    if _says("names_roundup", parts.plain_title) or _says("names_roundup", parts.plain_opening):
        return ArticleType.ROUNDUP
    for kind, least in LEAST_SURE.items():
        if probabilities[kind] >= least:
            return kind
    return max((kind for kind in ArticleType if kind not in LEAST_SURE), key=lambda kind: probabilities[kind])


def _says(kind: str, text: str) -> bool:
    return any(pattern.search(text) for pattern in type_patterns()[kind])
