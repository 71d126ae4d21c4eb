"""Whom a sentence credits with what it says: data firms, wires and outlets, in the wordings of news."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest.article import Kind
from ingest.publishers import listed_publishers

SUPPLIERS = frozenset({"data_firm", "security_firm"})  # a finding of theirs is what a report rests on, however worded
ANALYSTS = frozenset({"analyst"})
OUTLETS = frozenset({"wire", "newsroom"})
PRICES = "price_page"  # where anyone may read a price: no report rests on it
MAX_FILLERS = 9


@dataclass(frozen=True, slots=True)
class Source:
    """Someone an article may rest on; `key` is the same however the name is spelt."""

    key: str
    name: str
    kind: str  # of primary_sources.toml, or `unlisted`


_WORD = r"[A-Z][\w.&’'-]{0,40}\w"
NAME = rf"{_WORD}(?: {_WORD}){{0,2}}"
# Words that may stand between a credit and the name: "based on new data from the analytics firm".
_FILLERS = (
    "the a an data figures numbers information report reports report’s report's research reporting analysis analyses "
    "statistics study findings insights post chart charts indicator new latest recent fresh monthly weekly annual "
    "quarterly from by of at for on-chain onchain blockchain crypto cryptocurrency market analytics intelligence "
    "derivatives security tracking tracker firm firms platform provider company site outlet newspaper media news "
    "dashboard monitor published compiled provided shared released conducted analyst analysts researcher researchers "
    "expert experts specialist specialists contributor major institutional maker investment bank"
).split()
_FILLER = rf"(?:\s(?i:{'|'.join(map(re.escape, _FILLERS))})){{0,{MAX_FILLERS}}}\s"
_CREDITING = (
    r"(?i:according to|per|citing|cites|based on|data from|figures from|information from|reported by|tracked by|"
    r"spotted by|flagged by|data by|source:|sources:|originally published by|via|"
    r"(?:report|study|analysis|research|findings|note|post|review|survey|poll)(?: conducted)? (?:from|by))"
)
_SAYS = (
    r"data|figures|dashboards?|reported|reports|shows|showed|show|found|finds|estimates|estimated|noted|flagged|"
    r"spotted|revealed|reveals|recorded|numbers|statistics"
)
_SAYS_MORE = (
    r"says|said|signals?|announced|shared|published|released|warned|warns|suggests?|suggested|believes?|identified|highlighted|"
    r"indicates?|indicated|analysts?|researchers?|contributor|report|study|analysis|charts?|indicator|metrics?|"
    r"quicktake|findings"
)
_DAY = r"(?:,? (?:on \w+day|first|also|has))?"
_ASIDE = r"(?:,[^,.]{3,60},)?"  # "Sentora, previously known as IntoTheBlock, reported"
_OPENING = r"(?i:in an? (?:[\w-]+ ){0,3}(?:report|note|post|analysis|study)(?: [\w-]+){0,4},)"
_TOLD = r"(?i:told|interview with|speaking (?:to|with)|spoke (?:to|with)|conversation with)"
_BETWEEN = r"(?:,? [\w-]+){0,3}?"  # "TRM Labs on Monday reported", "Glassnode has published a striking analysis"
# An unlisted name is a data firm or outlet only where the wording says so.
_UNLISTED = (
    re.compile(
        r"(?i:based on|according to|citing|per) (?i:(?:the |an? |new |latest |its ){0,2}(?:data|figures|information|"
        rf"numbers|reporting|report) (?:compiled |provided |published |shared )?(?:from|by))(?: the)? ({NAME})"
    ),
    re.compile(
        r"(?i:analytics|analysis|research|security|intelligence|on-chain|data) "
        rf"(?i:firm|platform|company|provider|account) ({NAME})"
    ),
    re.compile(rf"(?i:according to|citing|per)(?: the)? ({NAME})[’']s (?i:latest|new|recent|weekly|monthly) "),
    re.compile(
        r"(?i:analysis|data|figures|research|findings|reports?) (?i:from|by) "
        rf"({NAME}) (?i:shows?|showed|suggests?|indicates?|reveals?)\b"
    ),
    re.compile(rf"(?i:first|originally) (?i:reported|published) by ({NAME})"),
    re.compile(rf"({NAME}) first reported\b"),
    re.compile(rf"(?i:(?:a|the|its|new|latest|recent) reports? (?:from|by|in|published by)(?: the)?) ({NAME})"),
    re.compile(rf",”? (?:the )?({NAME}) (?:has |also )?report(?:s|ed)\b"),
)
# What is an outlet's by its name alone, whether or not anybody listed it.
_OUTLET = re.compile(
    r".+ (?:Bulletin|Chronicle|Courier|Daily|Dispatch|Examiner|Gazette|Globe|Herald|Insider|Journal|Magazine|Mirror|"
    r"News|Observer|Post|Press|Register|Review|Telegraph|Times|Today|Tribune|Weekly|Wire)"
)
_OUTLET_CREDIT = re.compile(
    rf"\b(?:{_CREDITING}|{_TOLD}|(?i:reporting by)){_FILLER}(?P<after>{NAME})"
    rf"|(?P<before>{NAME})(?:,? (?i:on \w+day|first|also|has|was|the))* "
    r"(?i:reported|reports|wrote|writes|said|says|learned|first to report)\b"
)
NO_NAMES = frozenset(
    "He She It They We The This That These But And In On I You A An As Who Its His Her Monday Tuesday Wednesday "
    "Thursday Friday Saturday Sunday January February March April May June July August September October "
    "November December Analysts Analyst Researchers Experts Traders Investors Officials Observers Critics".split()
)


def credits(sentence: str, title: str, outlets: frozenset[str] = frozenset()) -> set[Source]:
    """Whom a sentence credits. An unlisted name that stands in the title is the subject, and speaks for itself.

    `outlets` are the keys of publishers that are credited by their names alone.
    """
    found = _listed_in(sentence)
    for pattern in _UNLISTED:
        for match in pattern.finditer(sentence):
            name = bare(match.group(1))
            if name.casefold() not in _listed() and name not in title and name.split()[0] not in NO_NAMES:
                found.add(Source(key_of(name), name, "unlisted"))
    named = (match["after"] or match["before"] for match in _OUTLET_CREDIT.finditer(sentence))
    return found | {source for source in (_outlet(name, title, outlets) for name in named) if source}


def credits_of_title(title: str) -> set[Source]:
    """Whom a title credits: as a sentence does, or by a name before or behind a colon ("Swaps move $21B: Elliptic")."""
    edge = re.match(rf"({_names()}):", title) or re.search(rf"[:—–-] ({_names()})$", title)
    return _listed_in(title) | ({_listed()[edge.group(1).casefold()]} if edge else set())


def key_of(name: str) -> str:
    """The key under which a publisher's or a source's name is known, listed or not."""
    listed = _listed().get(name.casefold())
    return listed.key if listed else name.casefold().removeprefix("the ")


def bare(name: str) -> str:
    """A name without its article and its genitive."""
    return name.removeprefix("The ").removesuffix("’s").removesuffix("'s")


def _outlet(written: str, title: str, outlets: frozenset[str]) -> Source | None:
    """The outlet of this name; None where nothing says that it is one."""
    name = bare(_without_days(written))
    listed = _listed().get(written.casefold()) or _listed().get(name.casefold())
    if listed:
        return listed if listed.kind in OUTLETS else None
    is_one = _OUTLET.fullmatch(name) or (key_of(name) in outlets and name not in title)
    return Source(key_of(name), name, "unlisted") if is_one else None


def _without_days(name: str) -> str:
    """A name without what a sentence may begin with before it: "On Tuesday Harrow Wire"."""
    words = name.split()
    while len(words) > 1 and words[0] in NO_NAMES:
        words = words[1:]
    return " ".join(words)


def _listed_in(sentence: str) -> set[Source]:
    names = (match.group(1) for pattern in _listed_credits() for match in pattern.finditer(sentence))
    found = {_listed()[name.casefold()] for name in names}
    return {source for source in found if source.kind != PRICES}


@cache
def _listed_credits() -> tuple[re.Pattern[str], ...]:
    genitive = r"(?:[’']s|[’'])?"
    return (
        re.compile(rf"\b{_CREDITING}{_FILLER}({_names()})(?!\w)"),
        re.compile(rf"\b{_OPENING}{_FILLER}({_names(SUPPLIERS | ANALYSTS)})(?!\w)"),
        re.compile(rf"(?<!\w)({_names()}){genitive}{_ASIDE}{_DAY} (?i:{_SAYS})\b"),
        re.compile(rf"(?<!\w)({_names(SUPPLIERS)}){genitive}{_ASIDE}{_BETWEEN} (?i:{_SAYS}|{_SAYS_MORE})\b"),
    )


@cache
def _names(kinds: frozenset[str] | None = None) -> str:
    known = [name for name, source in _spellings().items() if kinds is None or source.kind in kinds]
    return "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))


@cache
def _listed() -> dict[str, Source]:
    return {spelling.casefold(): source for spelling, source in _spellings().items()}


@cache
def _spellings() -> dict[str, Source]:
    listed = tomllib.loads((Path(__file__).parent / "primary_sources.toml").read_text(encoding="utf-8"))["source"]
    named = {
        spelling: Source(entry["id"], entry["name"], entry["kind"])
        for entry in listed
        for spelling in (entry["name"], *entry["aliases"])
    }
    return {spelling: source for spelling, source in _newsrooms() if spelling not in named} | named


def _newsrooms() -> Iterator[tuple[str, Source]]:
    for one in listed_publishers():
        if one.publisher.kind is Kind.NEWSROOM:
            name = re.sub(r" \(.*", "", one.publisher.name)  # "The Guardian (cryptocurrencies)"
            yield name, Source(name.casefold().removeprefix("the "), name, "newsroom")
