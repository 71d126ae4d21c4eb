"""Finds the record itself behind reports: a court's, an authority's or a chain's, a filing, or one's own statement."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from cluster.event import ArticleType, PrimaryRecord, Quote
from cluster.report import Report, quoted_title
from cluster.sentences import sentences, shorten
from ingest.article import Flag, Kind
from ingest.urls import site_of

READ_SENTENCES = 5  # further down stand the records of earlier affairs
QUOTED_CHARACTERS, LEAST_CHARACTERS = 70, 40

_SAID = {  # the most binding first
    "court": "a court record",
    "filing": "a filing",
    "authority": "an authority’s own publication",
    "chain": "a record on the chain",
    "statement": "a first-hand statement",
}
_PUBLISH_RECORDS = {Kind.REGULATOR: "authority", Kind.COMPANY_BLOG: "statement"}
_NAMED = {
    "court": r"court (?:documents?|filings?|records?|papers|dockets?|orders?)|indictments?|affidavits?|plea agreement|"
    r"(?:criminal |civil |amended |class[- ]action )?complaint",
    "filing": r"(?:(?:SEC|regulatory|securities|exchange|S-1|S-3|19b-4|8-K|10-Q|10-K|13F|bankruptcy|company|public) )?"
    r"filings?|form (?:8-K|10-K|10-Q|S-1|S-3|13F|19b-4)|(?:SEC|regulatory) disclosures?|prospectus|"
    r"registration statement",
    "authority": r"official gazette|federal register|public notice|enforcement notice|consultation paper",
    "chain": r"Etherscan|Solscan|BscScan|Arbiscan|Basescan|Tronscan|mempool\.space|(?:blockchain|block) explorers?",
    "statement": r"press release|blog post|shareholder letter|(?:official |public )?(?:statement|announcement)",
}
_OF_VIEWS = frozenset({ArticleType.ANALYSIS, ArticleType.OPINION, ArticleType.ROUNDUP})  # what somebody thinks
_BETWEEN = (
    r"(?: (?!(?:and|or|but|of|to|about|for|by|in|on|at|as|with|from|that|which|previous|earlier|prior|past)\b)"
    r"[\w’'.-]+){0,4}?"
)
_IN, _WHOSE = "in|from", "an?|its|the|their|his|her"
_OWN_IN = {"chain": "in|on|from"}  # "rose on the announcement" cites none
_OWN_WHOSE = {"statement": "an?|its|the|their"}  # "said in his statement" is how some outlets put any remark
_CITED = {
    kind: re.compile(
        rf"\b(?:according to|per|citing|cites|based on|via|shown (?:in|by)){_BETWEEN} (?:{named})\b"
        rf"|\b(?:{_OWN_IN.get(kind, _IN)}) (?:{_OWN_WHOSE.get(kind, _WHOSE)}){_BETWEEN} (?:{named})\b"
        r"(?! (?:time|date|season))"
        rf"|\b(?:{named})(?: data| also)? (?:show(?:s|ed)?|says|said|stated|reveal(?:s|ed)|disclosed|allege[sd]?)\b",
        re.IGNORECASE,
    )
    for kind, named in _NAMED.items()
}


def find_record(reports: Sequence[Report]) -> PrimaryRecord | None:
    """The most binding record that some reports cite, by the earliest of those that do; None when they cite none."""
    found = [record for report in reports for record in _records(report)]
    kinds = list(_SAID)
    return min(found, key=lambda record: kinds.index(record.kind), default=None)


def _records(report: Report) -> Iterator[PrimaryRecord]:
    """A report's records, those first that take the least on trust."""
    name, article = report.article.publisher.name, report.article
    if kind := _PUBLISH_RECORDS.get(article.publisher.kind):
        yield PrimaryRecord(kind, f"Among the reports is {_SAID[kind]}, by {name}", quoted_title(report), article.url)
    for link in article.links:
        site = site_of(link) or ""
        if (kind := _kind_of(site)) and urlsplit(link).path.strip("/"):  # a front page is no record
            yield PrimaryRecord(kind, f"{name} links to {_SAID[kind]}, at {site}", Quote(report.id, site), link)
    if Flag.RESERVED in article.flags:
        return
    for sentence in sentences(article.text)[:READ_SENTENCES]:
        for kind, cited in _CITED.items():
            if (match := cited.search(sentence)) and not (kind == "statement" and report.facts.type in _OF_VIEWS):
                yield PrimaryRecord(kind, f"{name} cites {_SAID[kind]}", Quote(report.id, _around(match, sentence)))


def _around(match: re.Match[str], sentence: str) -> str:
    """The words that cite a record with those behind them, or those before them where the sentence ends."""
    goes_on = len(sentence) - match.start() >= LEAST_CHARACTERS
    earliest = max(0, match.end() - QUOTED_CHARACTERS)
    start = match.start() if goes_on else sentence.find(" ", earliest) + 1 if earliest else 0
    return shorten(sentence[min(start, match.start()) :].rstrip(" ."), QUOTED_CHARACTERS)


def _kind_of(site: str) -> str | None:
    listed = _sites().get(site)
    return listed or ("authority" if re.search(r"\.(?:gov|gob|gouv|go)(?:\.\w\w)?$", site) else None)


@cache
def _sites() -> dict[str, str]:
    listed = tomllib.loads((Path(__file__).parent / "primary_records.toml").read_text(encoding="utf-8"))
    return {site: kind for kind, sites in listed.items() for site in sites}
