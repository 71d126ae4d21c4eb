"""What kind of text an article is, by rules on its title, its first words and its closing."""

import re
import tomllib
from functools import cache
from itertools import pairwise
from pathlib import Path

from cluster.assets import mentions
from cluster.event import ArticleType, Theme
from cluster.press_releases import is_press_release
from cluster.themes import advertises_presale

OPENING_CHARACTERS = 300
CLOSING_CHARACTERS = 600
PRAISE_CHARACTERS = 1500
PROMOTES_FROM = 2  # words of praise in the title; one is enough where the theme is a presale already
LISTED_ASSETS = 3  # a price piece on three coins is about the market, not about one happening


def article_type(title: str, text: str, theme: Theme) -> ArticleType:
    """The type of a text whose main theme is known. What is paid for is told before what is analysed."""
    if _is_paid(title, text, theme):
        return ArticleType.SPONSORED
    if is_press_release(text):
        return ArticleType.PRESS_RELEASE
    if _found("roundup", title) or (theme is Theme.PRICE and _lists_assets(title)):
        return ArticleType.ROUNDUP
    if _found("opinion", title) or _found("opinion", text[:OPENING_CHARACTERS]):
        return ArticleType.OPINION
    analyses = "analysis" if theme is Theme.PRICE else "explains"
    return ArticleType.ANALYSIS if _found(analyses, title) else ArticleType.NEWS


def _is_paid(title: str, text: str, theme: Theme) -> bool:
    declared = _found("paid_opening", text[:OPENING_CHARACTERS]) or _found("paid_closing", text[-CLOSING_CHARACTERS:])
    if declared or advertises_presale(text):
        return True
    # One such word in a title may stand in news; the praise in the text then decides.
    praise = len(_found("promotes", title)) + min(2, len(_found("promotes", text[:PRAISE_CHARACTERS]))) / 2
    return praise >= (1 if theme is Theme.PRESALE else PROMOTES_FROM)


def _lists_assets(title: str) -> bool:
    named = mentions(title)
    row = {named[0].asset} if named else set()
    for left, right in pairwise(named):
        row = row | {right.asset} if _is_list_gap(title[left.end : right.start]) else {right.asset}
        if len(row) >= LISTED_ASSETS:
            return True
    return False


def _is_list_gap(gap: str) -> bool:
    return re.fullmatch(r"(?:[\s():,&]|\band\b)*", gap) is not None


def _found(kind: str, text: str) -> set[str]:
    return {match.group().lower() for match in _patterns()[kind].finditer(text)}


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    lists = tomllib.loads((Path(__file__).parent / "article_types.toml").read_text(encoding="utf-8"))
    return {kind: re.compile("|".join(patterns), re.IGNORECASE) for kind, patterns in lists.items()}
