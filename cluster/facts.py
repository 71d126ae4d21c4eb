"""What one article says of itself: its type, themes and assets, read without looking at any other article."""

import re
from dataclasses import replace

from cluster.article_types import article_type
from cluster.assets import find_assets
from cluster.event import Facts
from cluster.themes import find_themes
from ingest.article import Article

MIN_WORDS_TO_TELL = 60  # a teaser of forty words in telegram style may hold no article or preposition at all
ENGLISH_SHARE = 0.05  # of such words English news has a fifth or more, other languages under a fiftieth
LATIN_SHARE = 0.7

_ENGLISH = frozenset("the of and to in a is for on that with as at by from its it was has be are an after this".split())
_FOREIGN = frozenset(
    "der die das und ist nicht mit ein eine für le la les des du et est une dans pour el los las y en es una por "
    "con il che di della è sono não uma os é do da na się jest nie het een van voor op ve bir için của và là".split()
)
_WORD = re.compile(r"[^\W\d_]+")


def read_facts(article: Article, own_text: str | None = None) -> Facts:
    """The facts of one article; a text in an unsupported language is read all the same.

    `own_text` is the text without what its publisher prints everywhere; None when that is not known. A notice that the
    text was paid for or handed out is such a paragraph, so the type is told from the whole.
    """
    own = article if own_text is None else replace(article, text=own_text)
    themes = find_themes(own.title, own.text)
    return Facts(
        article_id=article.id,
        type=article_type(article.title, article.text, themes[0][0]),
        themes=themes,
        assets=find_assets(own),
        language_supported=is_english(article.title, article.text, article.language),
    )


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
