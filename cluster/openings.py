"""Finds where an article's own words begin, and which of its sentences may be quoted without falsifying it."""

import re

from cluster.sentences import sentences
from ingest.article import Article
from ingest.cleaning import ADVICE, CALL, without_furniture

READ_CHARACTERS = 3000  # of a text: further down stand background and what the outlet tells every day
READ_SENTENCES = 10
NOTICE_CHARACTERS = 250  # what is longer holds words of the article too
LEAST_CHARACTERS = 40
LEAST_TITLE_WORDS = 4  # a shorter title may well be how the first sentence begins

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_NAMES = r"[A-Z][\w.’'-]{1,20}(?: [A-Z][\w.’'-]{1,20}){0,3}"
_OWN = r"(?=[“\"‘'(\[]?[A-Z0-9$€£])"
_STOCK = "shutterstock|getty(?: images)?|unsplash|pexels|pixabay|adobe stock|istock|flickr"
# What stands before the first sentence and is no part of it.
_PREAMBLES = (
    # A feed's line on itself, put in front; behind a name that ends in "News" the text may follow without a full stop.
    re.compile(r"The post .{3,300}? appeared first on (?:[^.!?\n]{0,40}?\bNews\b|[^.!?\n]{0,60}[.!?\n])\s*", re.I),
    re.compile(
        r"(?i:key (?:takeaways?|points|highlights|facts|insights|notes)|in brief|tl;?dr|summary|highlights|quick take|"
        rf"at a glance|what to know)\b(?:\s*[:–—-]\s*|\s+{_OWN})"
    ),
    re.compile(r"breaking(?: news)?\s*[:–—-]\s*", re.I),
    # "San Telmo, Alvonia, July 9th, 2025, Northgate Wire", "SAN TELMO, July 14 (Northgate) –"
    re.compile(
        rf"(?:{_NAMES}(?:, |/)){{1,3}}{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?"
        rf"(?:,? ?[(/]{{1,2}}[^()/\n]{{2,30}}[)/]{{1,2}}|, (?:{_NAMES} )?\w*[Ww]ire\w*)?\s*[.:,–—-]{{0,2}}\s*{_OWN}"
    ),
    re.compile(rf"[A-Z][A-Z .,]{{3,30}}(?: ?\([^()\n]{{2,30}}\))? ?[–—-]{{1,2}}\s+{_OWN}"),
    re.compile(
        rf"(?:By|Reporter|Reported by|Author|Written by|Edited by):? {_NAMES}"
        rf"(?:\s*[|·•–—-]\s*(?:{_MONTH} \d{{1,2}},? \d{{4}}|\d{{1,2}} {_MONTH} \d{{4}})?\s*|\s*\n\s*)"
    ),
    re.compile(
        rf"(?:(?:featured |cover )?(?:image|photo|picture)|source)s?(?: credits?| source)?: ?"
        rf"(?:[^\n.]{{1,80}}\n|(?:via |from )?(?:{_STOCK})\b[\s./|,]*)",
        re.I,
    ),
)
# Addressed to the reader, or said of the text itself.
_NOTICE = re.compile(
    r"\bappeared first on\b"
    r"|^\W*(?:(?:(?:ad|affiliate|advertising) )?disclos(?:ure|er)|disclaimer|source|image|photo|reporter)s?\s*[:.]"
    r"|^\W*(?:editor[’']s note|more on \w|key takeaways|tl;?dr|trusted editorial|reason to trust|strict editorial"
    r"|table of contents|continue reading|join (?:us|our|the)\b.{0,40}\b(?:telegram|newsletter|channel|community)"
    r"|this (?:article|content|post|story|piece|press release)\b.{0,60}\b(?:sponsor\w*|provided by|paid|promot\w+"
    r"|opinions? of|author[’']s|translated|not constitute|not represent|not reflect|educational|assistance)"
    r"|the (?:content|information|views|opinions)\b.{0,60}\b(?:page|article|purposes|author|constitute|reflect)\b"
    r"|(?:stay|keep) (?:ahead of|informed|updated|tuned|up[ -]to[ -]date|connected)|(?:join|follow|find) (?:us|our)\b"
    r"|sign up|share this|share on|get (?:your|our|the latest|daily)|don[’']t miss|never miss|listen to this"
    r"|welcome to|good (?:morning|afternoon|evening)|here[’']s what)|\blet[’']s\b",
    re.I,
)
_LINKS = re.compile(r"more on [A-Z]|related (?:articles|posts|news)\b", re.I)  # a list of them is no text
_LEFT_OVER = re.compile(
    r"pic\.twitter\.com|https?://|@\w|[{}]|^\d+[/.)] |\bjust in:|\bclick here\b|\bsubscribe to our\b", re.I
)
_CALLS_OUT = re.compile(r"^[^.]{1,100}[?!]")
_BEGINS = re.compile(r"[“\"‘'(\[]?[A-Z0-9$€£]")
_ENDS = re.compile(r"\.[”\"’')\]]*$")
_CUT_OFF = re.compile(r"\.\.\.[”\"’')\]]*$")
_SPLIT_NAME = re.compile(r"(?<=\bMt\.)\n(?=[A-Z])")  # "Mt. Gox"
# In "…from data centers Authorities plan" a heading runs into the sentence behind it; common words give that away.
_RUN_IN = re.compile(
    r"\b\w[\w’'-]+ (?:(?:In|On|As|At|This|While|According|However|With|After|It|Its|They|These|For|But)\b|The [a-z])"
)
_LABEL = re.compile(r"[A-Z][\w’'-]*(?: [\w’'-]+){0,5}: [A-Z]")  # of a list's line
_CAPITALS = 5  # of a sentence's first seven words: a heading runs into it
_LEANS = re.compile(
    r"[“\"‘']?(?:he|she|it|its|his|her|they|their|them|this|these|that|those|such|but|and|or|so|also|here|both|however|"
    r"meanwhile|moreover|additionally|furthermore|still|yet|instead|otherwise|besides|similarly|likewise|thus|hence|"
    r"therefore|conversely|likely|essentially|specifically|as a result|in addition|in other words|the move|"
    r"for (?:example|instance))\b",
    re.I,
)


def opening(article: Article, own_text: str | None = None) -> str:
    """The beginning of an article's text, from its first own words on; empty when all of it is notices.

    `own_text` is the text without what its publisher prints everywhere; None when that is not known.
    """
    text = (article.text if own_text is None else own_text)[:READ_CHARACTERS].lstrip()
    while (end := _preamble(text, article)) > 0:
        text = text[end:].lstrip()
    # Behind the beginning: a text of one paragraph must not be taken for a line that it begins with.
    return "" if _LINKS.match(text) else without_furniture(text)


def quotable(text: str) -> list[str]:
    """The first whole sentences that state something; those that lean on others only where none stands by itself."""
    found = _SPLIT_NAME.sub(" ", "\n".join(sentences(text))).split("\n")
    whole = [one for one in found[: 2 * READ_SENTENCES] if _is_whole(one)]
    return ([one for one in whole if not _LEANS.match(one)] or whole)[:READ_SENTENCES]


def is_notice(sentence: str) -> bool:
    """Whether a sentence is an advertisement, a disclaimer or a call to the reader."""
    return any(pattern.search(sentence) for pattern in (_NOTICE, CALL, ADVICE))


def _is_whole(sentence: str) -> bool:
    if len(sentence) < LEAST_CHARACTERS or is_notice(sentence):
        return False
    if not _BEGINS.match(sentence) or not _ENDS.search(sentence):
        return False
    if sentence.count("“") != sentence.count("”") or sentence.count('"') % 2:
        return False
    if sum(word[0].isupper() for word in sentence.split()[:7]) >= _CAPITALS or _LABEL.match(sentence):
        return False
    return not any(pattern.search(sentence) for pattern in (_CUT_OFF, _RUN_IN, _LEFT_OVER))


def _preamble(text: str, article: Article) -> int:
    """How many characters stand before an article's own words: 0 when they begin at once."""
    end = _repeated_title(text, article) or next((m.end() for one in _PREAMBLES if (m := one.match(text))), 0)
    if end:
        return end
    return _notices(text[: 2 * NOTICE_CHARACTERS])


def _notices(text: str) -> int:
    """How many characters of a text's beginning are a notice, or a question or exclamation that leads to one."""
    end, found = 0, 0
    for sentence in sentences(text):
        end = text.index(sentence, end) + len(sentence)
        if end > NOTICE_CHARACTERS:
            break
        if is_notice(sentence):
            found = end
        elif not found and not _CALLS_OUT.search(text[:end]):
            break
    return found


def _repeated_title(text: str, article: Article) -> int:
    """How many characters repeat the title, as many feeds begin with it, behind the publisher's name or not."""
    name = len(article.publisher.name)
    is_named = text[:name].casefold() == article.publisher.name.casefold()
    start = len(text) - len(text[name:].lstrip()) if is_named else 0
    if len(article.title.split()) < LEAST_TITLE_WORDS or not text.startswith(article.title, start):
        return 0
    end = start + len(article.title)
    return end if re.match(rf"[.!?:]?\s*(?:\n|$)|[.!?:]?\s+{_OWN}", text[end : end + 10]) else 0
