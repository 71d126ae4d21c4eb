"""What part each report plays in its event, and which of them leads."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from cluster.event import Member, Role
from cluster.press_releases import HANDED_OUT
from cluster.report import Report

REPORTING = frozenset({Role.ORIGINAL, Role.INDEPENDENT})
Placed = TypeVar("Placed", Report, Member)


def in_order(reports: Sequence[Placed]) -> tuple[Placed, ...]:
    """Earliest first; the same instant is told apart by when it was seen, then by URL: ids are random."""
    return tuple(sorted(reports, key=lambda one: (one.article.published_at, one.article.seen_at, one.article.url)))


def find_roles(reports: Sequence[Report]) -> dict[str, Role]:
    """A role for each article id. A copy whose original is not among the reports counts as a report of its own."""
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

    Placing names the text that was read first, and a copy may be read before its original: the earliest published is
    the one the others go back to.
    """
    direct = {report.article.id: report.placement.copy_of for report in reports}
    first_read = {article_id: _followed(article_id, direct) for article_id in direct}
    earliest: dict[str, str] = {}
    for report in in_order(reports):
        earliest.setdefault(first_read[report.article.id], report.article.id)
    return {article_id: earliest[first] for article_id, first in first_read.items()}


def find_lead(reports: Sequence[Report], roles: Mapping[str, Role], shown: str | None) -> Report:
    """The report that stands for the event: the one already shown, else the earliest with text.

    Copies and what was handed out lead only an event that has nothing else, and no longer than that.
    """
    ordered = in_order(reports)
    eligible = [report for report in ordered if roles[report.id] in REPORTING] or ordered
    with_text = [report for report in eligible if report.article.text.strip()]
    kept = [report for report in eligible if report.id == shown]
    return (kept or with_text or eligible)[0]


def _followed(article_id: str, direct: Mapping[str, str | None]) -> str:
    seen = {article_id}
    while (original := direct[article_id]) is not None and original in direct and original not in seen:
        seen.add(original)
        article_id = original
    return article_id
