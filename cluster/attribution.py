"""Whose findings an article rests on: the data firm or outlet its lead or closing credits and no one beside it."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cluster.sentences import sentences
from ingest.article import Article

LEAD_SENTENCES = 3
CLOSING_SENTENCES = 3
MAKE_AN_ORIGIN = frozenset({"data_firm", "security_firm", "wire", "newsroom", "unlisted"})


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
    "the a an data figures numbers information report research reporting analysis statistics new latest from by of "
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
        r"(?i:based on|according to|citing|per) (?i:(?:the |new |latest |its )?(?:data|figures|information|numbers|"
        rf"reporting) (?:compiled |provided |published |shared )?(?:from|by))(?: the)? ({_NAME})"
    ),
    re.compile(rf"(?i:first|originally) (?i:reported|published) by ({_NAME})"),
    re.compile(rf"({_NAME}) first reported\b"),
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


def rests_on(article: Article) -> Source | None:
    """The one data firm or outlet the lead or closing credits; None when it reports itself or names a second."""
    found = sentences(article.text)
    own = key_of(article.publisher.name)
    edges = found[:LEAD_SENTENCES] + found[max(LEAD_SENTENCES, len(found) - CLOSING_SENTENCES) :]
    credited = {source for sentence in edges for source in _credits(sentence, article.title) if source.key != own}
    if len(credited) != 1:
        return None
    source = credited.pop()
    if source.kind not in MAKE_AN_ORIGIN or _reports_itself(article):
        return None
    return None if any(_names_another(sentence, source, own) for sentence in found) else source


def key_of(name: str) -> str:
    """The key under which a publisher's or a source's name is known, listed or not."""
    listed = _listed().get(name.casefold())
    return listed.key if listed else name.casefold().removeprefix("the ")


def _credits(sentence: str, title: str) -> set[Source]:
    found = {_listed()[_named(match).casefold()] for match in _listed_credit().finditer(sentence)}
    for pattern in _UNLISTED:
        for match in pattern.finditer(sentence):
            name = _bare(match.group(1))
            # Who stands in the title is the subject: its own statement is a record that every newsroom may read.
            if name.casefold() not in _listed() and name not in title and name.split()[0] not in _NO_NAMES:
                found.add(Source(key_of(name), name, "unlisted"))
    return found


def _names_another(sentence: str, source: Source, own: str) -> bool:
    others = {one.key for one in _credits(sentence, "")} - {source.key, own}
    if others or _RECORD.search(sentence):
        return True
    return any(_is_second(match, sentence, source, own) for match in _SPEAKER.finditer(sentence))


def _is_second(match: re.Match[str], sentence: str, source: Source, own: str) -> bool:
    name = _bare(match.group(1) or match.group(2))
    # "CoinGlass analyst Jane Roe said" speaks for the source itself.
    speaks_for_it = source.name in sentence or name.split()[0] in source.name.split()
    return not speaks_for_it and name.split()[0] not in _NO_NAMES and key_of(name) not in {source.key, own}


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
