"""Groups an event's reports by what they rest on, so that one origin counts as one source."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from cluster.attribution import Source, key_of, rests_on
from cluster.event import Origin, Role
from cluster.press_releases import HANDED_OUT, wire_name
from cluster.report import Report
from cluster.roles import REPORTING, copied_from, in_order
from ingest.article import Publisher
from ingest.sites import publisher_site

T = TypeVar("T")


def find_origins(reports: Sequence[Report], roles: Mapping[str, Role], lead_id: str) -> tuple[Origin, ...]:
    """The origins of an event, each report in exactly one: the lead's first, the others by their earliest article."""
    sources = {report.id: rests_on(report.article) for report in reports if roles[report.id] in REPORTING}
    groups = _joined(in_order(reports), roles, sources)
    groups.sort(key=lambda group: lead_id not in {report.id for report in group})  # stable: the rest stay in time order
    return tuple(
        Origin(f"org_{number}", *_kind_and_name(group, roles, sources), tuple(report.id for report in group))
        for number, group in enumerate(groups, start=1)
    )


def by_origin(known: Mapping[str, T], origins: Sequence[Origin]) -> list[list[T]]:
    """What is known of articles, by article id, in groups of one origin each; an origin without any has no group."""
    groups = ([known[one] for one in origin.article_ids if one in known] for origin in origins)
    return [group for group in groups if group]


def owner_of(publisher: Publisher) -> str:
    """Who answers for a publisher: its known owner, else its site."""
    return publisher.owner or _site(publisher)


def _joined(
    ordered: Sequence[Report], roles: Mapping[str, Role], sources: Mapping[str, Source | None]
) -> list[list[Report]]:
    """The reports that rest on one origin; groups by their earliest report.

    Who reports of their own is joined first. An echo then goes to the origin of its own house or, if that reports
    nothing of its own, to the one it rests on, and so never joins two that have nothing to do with each other.
    """
    originals = copied_from(ordered)
    groups: list[_Group] = []
    echoes: list[tuple[Report, set[str], str]] = []
    for report in ordered:
        keys, source = set(_keys(report, originals[report.id], roles)), sources.get(originals[report.id])
        if source:
            echoes.append((report, keys, f"said {source.key}"))
        else:
            _join(groups, report, keys)
    own = tuple(groups)
    for report, keys, said in echoes:
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
    if _was_handed_out(report, roles, original):
        yield "handed out"  # within one event that is one release, wherever it was printed
    if roles[report.id] not in REPORTING:
        return  # who reprints a text may still report on its own
    publisher = report.article.publisher
    yield f"owner {owner_of(publisher).casefold()}"
    yield f"site {_site(publisher).casefold()}"
    yield f"said {key_of(publisher.name)}"


def _was_handed_out(report: Report, roles: Mapping[str, Role], original: str) -> bool:
    return report.facts.type in HANDED_OUT or roles.get(original) is Role.PRESS_RELEASE


def _kind_and_name(
    group: Sequence[Report], roles: Mapping[str, Role], sources: Mapping[str, Source | None]
) -> tuple[str, str]:
    reporting = [report for report in group if roles[report.id] in REPORTING]
    first = (reporting or list(group))[0]
    if not reporting:
        return "press_release", next(
            filter(None, (wire_name(report.article.text) for report in group)), "Press release"
        )
    rested = next(filter(None, (sources[report.id] for report in reporting)), None)
    if rested and all(_speaks_for(rested, report, sources) for report in reporting):
        return "attributed", rested.name
    if len({report.article.publisher.id for report in reporting}) > 1:
        return "owner", owner_of(first.article.publisher)
    return ("copy" if len(reporting) < len(group) else "own_report"), first.article.publisher.name


def _speaks_for(rested: Source, report: Report, sources: Mapping[str, Source | None]) -> bool:
    """Whether a report rests on a source, or is that source's own."""
    source = sources[report.id]
    return rested.key == (source.key if source else key_of(report.article.publisher.name))


def _site(publisher: Publisher) -> str:
    return publisher_site(publisher.home) or publisher.id
