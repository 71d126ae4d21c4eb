"""What one article says of itself: its type, themes and assets, read without looking at any other article."""

import re
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cluster.article_assets import find_assets
from cluster.article_types import article_type
from cluster.attribution import rests_on
from cluster.event import ArticleType, Facts, Theme
from cluster.kinds.model import fitted, tell
from cluster.kinds.parts import cut
from cluster.recurring import left_out
from cluster.themes import find_themes
from ingest.article import Article, Flag

MIN_WORDS_TO_TELL = 60  # a teaser of forty words in telegram style may hold no article or preposition at all
ENGLISH_SHARE = 0.05  # of such words English news has a fifth or more, other languages under a fiftieth
LATIN_SHARE = 0.7
PLACES = 4  # of a probability

_ENGLISH = frozenset("the of and to in a is for on that with as at by from its it was has be are an after this".split())
_FOREIGN = frozenset(
    "der die das und ist nicht mit ein eine für le la les des du et est une dans pour el los las y en es una por "
    "con il che di della è sono não uma os é do da na się jest nie het een van voor op ve bir için của và là".split()
)
_WORD = re.compile(r"[^\W\d_]+")


def read_facts(
    article: Article, title: NDArray[np.float32], lead: NDArray[np.float32], own_text: str | None = None
) -> Facts:
    """The facts of one article and its two vectors [384]; a text in an unsupported language is read all the same.

    `own_text` is the text without what its publisher prints everywhere; None when that is not known. A notice that the
    text was paid for or handed out is such a paragraph, so type and theme are told from the whole.
    """
    parts = cut(article.title, article.text)
    told = tell(parts, title, lead, fitted())
    return Facts(
        article_id=article.id,
        type=article_type(parts, told.types),
        themes=find_themes(parts, told.themes),
        assets=find_assets(article if own_text is None else replace(article, text=own_text)),
        language_supported=is_english(article.title, article.text, article.language),
        type_probabilities=tuple(round(told.types[one], PLACES) for one in ArticleType),
        theme_probabilities=tuple(round(told.themes[one], PLACES) for one in Theme),
        recurring=() if own_text is None else left_out(article.text, own_text),
        rests_on=source_of(article) if Flag.RESERVED in article.flags else None,
    )


def source_of(article: Article) -> tuple[str, str, str] | None:
    """What an article rests on as its facts have it: key, name and kind; None where it names nothing."""
    source = rests_on(article)
    return (source.key, source.name, source.kind) if source else None


def is_english(title: str, text: str, language: str) -> bool:
    """Whether the model can compare the text: by its words, or by `language` (BCP 47) where they are too few."""
    words = _WORD.findall(f"{title} {text[:2000]}".lower())
    letters = "".join(words)
    if letters and sum(letter.isascii() for letter in letters) / len(letters) < LATIN_SHARE:
        return False
    english = sum(word in _ENGLISH for word in words)
    if len(words) >= MIN_WORDS_TO_TELL:
        return english >= ENGLISH_SHARE * len(words)
    foreign = sum(word in _FOREIGN for word in words)
    return language.lower().split("-")[0] in {"en", ""} and foreign <= english + 1
