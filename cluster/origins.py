"""Groups an event's reports by what they rest on, so that one origin counts as one source."""

from collections.abc import Iterator, Mapping, Sequence

from cluster.attribution import Source, key_of, rests_on
from cluster.event import Origin, Role
from cluster.press_releases import HANDED_OUT, wire_name
from cluster.report import Report
from cluster.roles import REPORTING, copied_from, in_order
from ingest.article import Publisher
from ingest.sites import publisher_site


def find_origins(reports: Sequence[Report], roles: Mapping[str, Role], lead_id: str) -> tuple[Origin, ...]:
    """The origins of an event, each report in exactly one: the lead's first, the others by their earliest article."""
    sources = {report.id: rests_on(report.article) for report in reports if roles[report.id] in REPORTING}
    groups = _joined(in_order(reports), roles, sources)
    groups.sort(key=lambda group: lead_id not in {report.id for report in group})  # stable: the rest stay in time order
    return tuple(
        Origin(f"org_{number}", *_kind_and_name(group, roles, sources), tuple(report.id for report in group))
        for number, group in enumerate(groups, start=1)
    )


def owner_of(publisher: Publisher) -> str:
    """Who answers for a publisher: its known owner, else its site."""
    return publisher.owner or _site(publisher)


def _joined(
    ordered: Sequence[Report], roles: Mapping[str, Role], sources: Mapping[str, Source | None]
) -> list[list[Report]]:
    """The reports that share a key, directly or through others; groups by their earliest report."""
    originals = copied_from(ordered)
    group_of: dict[str, list[Report]] = {}
    groups: list[list[Report]] = []
    for report in ordered:
        keys = set(_keys(report, originals[report.id], roles, sources.get(report.id)))
        met = [group for group in groups if any(group_of.get(key) is group for key in keys)]
        home = met[0] if met else []
        if not met:
            groups.append(home)
        home.append(report)
        for other in met[1:]:
            home.extend(other)
            groups.remove(other)
        absorbed = {key for key, group in group_of.items() if any(group is other for other in met)}
        group_of |= dict.fromkeys(keys | absorbed, home)
    return [list(in_order(group)) for group in groups]


def _keys(report: Report, original: str, roles: Mapping[str, Role], source: Source | None) -> Iterator[str]:
    yield f"text {original}"
    if _was_handed_out(report, roles, original):
        yield "handed out"  # within one event that is one release, wherever it was printed
    if roles[report.id] not in REPORTING:
        return  # who reprints a text may still report on its own
    publisher = report.article.publisher
    yield f"owner {owner_of(publisher).casefold()}"
    yield f"site {_site(publisher).casefold()}"
    yield f"said {key_of(publisher.name)}"
    if source:
        yield f"said {source.key}"


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
    if rested:
        return "attributed", rested.name
    if len({report.article.publisher.id for report in reporting}) > 1:
        return "owner", owner_of(first.article.publisher)
    return ("copy" if len(reporting) < len(group) else "own_report"), first.article.publisher.name


def _site(publisher: Publisher) -> str:
    return publisher_site(publisher.home) or publisher.home
