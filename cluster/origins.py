"""Groups an event's reports by what they rest on, so that one origin counts as one source."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from cluster.attribution import rests_on
from cluster.crediting import Source, key_of
from cluster.event import Origin, Role
from cluster.press_releases import wire_name
from cluster.report import Report
from cluster.roles import REPORTING, copied_from, in_order
from ingest.article import Kind, Publisher, Standing
from ingest.sites import publisher_site

T = TypeVar("T")


def find_origins(reports: Sequence[Report], roles: Mapping[str, Role], lead_id: str) -> tuple[Origin, ...]:
    """The origins of an event, each report in exactly one: the lead's first, the others by their earliest article.

    What was handed out or paid for is an origin only of an event that has nothing else. Beside reports it is no source,
    and stands with the lead's.
    """
    ordered = in_order(reports)
    originals = copied_from(ordered)
    handed_out = [report for report in ordered if roles[originals[report.id]] is Role.PRESS_RELEASE]
    own = [report for report in ordered if roles[originals[report.id]] is not Role.PRESS_RELEASE]
    if not own:
        return (Origin("org_1", "press_release", _release_name(ordered), tuple(report.id for report in ordered)),)
    outlets = {report.article.publisher.name for report in own if _is_outlet(report.article.publisher)}
    sources = {report.id: _source(report, outlets) for report in own if roles[report.id] in REPORTING}
    groups = _joined(own, originals, roles, _with_newsroom(own, sources))
    groups.sort(key=lambda group: lead_id not in {report.id for report in group})  # stable: the rest stay in time order
    named = [_kind_and_name(group, roles, sources) for group in groups]
    groups[0] = list(in_order([*groups[0], *handed_out]))
    return tuple(
        Origin(f"org_{number}", *kind_and_name, tuple(report.id for report in group))
        for number, (kind_and_name, group) in enumerate(zip(named, groups, strict=True), start=1)
    )


def _source(report: Report, outlets: Collection[str]) -> Source | None:
    """What a report rests on; of a text that was dropped or forgotten, what was found while it was there."""
    is_whole = report.article.text and not report.article.is_forgotten
    if is_whole or report.facts.rests_on is None:
        return rests_on(report.article, outlets)
    return Source(*report.facts.rests_on)


def by_origin(known: Mapping[str, T], origins: Sequence[Origin]) -> list[list[T]]:
    """What is known of articles, by article id, in groups of one origin each; an origin without any has no group."""
    groups = ([known[one] for one in origin.article_ids if one in known] for origin in origins)
    return [group for group in groups if group]


def owner_of(publisher: Publisher) -> str:
    """Who answers for a publisher: its known owner, else its site."""
    return publisher.owner or _site(publisher)


def _with_newsroom(reports: Sequence[Report], sources: Mapping[str, Source | None]) -> dict[str, Source | None]:
    """What each report rests on; where half of a publisher's rest on one source, its others are taken to as well.

    Of a newsroom's further reports on one event few credit the source once more.
    """
    newsrooms: dict[str, list[str]] = defaultdict(list)
    for report in reports:
        if report.id in sources:
            newsrooms[report.article.publisher.id].append(report.id)
    found = dict(sources)
    for ids in newsrooms.values():
        named = Counter(source for one in ids if (source := sources[one]))
        for source, count in named.most_common(1):
            if 2 * count >= len(ids):
                found |= {one: source for one in ids if sources[one] is None}
    return found


def _joined(
    ordered: Sequence[Report],
    originals: Mapping[str, str],
    roles: Mapping[str, Role],
    sources: Mapping[str, Source | None],
) -> list[list[Report]]:
    """The reports that rest on one origin; groups by their earliest report.

    Who reports of their own is joined first. An echo then goes to the origin of its own house or, if that reports
    nothing of its own, to the one it rests on, and so never joins two that have nothing to do with each other.
    """
    groups: list[_Group] = []
    echoes: list[tuple[Report, set[str], str]] = []
    for report in ordered:
        keys, source = set(_keys(report, originals[report.id], roles)), sources.get(originals[report.id])
        if source:
            echoes.append((report, keys, f"said {source.key}"))
        else:
            _join(groups, report, keys)
    own = tuple(groups)
    # Reports first: a copy, which may be dated earlier, is known to be of their house by the text alone.
    for report, keys, said in sorted(echoes, key=lambda echo: roles[echo[0].id] not in REPORTING):
        home = next((group for key in (keys, {said}) for group in own if group.keys & key), None)
        if home:
            home.reports.append(report)
            home.keys |= {key for key in keys if key.startswith(("text ", "said "))}
        else:
            _join(groups, report, keys | {said}, apart_from=own)
    return sorted((list(in_order(group.reports)) for group in groups), key=lambda group: ordered.index(group[0]))


@dataclass(slots=True, eq=False)
class _Group:
    """Reports that share a key, directly or through others."""

    reports: list[Report]
    keys: set[str]


def _join(groups: list[_Group], report: Report, keys: set[str], apart_from: Sequence[_Group] = ()) -> None:
    met = [group for group in groups if group.keys & keys and group not in apart_from]
    reports = [report, *(one for group in met for one in group.reports)]
    joined = _Group(reports, keys.union(*(group.keys for group in met)))
    groups[:] = [*(group for group in groups if group not in met), joined]


def _keys(report: Report, original: str, roles: Mapping[str, Role]) -> Iterator[str]:
    yield f"text {original}"
    if roles[report.id] not in REPORTING:
        return  # who reprints a text may still report on its own
    publisher = report.article.publisher
    yield f"owner {owner_of(publisher).casefold()}"
    yield f"site {_site(publisher).casefold()}"
    yield f"said {key_of(publisher.name)}"


def _is_outlet(publisher: Publisher) -> bool:
    """Whether its name in a report credits it. A company or a regulator is a record, which every newsroom may read.

    Nor may a site that nobody rated draw reports to itself by the name that it gives itself.
    """
    return publisher.kind is Kind.NEWSROOM and publisher.standing is Standing.ESTABLISHED


def _kind_and_name(
    group: Sequence[Report], roles: Mapping[str, Role], sources: Mapping[str, Source | None]
) -> tuple[str, str]:
    reporting = [report for report in group if roles[report.id] in REPORTING]
    first = reporting[0]
    rested = next(filter(None, (sources[report.id] for report in reporting)), None)
    if rested and all(_speaks_for(rested, report, sources) for report in reporting):
        return "attributed", rested.name
    owners = {owner_of(report.article.publisher).casefold() for report in reporting}
    if len(owners) > 1:
        echoed = next((one for one in reporting if sources[one.id] is None), first)
        return "attributed", echoed.article.publisher.name
    if len({report.article.publisher.id for report in reporting}) > 1:
        return "owner", owner_of(first.article.publisher)
    return ("copy" if len(reporting) < len(group) else "own_report"), first.article.publisher.name


def _release_name(reports: Sequence[Report]) -> str:
    return next(filter(None, (wire_name(report.article.text) for report in reports)), "Press release")


def _speaks_for(rested: Source, report: Report, sources: Mapping[str, Source | None]) -> bool:
    """Whether a report rests on a source, or is that source's own."""
    source = sources[report.id]
    return rested.key == (source.key if source else key_of(report.article.publisher.name))


def _site(publisher: Publisher) -> str:
    return publisher_site(publisher.home) or publisher.id
