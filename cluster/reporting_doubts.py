"""Doubts about what an event says: who confirms it, which figure is right, who leads it, when it was."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from cluster.doubts import Clue, Doubt, DoubtKind, Side
from cluster.draft import Draft
from cluster.event import Figure, FigureValue, Origin
from cluster.report import Report
from cluster.roles import REPORTING
from ingest.article import Basis

DISPUTED = 0.9  # 30 of the 33 that were read are disputes, see docs/quality.md
# Readers counted other sources in 7 of 100 events; a credit that is read wrongly is the usual reason.
ONE_CREDITED, ONE_HOUSE = 0.5, 0.1
UNDATED_LEAD, UNDATED_OTHER = 0.5, 0.2
GROWTH = 0.4
RENAMED, OUTDATED, POORER = 0.3, 0.3, 0.2
GROWS_FROM, GROWS_BY, GROWS_WITHIN = 4, 2, timedelta(hours=1)  # reports, times those before, see `_sudden_growth`
SETTLED_AFTER = timedelta(hours=6)  # by then most who tell it have told it: what many tell later may be new
OUTDATED_AFTER = timedelta(hours=24)
POOR_WORDS, RICHER_BY = 60, 4
SHOWN = 6


def doubts_on_reports(found: Draft) -> list[Doubt]:
    """Whatever is doubtful about an event's reports, at most one doubt of each kind."""
    telling = [report for report in found.telling if found.roles[report.id] in REPORTING]
    asked: tuple[Callable[[Draft, Sequence[Report]], Doubt | None], ...] = (
        _one_origin,
        _disputed_figures,
        _sudden_growth,
        _stale_lead,
        _undated,
    )
    return [doubt for ask in asked if (doubt := ask(found, telling))]


def _one_origin(found: Draft, telling: Sequence[Report]) -> Doubt | None:
    publishers = list(dict.fromkeys(report.article.publisher.name for report in telling))
    if len(found.origins) > 1 or len(publishers) < 2:
        return None
    origin: Origin = found.origins[0]
    doubt = ONE_CREDITED if origin.kind == "attributed" else ONE_HOUSE
    text = f"{len(publishers)} publishers report this, and all of them count as one source: {origin.name}."
    clues = [*_reports(telling), Clue("source", Side.BOTH, origin.name)]
    return _doubt(found, DoubtKind.ONE_ORIGIN, origin.name, doubt, text, clues)


def _disputed_figures(found: Draft, telling: Sequence[Report]) -> Doubt | None:
    disputed = [figure for figure in found.figures if figure.status == "disputed"]
    if not disputed:
        return None
    names = {report.id: report.article.publisher.name for report in found.reports}
    one, other = disputed[0].values[:2]
    text = f"Reports differ on {disputed[0].what}: {_said(one, names)}, {_said(other, names)}."
    clues = [clue for figure in disputed for clue in _of_figure(figure)]
    about = "; ".join(figure.what for figure in disputed)
    return _doubt(found, DoubtKind.DISPUTED_FIGURES, about, DISPUTED, text, [*_reports(telling), *clues])


def _sudden_growth(found: Draft, telling: Sequence[Report]) -> Doubt | None:
    """Where a settled event grew at once: what is new may be another happening."""
    if not telling:
        return None
    since = telling[-1].article.published_at - GROWS_WITHIN
    late = [report for report in telling if report.article.published_at > since]
    early = [report for report in telling if report.article.published_at <= since]
    is_settled = bool(early) and since - early[0].article.published_at >= SETTLED_AFTER
    if not is_settled or len(late) < max(GROWS_FROM, GROWS_BY * len(early)):
        return None
    hours = round((since - early[0].article.published_at) / timedelta(hours=1))
    text = f"{len(late)} reports came within an hour, {hours} hours after the first: they may tell something new."
    clues = [*_reports(early, Side.HERE), *_reports(late, Side.THERE)]
    about = f"{telling[-1].article.published_at:%Y-%m-%d}"  # which reports are late changes with each that comes
    return _doubt(found, DoubtKind.SUDDEN_GROWTH, about, GROWTH, text, clues)


def _stale_lead(found: Draft, telling: Sequence[Report]) -> Doubt | None:
    if found.lead_is_set:
        return None
    lead, others = found.lead, [report for report in telling if report is not found.lead]
    name = lead.article.publisher.name
    newest = max(others, key=lambda one: one.article.published_at, default=lead)
    richest = max(others, key=_words, default=lead)
    if lead.article.first_title and lead.article.first_title != lead.article.title:
        clues = [Clue("report", Side.HERE, lead.article.first_title, (lead.id,)), *_reports([lead], Side.THERE)]
        text = f"{name}, which leads, has changed its headline."
        return _doubt(found, DoubtKind.STALE_LEAD, lead.id, RENAMED, text, clues)
    clues = _reports([lead], Side.HERE)
    if newest.article.published_at - lead.article.published_at >= OUTDATED_AFTER:
        hours = round((newest.article.published_at - lead.article.published_at) / timedelta(hours=1))
        text = f"The lead, by {name}, is {hours} hours older than the report by {newest.article.publisher.name}."
        return _doubt(found, DoubtKind.STALE_LEAD, lead.id, OUTDATED, text, [*clues, *_reports([newest], Side.THERE)])
    if _words(lead) < POOR_WORDS and _words(richest) >= RICHER_BY * POOR_WORDS:
        other = richest.article.publisher.name
        text = f"The lead, by {name}, has {_words(lead)} words; the report by {other} has {_words(richest)}."
        return _doubt(found, DoubtKind.STALE_LEAD, lead.id, POORER, text, [*clues, *_reports([richest], Side.THERE)])
    return None


def _undated(found: Draft, telling: Sequence[Report]) -> Doubt | None:
    undated = [report for report in telling if report.article.published_at_basis is Basis.FIRST_SEEN]
    if not undated:
        return None
    doubt = UNDATED_LEAD if found.lead in undated else UNDATED_OTHER
    text = f"{undated[0].article.publisher.name} gives no date: when its report was first seen stands in for it."
    return _doubt(found, DoubtKind.UNDATED, undated[-1].id, doubt, text, _reports(undated))


def _doubt(found: Draft, kind: DoubtKind, about: str, doubt: float, text: str, clues: Sequence[Clue]) -> Doubt:
    return Doubt(found.event_id, kind, doubt, text, tuple(clues), about=about)


def _reports(reports: Sequence[Report], side: Side = Side.HERE) -> list[Clue]:
    return [Clue("report", side, report.article.title, (report.id,)) for report in reports[:SHOWN]]


def _of_figure(figure: Figure) -> Iterator[Clue]:
    for side, value in zip((Side.HERE, Side.THERE), figure.values, strict=False):
        yield Clue("figure", side, value.text, value.article_ids)


def _said(value: FigureValue, names: dict[str, str]) -> str:
    return f"{value.text} ({names[value.article_ids[0]]})"


def _words(report: Report) -> int:
    return len(report.article.text.split())
