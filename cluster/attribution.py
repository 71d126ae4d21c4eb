"""Whose findings an article rests on: the data firm or outlet its lead or closing credits and no one beside it."""

import re
from collections.abc import Collection, Mapping, Sequence

from cluster.assets import mentions
from cluster.crediting import (
    ANALYSTS,
    NAME,
    NO_NAMES,
    OUTLETS,
    SUPPLIERS,
    Source,
    bare,
    credits,
    credits_of_title,
    key_of,
)
from cluster.sentences import sentences
from ingest.article import Article

LEAD_SENTENCES = 10  # of 3 to 10 what agreed best with readers: outlets that rest on another often say so late
CLOSING_SENTENCES = 3
MAKE_AN_ORIGIN = SUPPLIERS | ANALYSTS | OUTLETS | {"unlisted"}
LEAST_NAME = 4  # characters; a shorter name begins too many others

_RECORD = re.compile(
    r"\b(?:according to|in|per|citing)(?: \w+){0,2} (?:filings?|court (?:documents?|records?)|complaint|indictment|"
    r"regulatory disclosure|form 8-k|prospectus|press release|announcement)\b",
    re.IGNORECASE,
)
_SAID = "said|told|wrote|added|confirmed|stated|explained|warned|noted|argued|claimed|predicted|believes|thinks"
_SPEAKER = re.compile(
    rf"\b(?:said|told|added|wrote|according to|per)\b,? ({NAME})|({NAME})(?:, [^,.]{{3,80}},)? (?:{_SAID})\b"
)
_CAPTION = re.compile(r"\((?:Image |Photo |Chart )?[Ss]ource: [^)]*\)")
# What a firm does itself is its own statement, and every newsroom may read that.
_DEED = (
    r"(?:(?:has |is |to |will )?(?:launch|unveil|acquir|buy|rais|partner|hir|appoint|nam|integrat|expand|list|su|sell|"
    r"introduc|open|cut|lay|settl|win|join|add|secur)(?:s|es|e|ed|ing)?)\b"
)


def rests_on(article: Article, outlets: Collection[str] = ()) -> Source | None:
    """The one data firm or outlet the lead or closing credits; None when it reports itself or names a second.

    `outlets` are the names of publishers whose reports of the same it may have read.
    """
    found = [" ".join(_CAPTION.sub("", sentence).split()) for sentence in sentences(article.text)]
    known = frozenset(map(key_of, outlets))
    source = _only(_credited(article, found, known))
    if source is None or source.kind not in MAKE_AN_ORIGIN or _acts_itself(source, article.title):
        return None
    # "CoinGlass analyst Jane Roe said", and later "Roe added": who stands beside the source's name speaks for it.
    its_own = " ".join(sentence for sentence in found if source.name in sentence)
    others = (_names_another(sentence, source, article, known, its_own) for sentence in found)
    return None if _reports_itself(article) or any(others) else source


def _credited(article: Article, found: Sequence[str], outlets: frozenset[str]) -> dict[str, Source]:
    """Whom title, lead and closing credit beside the publisher itself, by key."""
    edges = (*found[:LEAD_SENTENCES], *found[max(LEAD_SENTENCES, len(found) - CLOSING_SENTENCES) :])
    credited = (credits_of_title(article.title), *(credits(sentence, article.title, outlets) for sentence in edges))
    return {source.key: source for sources in credited for source in sources if not _is_own(source.name, article)}


def _only(credited: Mapping[str, Source]) -> Source | None:
    return next(iter(credited.values())) if len(credited) == 1 else None


def _acts_itself(source: Source, title: str) -> bool:
    return re.search(rf"{re.escape(source.name)}(?:[’']s)? {_DEED}", title) is not None


def _names_another(sentence: str, source: Source, article: Article, outlets: frozenset[str], its_own: str) -> bool:
    others = {one for one in credits(sentence, "", outlets) if one.key != source.key}
    if any(not _is_own(one.name, article) for one in others) or _RECORD.search(sentence):
        return True
    names = (bare(match.group(1) or match.group(2)) for match in _SPEAKER.finditer(sentence))
    return any(_is_second(name, source, article, its_own) for name in names)


def _is_second(name: str, source: Source, article: Article, its_own: str) -> bool:
    first = name.split()[0]
    speaks_for_it = first in its_own or bool({*name.split()} & {*source.name.split()})
    is_a_name = first not in NO_NAMES and not mentions(name)  # "has since added BTC"
    return is_a_name and not speaks_for_it and key_of(name) != source.key and not _is_own(name, article)


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
