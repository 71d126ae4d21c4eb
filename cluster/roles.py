"""What part each report plays in its event, and which of them leads."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from cluster.event import Member, Role
from cluster.originals import CREDITS, order_of_print
from cluster.press_releases import HANDED_OUT
from cluster.report import Report
from ingest.article import Standing

REPORTING = frozenset({Role.ORIGINAL, Role.INDEPENDENT})
Placed = TypeVar("Placed", Report, Member)


def in_order(reports: Sequence[Placed]) -> tuple[Placed, ...]:
    """Earliest first."""
    return tuple(sorted(reports, key=lambda one: order_of_print(one.article)))


def find_roles(reports: Sequence[Report]) -> dict[str, Role]:
    """A role for each article id. Of copies whose original is not among the reports the earliest stands in for it."""
    originals = copied_from(reports)
    by_id = {report.id: report for report in reports}
    roles: dict[str, Role] = {}
    for report in in_order(reports):
        original = by_id[originals[report.id]]
        if original.facts.type in HANDED_OUT or report.facts.type in HANDED_OUT:
            roles[report.id] = Role.PRESS_RELEASE if original is report else Role.COPY
        elif original is not report:
            roles[report.id] = Role.COPY
        else:
            roles[report.id] = Role.INDEPENDENT if Role.ORIGINAL in roles.values() else Role.ORIGINAL
    return roles


def copied_from(reports: Sequence[Placed]) -> dict[str, str]:
    """For each article id the id of the text it goes back to, however many copies lie between; its own when none.

    That is the print which a copy credited, else the earliest of an established publisher, else the earliest: what
    editors bring together was placed apart.
    """
    ordered = in_order(reports)
    prints = _prints(ordered)
    credited = {report.placement.copy_of for report in ordered if _credits_it(report)}
    established = {one.article.id for one in ordered if one.article.publisher.standing is Standing.ESTABLISHED}
    originals: dict[str, str] = {}
    for wanted in (credited, established, {report.article.id for report in ordered}):
        for report in ordered:
            if report.article.id in wanted:
                originals.setdefault(prints[report.article.id], report.article.id)
    return {article_id: originals[one] for article_id, one in prints.items()}


def that_count(reports: Sequence[Placed], roles: Mapping[str, Role]) -> tuple[Placed, ...]:
    """The reports that may raise an event's signal, earliest first: those of established publishers.

    Where there is none it is the first report alone: sites that nobody rated can be had by the dozen.
    """
    reporting = [report for report in in_order(reports) if roles[report.article.id] in REPORTING]
    established = [one for one in reporting if one.article.publisher.standing is Standing.ESTABLISHED]
    return tuple(established or reporting[:1])


def find_lead(reports: Sequence[Report], roles: Mapping[str, Role], shown: str | None) -> Report:
    """The report that stands for the event: the one already shown, else the earliest with text.

    Copies and what was handed out lead only an event that has nothing else, and no longer than that.
    """
    ordered = in_order(reports)
    eligible = [report for report in ordered if roles[report.id] in REPORTING] or ordered
    with_text = [report for report in eligible if report.article.text.strip()]
    kept = [report for report in eligible if report.id == shown]
    return (kept or with_text or eligible)[0]


def _prints(reports: Sequence[Placed]) -> dict[str, str]:
    """For each article id a name that it shares with the other prints of its text, over originals that left too."""
    linked: dict[str, str] = {}

    def followed(article_id: str) -> str:
        while article_id in linked:
            article_id = linked[article_id]
        return article_id

    for report in reports:
        one, other = followed(report.article.id), followed(report.placement.copy_of or report.article.id)
        if one != other:
            linked[one] = other
    return {report.article.id: followed(report.article.id) for report in reports}


def _credits_it(report: Placed) -> bool:
    return any(one.code == CREDITS for one in report.placement.because)
