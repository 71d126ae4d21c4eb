"""Why an event matters: rules over what is stored, each with its evidence; no rule fires, nothing is said."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from cluster.event import Figure, Origin, Quote, Role, Why
from cluster.report import Report
from cluster.roles import REPORTING
from cluster.sentences import shorten
from ingest.article import Standing

CONFIRMED_WITHIN = timedelta(hours=2)
ONE_ORIGIN_FROM = 3  # two articles on one origin are nothing unusual
EVIDENCE_CHARACTERS = 70
MAX_EVIDENCE = 3


def why_this_matters(
    reports: Sequence[Report], roles: Mapping[str, Role], origins: Sequence[Origin], figures: Sequence[Figure]
) -> Why | None:
    """The first rule that fires, in this order: disputed figure, one origin, quick confirmation, agreed figure.

    `reports` are all of the event's, earliest first. None when no rule fires.
    """
    by_id = {report.id: report for report in reports}
    return (
        _disputed(figures)
        or _one_origin(reports, origins)
        or _confirmed_quickly(by_id, roles, origins)
        or _agreed(figures, origins)
    )


def _disputed(figures: Sequence[Figure]) -> Why | None:
    figure = next((figure for figure in figures if figure.status == "disputed"), None)
    if figure is None:
        return None
    low, high = sorted(figure.values[:2], key=lambda one: one.value)
    text = f"The reports give different figures for {figure.what}: “{low.text}” and “{high.text}”."
    return Why(text, "disputed_figure", (Quote(low.article_ids[0], low.text), Quote(high.article_ids[0], high.text)))


def _one_origin(reports: Sequence[Report], origins: Sequence[Origin]) -> Why | None:
    if len(origins) != 1 or len(reports) < ONE_ORIGIN_FROM:
        return None
    origin, count = origins[0], len(reports)
    said = {
        "press_release": f"All {count} articles carry one handed-out text; none is a report of its own.",
        "attributed": f"All {count} articles rest on {origin.name}; no second source is named.",
        "copy": f"All {count} articles go back to one report by {origin.name}.",
        "owner": f"All {count} articles come from outlets of one owner.",
        "own_report": f"All {count} articles come from one publisher, {origin.name}.",
    }
    return Why(said[origin.kind], "one_origin", _titles(reports))


def _confirmed_quickly(by_id: Mapping[str, Report], roles: Mapping[str, Role], origins: Sequence[Origin]) -> Why | None:
    members = [[by_id[one] for one in origin.article_ids if roles[one] in REPORTING] for origin in origins]
    established = [
        [one for one in group if one.article.publisher.standing is Standing.ESTABLISHED] for group in members
    ]
    firsts = [min(group, key=lambda one: one.article.published_at) for group in established if group]
    firsts.sort(key=lambda one: (one.article.published_at, one.id))
    if len(firsts) < 2:
        return None
    first, second = firsts[:2]
    apart = second.article.published_at - first.article.published_at
    if apart > CONFIRMED_WITHIN:
        return None
    names = f"{first.article.publisher.name} and {second.article.publisher.name}"
    text = f"{names}, which do not rest on each other, reported it {_within(apart)}."
    return Why(text, "independent_confirmation", _titles((first, second)))


def _agreed(figures: Sequence[Figure], origins: Sequence[Origin]) -> Why | None:
    for figure in figures:
        stated = [article_id for value in figure.values for article_id in value.article_ids]
        count = sum(any(one in origin.article_ids for one in stated) for origin in origins)
        if figure.status == "agreed" and count >= 2:
            text = f"{count} independent sources agree on the figure for {figure.what}: “{figure.values[0].text}”."
            quotes = tuple(Quote(value.article_ids[0], value.text) for value in figure.values[:MAX_EVIDENCE])
            return Why(text, "agreed_figure", quotes)
    return None


def _within(apart: timedelta) -> str:
    minutes = int(apart / timedelta(minutes=1)) + 1
    return f"within {minutes} minutes of each other" if minutes > 1 else "within one minute of each other"


def _titles(reports: Sequence[Report]) -> tuple[Quote, ...]:
    return tuple(Quote(one.id, shorten(one.article.title, EVIDENCE_CHARACTERS)) for one in reports[:MAX_EVIDENCE])
