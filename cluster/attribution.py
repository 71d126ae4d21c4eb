"""Whose findings an article rests on: the data firm or outlet its lead or closing credits and no one beside it."""

import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cluster.sentences import sentences
from ingest.article import Article

LEAD_SENTENCES = 3
CLOSING_SENTENCES = 3
OUTLETS = frozenset({"wire", "newsroom"})
MAKE_AN_ORIGIN = OUTLETS | {"data_firm", "security_firm", "unlisted"}
LEAST_NAME = 4  # characters of a publisher's name that make it known at the beginning of a longer one


@dataclass(frozen=True, slots=True)
class Source:
    """Someone an article may rest on; `key` is the same however the name is spelt."""

    key: str
    name: str
    kind: str  # of primary_sources.toml, or `unlisted`


_WORD = r"[A-Z][\w.&’'-]{0,40}\w"
_NAME = rf"{_WORD}(?: {_WORD}){{0,2}}"
# Words that may stand between a credit and the name: "based on new data from the analytics firm".
_FILLERS = (
    "the a an data figures numbers information report research reporting analysis statistics new latest from by of in "
    "on-chain onchain blockchain crypto market analytics intelligence derivatives security tracking tracker firm "
    "platform provider company site dashboard monitor published compiled provided shared"
).split()
_FILLER = rf"(?:\s(?:{'|'.join(_FILLERS)})){{0,7}}\s"
_CREDITING = (
    r"(?i:according to|per|citing|cites|based on|data from|figures from|information from|reported by|tracked by|"
    r"spotted by|flagged by|data by|source:|sources:|originally published by|via)"
)
_CREDITED_VERB = (
    r"(?:’s|'s)?(?:,? (?:on \w+day|first|also|has))? (?i:data|figures|dashboards?|reported|reports|shows|showed|show|"
    r"found|estimates|estimated|noted|flagged|spotted|revealed|recorded|numbers|statistics)\b"
)
# An unlisted name is a data firm or outlet only where the wording says so.
_UNLISTED = (
    re.compile(
        rf"(?i:based on|according to|citing|per) (?i:(?:the |new |latest |its )?(?:data|figures|information|numbers|"
        rf"reporting) (?:compiled |provided |published |shared )?(?:from|by)){_FILLER}({_NAME})"
    ),
    re.compile(rf"(?i:data|figures|numbers) (?i:from|by){_FILLER}({_NAME}) (?i:shows?|showed|reveals?|indicates?)\b"),
    re.compile(rf"(?i:first|originally) (?i:reported|published) by ({_NAME})"),
    re.compile(rf"({_NAME}) first reported\b"),
    re.compile(rf"(?i:(?:a|the|its|new|latest|recent) reports? (?:from|by|in|published by)(?: the)?) ({_NAME})"),
    re.compile(rf",”? (?:the )?({_NAME}) (?:has |also )?report(?:s|ed)\b"),
)
# What is an outlet's by its name alone, whether or not anybody listed it.
_OUTLET = re.compile(
    r".+ (?:Bulletin|Chronicle|Courier|Daily|Dispatch|Examiner|Gazette|Globe|Herald|Insider|Journal|Magazine|Mirror|"
    r"News|Observer|Post|Press|Register|Review|Telegraph|Times|Today|Tribune|Weekly|Wire)"
)
_OUTLET_CREDIT = re.compile(
    rf"\b(?:{_CREDITING}|(?i:told|interview with|sp(?:eaking|oke) (?:to|with)|reporting by)){_FILLER}(?P<after>{_NAME})"
    rf"|(?P<before>{_NAME})(?:,? (?i:on \w+day|first|also|has|was|the))* "
    r"(?i:reported|reports|wrote|writes|said|says|learned|first to report)\b"
)
_RECORD = re.compile(
    r"\b(?:according to|in|per|citing)(?: \w+){0,2} (?:filings?|court (?:documents?|records?)|complaint|indictment|"
    r"regulatory disclosure|form 8-k|prospectus|press release|announcement)\b",
    re.IGNORECASE,
)
_SPEAKER = re.compile(
    rf"\b(?:said|told|added|wrote|according to|per)\b,? ({_NAME})"
    rf"|({_NAME})(?:, [^,.]{{3,80}},)? (?:said|told|wrote|added|confirmed|stated|explained)\b"
)
_NO_NAMES = frozenset(
    "He She It They We The This That These But And In On I You A An As Who Its His Her Monday Tuesday Wednesday "
    "Thursday Friday Saturday Sunday January February March April May June July August September October "
    "November December".split()
)


def rests_on(article: Article, outlets: Collection[str] = ()) -> Source | None:
    """The one data firm or outlet the lead or closing credits; None when it reports itself or names a second.

    `outlets` are the names of publishers whose reports of the same it may have read.
    """
    found = sentences(article.text)
    known = frozenset(map(key_of, outlets))
    credited = {
        source
        for sentence in found[:LEAD_SENTENCES] + found[max(LEAD_SENTENCES, len(found) - CLOSING_SENTENCES) :]
        for source in _credits(sentence, article.title, known)
        if not _is_own(source.name, article)
    }
    if len(credited) != 1:
        return None
    source = credited.pop()
    if source.kind not in MAKE_AN_ORIGIN or _reports_itself(article):
        return None
    return None if any(_names_another(sentence, source, article, known) for sentence in found) else source


def key_of(name: str) -> str:
    """The key under which a publisher's or a source's name is known, listed or not."""
    listed = _listed().get(name.casefold())
    return listed.key if listed else name.casefold().removeprefix("the ")


def _credits(sentence: str, title: str, outlets: frozenset[str]) -> set[Source]:
    """Whom a sentence credits; `outlets` are keys."""
    found = {_listed()[_named(match).casefold()] for match in _listed_credit().finditer(sentence)}
    for pattern in _UNLISTED:
        for match in pattern.finditer(sentence):
            name = _bare(match.group(1))
            # Who stands in the title is the subject: its own statement is a record that every newsroom may read.
            if name.casefold() not in _listed() and name not in title and name.split()[0] not in _NO_NAMES:
                found.add(Source(key_of(name), name, "unlisted"))
    named = (_outlet(_named(match), title, outlets) for match in _OUTLET_CREDIT.finditer(sentence))
    return found | {source for source in named if source}


def _outlet(written: str, title: str, outlets: frozenset[str]) -> Source | None:
    """The outlet of this name; None where nothing says that it is one."""
    name = _bare(_without_days(written))
    listed = _listed().get(written.casefold()) or _listed().get(name.casefold())
    if listed:
        return listed if listed.kind in OUTLETS else None
    is_one = _OUTLET.fullmatch(name) or (key_of(name) in outlets and name not in title)
    return Source(key_of(name), name, "unlisted") if is_one else None


def _names_another(sentence: str, source: Source, article: Article, outlets: frozenset[str]) -> bool:
    others = {one for one in _credits(sentence, "", outlets) if one.key != source.key}
    if any(not _is_own(one.name, article) for one in others) or _RECORD.search(sentence):
        return True
    return any(_is_second(match, sentence, source, article) for match in _SPEAKER.finditer(sentence))


def _is_second(match: re.Match[str], sentence: str, source: Source, article: Article) -> bool:
    name = _bare(match.group(1) or match.group(2))
    # "CoinGlass analyst Jane Roe said" speaks for the source itself.
    speaks_for_it = source.name in sentence or name.split()[0] in source.name.split()
    is_known = key_of(name) == source.key or _is_own(name, article)
    return not speaks_for_it and name.split()[0] not in _NO_NAMES and not is_known


def _is_own(name: str, article: Article) -> bool:
    """Whether a name is that of an article's publisher, who may call itself by a longer one: "Tideline News"."""
    one, own = (re.sub(r"\W", "", key_of(each)) for each in (name, article.publisher.name))
    return one == own or (len(own) >= LEAST_NAME and one.startswith(own))


def _reports_itself(article: Article) -> bool:
    name = re.escape(article.publisher.name)
    return (
        re.search(
            rf"\b(?i:told|interview with|statement to|email to|emailed to|comments? to|shared with) (?:{name}|us\b)"
            rf"|{name} (?:has )?(?:reviewed|seen|confirmed|contacted|reached out|verified|asked)",
            article.text,
        )
        is not None
    )


def _bare(name: str) -> str:
    return name.removeprefix("The ").removesuffix("’s").removesuffix("'s")


def _without_days(name: str) -> str:
    """A name without what a sentence may begin with before it: "On Tuesday Harrow Wire"."""
    words = name.split()
    while len(words) > 1 and words[0] in _NO_NAMES:
        words = words[1:]
    return " ".join(words)


def _named(match: re.Match[str]) -> str:
    return match.group("after") or match.group("before")


@cache
def _listed_credit() -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name in sorted(_spellings(), key=len, reverse=True))
    return re.compile(rf"\b{_CREDITING}{_FILLER}(?P<after>{names})(?!\w)|(?<!\w)(?P<before>{names}){_CREDITED_VERB}")


@cache
def _listed() -> dict[str, Source]:
    return {spelling.casefold(): source for spelling, source in _spellings().items()}


@cache
def _spellings() -> dict[str, Source]:
    listed = tomllib.loads((Path(__file__).parent / "primary_sources.toml").read_text(encoding="utf-8"))["source"]
    return {
        spelling: Source(entry["id"], entry["name"], entry["kind"])
        for entry in listed
        for spelling in (entry["name"], *entry["aliases"])
    }
