"""Finds the record itself behind reports: a court's, an authority's or a chain's, a filing, or one's own statement."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cluster.event import Quote
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
_BETWEEN = r"(?: (?!(?:and|or|but|of|to|about|for)\b)[\w’'.-]+){0,4}?"
_CITED = {
    kind: re.compile(
        rf"\b(?:according to|per|citing|cites|based on|via|shown (?:in|by)){_BETWEEN} (?:{named})\b"
        rf"|\b(?:in|on|from) (?:an?|its|the|their|his|her){_BETWEEN} (?:{named})\b"
        rf"|\b(?:{named})(?: data| also)? (?:show(?:s|ed)?|says|said|stated|reveal(?:s|ed)|disclosed|allege[sd]?)\b",
        re.IGNORECASE,
    )
    for kind, named in _NAMED.items()
}


@dataclass(frozen=True, slots=True)
class Record:
    """A primary record that a report cites, in a sentence, and the words or the site that cite it."""

    kind: str  # court | filing | authority | chain | statement
    text: str
    quote: Quote


def find_record(reports: Sequence[Report]) -> Record | None:
    """The most binding record that some reports cite, by the earliest of those that do; None when they cite none."""
    found = [record for report in reports for record in _records(report)]
    kinds = list(_SAID)
    return min(found, key=lambda record: kinds.index(record.kind), default=None)


def _records(report: Report) -> Iterator[Record]:
    """A report's records, those first that take the least on trust."""
    name, article = report.article.publisher.name, report.article
    if kind := _PUBLISH_RECORDS.get(article.publisher.kind):
        yield Record(kind, f"Among the reports is {_SAID[kind]}, by {name}.", quoted_title(report))
    for site in (site_of(link) or "" for link in article.links):
        if kind := _kind_of(site):
            yield Record(kind, f"{name} links to {_SAID[kind]}, at {site}.", Quote(report.id, site))
    if Flag.RESERVED in article.flags:
        return
    for sentence in sentences(article.text)[:READ_SENTENCES]:
        for kind, cited in _CITED.items():
            if match := cited.search(sentence):
                words = _around(match, sentence)
                yield Record(kind, f"{name} cites {_SAID[kind]}: “{words}”.", Quote(report.id, words))


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
