"""What an event goes on saying of reports whose texts were forgotten: what it said while they were there."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from cluster.draft import Draft
from cluster.event import Description, Figure, FigureValue, Quote, Why
from cluster.figures import MAX_FIGURES, STATED_FROM
from cluster.price_levels import merged


def recall(found: Draft, said: Description | None) -> Draft:
    """A draft with the figures, price levels, record and origins' names that only texts which are gone could tell."""
    gone = _forgotten(found)
    if said is None or not gone:
        return found
    ids = {report.id for report in found.reports}
    telling = {report.id for report in found.telling}
    figures = [figure for one in said.figures if (figure := _by(one, telling))]
    told = {(one.what, one.unit) for one in figures}
    names = {(one.kind, one.article_ids): one.name for one in said.origins}
    return replace(
        found,
        figures=(*figures, *(one for one in found.figures if (one.what, one.unit) not in told))[:MAX_FIGURES],
        levels=merged((*(one for one in said.levels if one.quote.article_id in gone), *found.levels)),
        record=found.record or (said.record if said.record and said.record.quote.article_id in ids else None),
        title_actors=said.title_actors if found.lead.id in gone & {said.lead_article_id} else found.title_actors,
        origins=tuple(replace(one, name=names.get((one.kind, one.article_ids), one.name)) for one in found.origins),
    )


def say_on(found: Draft, now: Description, said: Description | None) -> Description:
    """A description with the words that were said before, as far as they are of reports whose texts are gone.

    Nothing is said of an article that is no member any more.
    """
    gone = _forgotten(found)
    if said is None or not gone:
        return now
    ids = {report.id for report in found.reports}
    keeps = found.lead.id in gone
    titles = {report.article.title for report in found.reports}
    is_titled = keeps and now.title_by == said.title_by == "publisher" and said.title in titles
    summary = (_kept(said.summary, ids) if keeps else ()) or now.summary
    points = (_kept(said.key_points, ids) if keeps else ()) or now.key_points
    known = {quote.article_id: quote for quote in said.openings if quote.article_id in gone}
    return replace(
        now,
        title=said.title if is_titled else now.title,
        summary=summary,
        key_points=tuple(one for one in points if one not in summary),
        why=now.why or _still_shown(said.why, ids),
        openings=tuple(known.get(quote.article_id, quote) for quote in now.openings),
    )


def _forgotten(found: Draft) -> set[str]:
    return {report.id for report in found.reports if report.article.is_forgotten}


def _kept(quotes: Iterable[Quote], ids: Collection[str]) -> tuple[Quote, ...]:
    return tuple(quote for quote in quotes if quote.article_id in ids)


def _by(figure: Figure, ids: Collection[str]) -> Figure | None:
    """A figure as some articles alone give it; None where too few do, or where it may be disputed no more."""
    values = tuple(_values(figure, ids))
    is_settled = figure.status == "disputed" and len(values) < len(figure.values)
    if is_settled or sum(len(value.article_ids) for value in values) < STATED_FROM:
        return None
    return replace(figure, values=values)


def _values(figure: Figure, ids: Collection[str]) -> Iterator[FigureValue]:
    for value in figure.values:
        theirs = tuple(one for one in value.article_ids if one in ids)
        if theirs:
            yield replace(value, article_ids=theirs)


def _still_shown(why: Why | None, ids: Collection[str]) -> Why | None:
    """A reason all of whose evidence is there; what it counts among other events is counted anew or not at all."""
    if why is None or why.counted or any(quote.article_id not in ids for quote in why.evidence):
        return None
    return why
