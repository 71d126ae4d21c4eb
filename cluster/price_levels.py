"""The prices at which a report says that an asset stands, and those of them that it says were crossed."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from cluster.assets import Mention, mentions
from cluster.event import PriceLevel, Quote
from cluster.price_moves import LEVEL, price_of
from cluster.report import Report
from cluster.sentences import MAX_CHARACTERS, sentences, shorten

READ_SENTENCES = 3  # of the text, after the title
MAX_LEVELS = 8  # of one report
MAX_OF_EVENT = 24
TEXT_CHARACTERS = 70
LEAST, MOST = 1e-8, 1e8  # dollars
DATE_DIGITS, PRICE_DIGITS, A_DOLLAR = 10, 16, 1e8  # of a tag: seconds since 1970, and hundred-millionths of a dollar
CROSSED = ("rose", "fell")
_WAYS = {way[0]: way for way in (*CROSSED, "at", "over", "under")}
DIGITS = 3  # "$120,000" and "$3.45" are levels that are crossed, "$118,263" is a price

_UP = (
    r"tops|topped|cross(?:es|ed)|surpass(?:es|ed)|exceed(?:s|ed)|reclaim(?:s|ed)|regain(?:s|ed)|retakes|retook|"
    r"clear(?:s|ed)|breach(?:es|ed)|smash(?:es|ed)|shatter(?:s|ed)|pass(?:es|ed)|hits?|reach(?:es|ed)|taps|tapped|"
    r"touch(?:es|ed)|breaks?|broke"
)
_RISES = (
    r"rises|rose|surge[sd]?|soar(?:s|ed)|jump(?:s|ed)|rall(?:y|ies|ied)|climb(?:s|ed)?|rebound(?:s|ed)|bounce[sd]|"
    r"rocket(?:s|ed)|spike[sd]?|push(?:es|ed)|shoots|shot|blasts|leaps|leapt|advance[sd]|explodes|recover(?:s|ed)|move[sd]"
)
_FALLS = (
    r"falls?|fell|drop(?:s|ped)?|plunge[sd]?|plummet(?:s|ed)|slump(?:s|ed)?|slides?|slid|slip(?:s|ped)?|dip(?:s|ped)?|"
    r"crash(?:es|ed)?|tumble[sd]|sinks|sank|decline[sd]|retreat(?:s|ed)|dives|dived|retrace[sd]|pull(?:s|ed) back"
)
_STANDS = (
    r"trad(?:es|ed|ing)|chang(?:es|ed|ing) hands|sits|sat|sitting|stands|stood|hover(?:s|ed|ing)|holds|held|holding|"
    r"stay(?:s|ed)|remain(?:s|ed)|consolidat(?:es|ed|ing)|settle[sd]|close[sd]|open(?:s|ed)|peak(?:s|ed)"
)
_ABOVE, _BELOW = r"above|past|over|beyond|through|highs?|ATH", r"below|under|beneath|lows?"
_AMID = (
    rf"{_ABOVE}|{_BELOW}|the|an?|its|new|fresh|record|historic|all[- ]time|peak|of|at|around|just|back|key|level|mark|"
    r"milestone|psychological|important|critical|as (?:high|low) as|nearly|almost|about|more than|again|briefly|up|"
    r"down|\d+(?:\.\d+)?(?:%| percent)|for the first time|all the way|and|to|hit|reclaim|top|cross|surpass|reach|break|"
    r"touch"
)
_GAP = (
    r"(?:[’']s)?(?: price)?(?: \([^()]{1,20}\))?(?:,[^,;:$?]{1,60},)?"
    r"(?: (?:prices?|token|coin|has|have|had|is|was|now|just|then|also|again|today|since|and|continues|rally|run|"
    r"as it|which|that|\w+ly|on \w+day|early \w+day|in a day)){0,4} "
)
_MOVED = rf"(?P<moved>{_UP}|{_RISES}|(?P<falls>{_FALLS}|loses|lost))"
_CROSSED = re.compile(rf"{_GAP}{_MOVED}(?P<amid>(?: (?:{_AMID}))*) ?", re.IGNORECASE)
_STATED = re.compile(
    rf"(?:(?P<gap>[^;:$?]{{0,60}}?)\b(?:{_MOVED}|{_STANDS})|{_GAP}(?:is|was|at))(?P<amid>(?: (?:{_AMID}))*) ?",
    re.IGNORECASE,
)
_NEARLY = re.compile(r"\b(?:nearly|almost|just|around|about)\b(?! (?:above|below|past|over|under))", re.IGNORECASE)
_NOUN = re.compile(r"surge|rally|climb|spike|fall|drop|plunge|slump|slide|slip|dip|crash|moved?|moves", re.IGNORECASE)
_NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?,?")  # "$120,00" is a slip
_CLAUSE = re.compile(r"[;:|—–]| - |,| (?:as|while|after|and|but) ", re.IGNORECASE)
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_LONG_AGO = (
    rf"in (?:(?:early|mid|late)[ -])?(?:{_MONTH}|(?:19|20)\d\d)|last (?:week|month|year|{_MONTH})|ago|earlier this"
)
_FORESEEN = (
    r"if|unless|should|could|may|might|would|will|can|cannot|predict\w*|forecast\w*|expect\w*|target\w*|bets?|betting|"
    r"odds|potential\w*|possib\w+|strike|calls?|options?|resistance|support|before"
)
# What may be, what somebody says will be, and what was long ago.
_NOT_SAID = re.compile(
    rf"\b(?:{_FORESEEN}|when|once|whether|until|why|how|what|says?|sees?|eyes?|eyeing|chances?|scenario|believes?|thinks|"
    r"hopes?|awaits?|wants?|risks?|called|hints?|suggests?|fears?|warns?|since|fail(?:s|ed)? to|not|never|last time|"
    r"bought|sold|buys?|sells?|puts?|pits)\b|\bto (?:\w+ )?$",
    re.IGNORECASE,
)
# "Bitcoin ETF inflows hit $800" says nothing of the price of a bitcoin.
_NOT_IT = re.compile(
    r"\b(?:inflows?|outflows?|ETFs?|holdings|reserves?|shares?|stocks?|volumes?|fees?|miners?|futures|whales?|wallets?|"
    r"transactions?|investors?|traders?|treasury|market cap\w*|open interest|cost|average)\b",
    re.IGNORECASE,
)
_LONG_BEFORE = re.compile(
    rf"\b(?:{_LONG_AGO}|{_MONTH} \d+|predicted|forecasts?|expected|possibility|average|purchase price)\b",
    re.IGNORECASE,
)
_NOT_SAID_BEHIND = re.compile(
    r"\b(?:by (?:the )?(?:year|end|mid|early|late|Q\d|20\d\d|EOY|next|Christmas)|this (?:cycle|year)|next cycle|"
    rf"(?:by|next) {_MONTH}|next (?:week|month|year)|soon|imminent|(?:un)?likely|improbable|depends|puts?|at the time|"
    rf"{_FORESEEN}|{_LONG_AGO})\b",
    re.IGNORECASE,
)


def read_levels(report: Report) -> tuple[PriceLevel, ...]:
    """The levels in a report's title and first sentences, each once, crossed rather than only stated."""
    found: dict[tuple[str, float], PriceLevel] = {}
    article = report.article
    for sentence in (article.title[:MAX_CHARACTERS], *sentences(article.text)[:READ_SENTENCES]):
        for level in _levels(sentence, report) if "$" in sentence else ():
            key = (level.symbol, level.price)
            if key not in found or (level.way in CROSSED and found[key].way not in CROSSED):
                found[key] = level
    return tuple(found.values())[:MAX_LEVELS]


def _levels(sentence: str, report: Report) -> Iterator[PriceLevel]:
    named = mentions(sentence)
    for match in LEVEL.finditer(sentence):
        before = _named_before(sentence, named, match) if _NUMBER.fullmatch(match["digits"]) else None
        if before and LEAST <= price_of(match) < MOST and (stated := _stated(sentence, before, match)):
            yield _level(sentence, before, match, stated, report)


def _named_before(sentence: str, named: Sequence[Mention], match: re.Match[str]) -> Mention | None:
    """The asset named last before a level: in "Bitcoin (BTC)" the first of its two names."""
    before = [mention for mention in named if mention.end <= match.start()]
    if (
        before[1:]
        and before[-1].asset == before[-2].asset
        and sentence[before[-2].end : before[-1].start].strip() == "("
    ):
        return before[-2]
    return before[-1] if before else None


def _stated(sentence: str, named: Mention, match: re.Match[str]) -> re.Match[str] | None:
    """The words between an asset and a level where they say that it stands or stood there these days."""
    stated = _STATED.fullmatch(sentence[named.end : match.start()])
    if not stated or "?" in sentence or _LONG_BEFORE.search(sentence[: named.start]):
        return None
    before = _CLAUSE.split(sentence[: named.start])[-1]
    behind = _CLAUSE.split(sentence[match.end() :])[0]
    gap = stated["gap"] or ""
    is_told = not (_NOT_SAID.search(f"{before}|{gap}") or _NOT_SAID_BEHIND.search(behind) or _NOT_IT.search(gap))
    return stated if is_told and _leads_there(stated) else None


def _leads_there(stated: re.Match[str]) -> bool:
    """Whether a move goes to the level: "falls $5,000" does not, and "a dip to $92,000" may be one that is foreseen."""
    moved = stated["moved"] or ""
    if not re.fullmatch(rf"{_RISES}|{_FALLS}", moved, re.IGNORECASE):
        return True
    if re.search(rf"\b(?:{_ABOVE}|{_BELOW})\b", stated["amid"], re.IGNORECASE):
        return True
    return re.search(r"\bto\b", stated["amid"], re.IGNORECASE) is not None and not _NOUN.fullmatch(moved)


def _level(sentence: str, named: Mention, match: re.Match[str], stated: re.Match[str], report: Report) -> PriceLevel:
    words = sentence[named.start : match.end()].strip(" ,")
    is_citable = _is_round(match) and len(words) <= TEXT_CHARACTERS
    crossed = _CROSSED.fullmatch(sentence[named.end : match.start()]) if is_citable else None
    return PriceLevel(
        symbol=named.asset.symbol,
        price=price_of(match),
        way=_way(stated, crossed),
        said_at=report.article.published_at,
        written=match.group().strip(" ,"),
        quote=Quote(report.id, shorten(words, TEXT_CHARACTERS)),
    )


def _way(stated: re.Match[str], crossed: re.Match[str] | None) -> str:
    under, over = (re.search(rf"\b(?:{words})\b", stated["amid"], re.IGNORECASE) for words in (_BELOW, _ABOVE))
    if _NEARLY.search(stated["amid"]):
        return "over" if stated["falls"] else "under"
    if crossed:
        return "rose" if over or not (under or crossed["falls"]) else "fell"
    return "under" if under else "over" if over else "at"


def _is_round(match: re.Match[str]) -> bool:
    return len(match["digits"].replace(",", "").replace(".", "").strip("0")) <= DIGITS


def merged(levels: Iterable[PriceLevel]) -> tuple[PriceLevel, ...]:
    """An event's levels, each once, by the first of the reports that give it."""
    first: dict[tuple[str, float, str], PriceLevel] = {}
    for level in levels:
        first.setdefault((level.symbol, level.price, level.way), level)
    return tuple(first.values())[:MAX_OF_EVENT]


def as_tag(level: PriceLevel) -> str:
    """A level as a word of at most 40 characters, of fixed width behind the symbol, that sorts by symbol and date."""
    return f"{level.symbol}{_instant(level.said_at)}{level.price * A_DOLLAR:0{PRICE_DIGITS}.0f}{level.way[0]}"


def tags_between(symbol: str, since: datetime, until: datetime) -> tuple[str, str]:
    """The bounds of the tags of an asset's levels that were reported since an instant and until another."""
    return f"{symbol}{_instant(since)}", f"{symbol}{_instant(until)}{'9' * PRICE_DIGITS}z"


def of_tag(tag: str) -> tuple[str, datetime, float, str]:
    """The symbol, date, price and way that a tag of `as_tag` stands for."""
    symbol, digits, way = tag[: -1 - PRICE_DIGITS - DATE_DIGITS], tag[-1 - PRICE_DIGITS - DATE_DIGITS : -1], tag[-1]
    said_at = datetime.fromtimestamp(int(digits[:DATE_DIGITS]), UTC)
    return symbol, said_at, int(digits[DATE_DIGITS:]) / A_DOLLAR, _WAYS[way]


def _instant(instant: datetime) -> str:
    return f"{int(instant.timestamp()):0{DATE_DIGITS}}"
