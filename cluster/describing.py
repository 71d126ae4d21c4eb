"""Everything an event says: made from its reports, what was there before it, and the instant it is graded at."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from cluster.actors import title_actors
from cluster.draft import Draft
from cluster.event import AssetMention, Description, Figure, Overrides, Quote, Role, Theme, ThemeFound
from cluster.figures import find_figures
from cluster.history import History
from cluster.origins import find_origins
from cluster.price_levels import merged, read_levels
from cluster.primary_records import find_record
from cluster.report import Report
from cluster.roles import REPORTING, find_lead, find_roles, in_order, that_count
from cluster.signal_level import signal
from cluster.summary import best_title, key_points, spent_on, summarise
from cluster.voices import Voice, excerpt_beside, hear
from cluster.why import why_this_matters
from ingest.article import Flag
from ingest.coverage import Coverage

SHARED_FROM = 0.5  # a further asset or theme is the event's when this share of its reports has it
PRIMARY, FURTHER = 1.0, 0.4  # what a report's first and its further assets and themes weigh
LEAD = 1.5
NOTHING_SET = Overrides()
MAX_THEMES, MAX_ASSETS, MAX_CITED, MAX_WORDS = 3, 8, 3, 3


def draft(reports: Sequence[Report], shown_lead: str | None = None, overrides: Overrides = NOTHING_SET) -> Draft:
    """What the reports of an event come to by themselves, and by what an editor has set.

    `shown_lead` is the article id of the lead by the rules that there was before; it stays that while it is a report.

    Raises:
        ValueError: when there is no report.
    """
    if not reports:
        raise ValueError("an event without reports cannot be described")
    ordered = in_order(reports)
    roles = find_roles(ordered)
    own_lead = find_lead(ordered, roles, shown_lead)
    lead = next((report for report in ordered if report.id == overrides.lead_article_id), own_lead)
    # What was copied, handed out or paid for only speaks for an event that has nothing else.
    telling = [report for report in ordered if roles[report.id] in REPORTING] or [lead]
    # A publisher that reserves its text lends title and link, so none of its words are cited.
    citable = [report for report in telling if Flag.RESERVED not in report.article.flags]
    return Draft(
        event_id=lead.placement.event_id,
        reports=ordered,
        roles=roles,
        lead=lead,
        telling=tuple(telling),
        origins=find_origins(ordered, roles, lead.id),
        assets=_assets(that_count(ordered, roles) or telling, lead),  # the primary one bears on the signal
        themes=_with_first(_themes(telling, lead), overrides.theme),
        figures=find_figures(citable),
        title_actors=title_actors(lead.article.title, lead.article.text),
        record=find_record([report for report in telling if roles[report.id] in REPORTING]),
        levels=tuple(level for report in citable for level in read_levels(report)),
        own_lead=own_lead,
        lead_is_set=lead.id == overrides.lead_article_id,
        title=overrides.title,
    )


def complete(found: Draft, history: History, coverage: Coverage, now: datetime) -> Description:
    """The description that a draft makes beside what was there before it, graded at `now`; `related` stays empty."""
    why = why_this_matters(found, history)
    heard = {report.id: hear(report) for report in found.reports}
    title = found.title or best_title([heard[report.id] for report in found.telling], heard[found.lead.id])
    voices = _one_an_origin(found, heard)
    quoted = (
        *(quote for asset in found.assets for quote in asset.evidence),
        *_figure_quotes(found.figures),
        *((*why.evidence, *why.repeated) if why else ()),
        *((found.record.quote,) if found.record and not found.record.url else ()),
    )
    summary = summarise(voices, title, spent_on(quoted))
    points = key_points(voices, title, summary, spent_on(quoted, summary))
    return Description(
        title=title,
        title_by="editor" if found.title else "publisher",
        lead_article_id=found.lead.id,
        summary=summary,
        key_points=points,
        roles=_role_rows(found),
        origins=found.origins,
        assets=found.assets,
        themes=found.themes,
        type=found.type,
        signal=signal(found.reports, found.roles, found.origins, found.asset, coverage, now),
        why=why,
        figures=found.figures,
        title_actors=found.title_actors,
        origins_at=found.origins_at,
        openings=tuple(Quote(one.id, excerpt_beside(one, (*summary, *points))) for one in heard.values()),
        follows=history.followed.get(found.event_id),
        record=found.record,
        levels=merged(found.levels),
        own_lead_id="" if found.own_lead is found.lead else found.own_lead.id,
    )


def _role_rows(found: Draft) -> tuple[tuple[str, Role, str], ...]:
    origin_of = {article_id: origin.id for origin in found.origins for article_id in origin.article_ids}
    return tuple((report.id, found.roles[report.id], origin_of[report.id]) for report in found.reports)


def _one_an_origin(found: Draft, heard: Mapping[str, Voice]) -> list[Voice]:
    """The voice of the first telling report of every origin; the lead speaks for its own, in front."""
    telling = {report.id for report in found.telling}
    firsts = [next((heard[one] for one in origin.article_ids if one in telling), None) for origin in found.origins]
    own = set(found.origins[0].article_ids)
    return [heard[found.lead.id], *(first for first in firsts if first and first.id not in own)]


def _assets(telling: Sequence[Report], lead: Report) -> tuple[AssetMention, ...]:
    """The assets that most of the reports name, in front the one in the centre of most of them, where there is one."""
    weights: dict[str, float] = defaultdict(float)
    named: dict[str, list[AssetMention]] = defaultdict(list)
    for report in telling:
        for mention in report.facts.assets:
            weights[mention.symbol] += _weight(mention.primary, report is lead)
            named[mention.symbol].append(mention)
    kept = [symbol for symbol in named if len(named[symbol]) >= SHARED_FROM * len(telling)]
    central = {one: sum(mention.primary for mention in named[one]) for one in kept}
    first = max(kept, key=lambda symbol: (central[symbol], weights[symbol]), default=None)
    primary = first if first and central[first] >= SHARED_FROM * len(telling) else None
    kept.sort(key=lambda symbol: (symbol != primary, -weights[symbol], symbol))
    return tuple(
        AssetMention(symbol, named[symbol][0].name, symbol == primary, _cited(named[symbol]))
        for symbol in kept[:MAX_ASSETS]
    )


def _themes(telling: Sequence[Report], lead: Report) -> tuple[ThemeFound, ...]:
    """The themes of the reports, the one most of them put first in front, with the words that spoke for each."""
    weights: dict[Theme, float] = defaultdict(float)
    words: dict[Theme, list[str]] = defaultdict(list)
    for report in telling:
        for place, (theme, because) in enumerate(report.facts.themes):
            weights[theme] += _weight(place == 0, report is lead)
            words[theme] += [word for word in because if word not in words[theme]]
    ranked = sorted(weights, key=lambda theme: (-weights[theme], theme))
    kept = [theme for theme in ranked if weights[theme] >= FURTHER * weights[ranked[0]]][:MAX_THEMES]
    return tuple(ThemeFound(theme, place == 0, tuple(words[theme][:MAX_WORDS])) for place, theme in enumerate(kept))


def _with_first(found: tuple[ThemeFound, ...], chosen: Theme | None) -> tuple[ThemeFound, ...]:
    """The themes with the one that an editor chose in front, as the primary one."""
    if chosen is None:
        return found
    words = next((one.because for one in found if one.theme is chosen), ())
    rest = (replace(one, primary=False) for one in found if one.theme is not chosen)
    return (ThemeFound(chosen, True, words), *rest)[:MAX_THEMES]


def _weight(first: bool, leads: bool) -> float:
    return (PRIMARY if first else FURTHER) * (LEAD if leads else 1.0)


def _cited(mentions: Sequence[AssetMention]) -> tuple[Quote, ...]:
    return tuple(mention.evidence[0] for mention in mentions if mention.evidence)[:MAX_CITED]


def _figure_quotes(figures: Iterable[Figure]) -> tuple[Quote, ...]:
    """What the figures show of every article that gives them."""
    values = (value for figure in figures for value in figure.values)
    return tuple(Quote(article_id, value.text) for value in values for article_id in value.article_ids)
