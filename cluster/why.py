"""Why an event matters: rules over what is stored, each with its evidence; no rule fires, nothing is said."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from cluster import precedents
from cluster.draft import Draft
from cluster.event import Counted, Figure, FigureValue, Quote, Role, Why
from cluster.history import History
from cluster.origins import by_origin
from cluster.report import Report, quoted_title
from cluster.roles import REPORTING
from ingest.article import Standing

CONFIRMED_WITHIN = timedelta(hours=2)
FAST_WITHIN = timedelta(hours=1)
FAST_FROM = 3  # independent sources
ONE_ORIGIN_FROM = 3  # two articles on one origin are nothing unusual
MAX_EVIDENCE = 3

_ONE_THING = re.compile(r"\b(?:amount|funding|price|value|vote|deal|penalty|rate|stake|tariff|cut|interest|volume)\b")


def why_this_matters(draft: Draft, history: History) -> Why | None:
    """What the first of RULES that fires says; None when none does."""
    return next(filter(None, (rule(draft, history) for rule in RULES)), None)


def _disputed(draft: Draft, _: History) -> Why | None:
    figure = next(_figures(draft, "disputed"), None)
    if figure is None:
        return None
    low, high = sorted(figure.values[:2], key=lambda one: one.value)
    text = f"The reports differ on {_the(figure.what)}: {_given(low)} and {_given(high)}."
    quotes = (Quote(low.article_ids[0], low.text), Quote(high.article_ids[0], high.text))
    counted = (Counted(len(quotes), f"figures for {figure.what} that cannot both be true"),)
    return Why(text, "disputed_figure", quotes, counted)


def _one_origin(draft: Draft, _: History) -> Why | None:
    origin, count = draft.origins[0], len(draft.reports)
    # What was handed out beside a report is no source, yet it did not come from that report either.
    is_mixed = origin.kind != "press_release" and Role.PRESS_RELEASE in draft.roles.values()
    if len(draft.origins) != 1 or count < ONE_ORIGIN_FROM or is_mixed:
        return None
    said = {
        "press_release": f"All {count} articles carry one handed-out text; none is a report of its own.",
        "attributed": f"All {count} articles rest on {origin.name}; no second source is named.",
        "copy": f"All {count} articles go back to one report by {origin.name}.",
        "owner": f"All {count} articles come from outlets of one owner.",
        "own_report": f"All {count} articles come from one publisher, {origin.name}.",
    }
    return Why(said[origin.kind], "one_origin", _titles(draft.reports), (Counted(count, "articles of this event"),))


def _spread_fast(draft: Draft, _: History) -> Why | None:
    firsts = _established_firsts(draft)
    quick = [one for one in firsts if _published(one) - _published(firsts[0]) <= FAST_WITHIN]
    if len(quick) < FAST_FROM:
        return None
    minutes = _minutes(quick[0], quick[-1])
    text = f"{len(quick)} independent sources reported it {_within(minutes)}."
    counted = (
        Counted(len(quick), "established sources within an hour of the first"),
        Counted(minutes, "minutes from the first of them to the last, rounded up"),
    )
    return Why(text, "fast_spread", _titles(quick), counted)


def _agreed(draft: Draft, _: History) -> Why | None:
    for figure in _figures(draft, "agreed"):
        stated = [article_id for value in figure.values for article_id in value.article_ids]
        count = sum(any(one in origin.article_ids for one in stated) for origin in draft.origins)
        if count >= 2:
            text = f"{count} independent sources agree on {_the(figure.what)}: {_given(figure.values[0])}."
            quotes = tuple(Quote(value.article_ids[0], value.text) for value in figure.values[:MAX_EVIDENCE])
            counted = (Counted(count, f"independent sources that give a figure for {figure.what}"),)
            return Why(text, "agreed_figure", quotes, counted)
    return None


def _figures(draft: Draft, status: str) -> Iterator[Figure]:
    """Those a sentence may name: "the value of 512 BTC" has a number that its quotes do not hold."""
    return (figure for figure in draft.figures if figure.status == status and not re.search(r"\d", figure.what))


def _the(what: str) -> str:
    return f"the {what}" if _ONE_THING.search(what) else what


def _given(value: FigureValue) -> str:
    """A figure as it is written, with what the words around it said of it."""
    is_bare = value.qualifier in ("above", "below") and not value.text[0].isalpha()
    return f"{value.qualifier} “{value.text}”" if is_bare else f"“{value.text}”"


def _on_record(draft: Draft, _: History) -> Why | None:
    record = draft.record
    if record is None:
        return None
    words = "" if record.url else f": “{record.quote.text}”"
    return Why(f"{record.text}{words}.", "primary_record", (record.quote,))


def _confirmed_quickly(draft: Draft, _: History) -> Why | None:
    firsts = _established_firsts(draft)[:2]
    if len(firsts) < 2 or _published(firsts[1]) - _published(firsts[0]) > CONFIRMED_WITHIN:
        return None
    minutes = _minutes(*firsts)
    names = " and ".join(one.article.publisher.name for one in firsts)
    text = f"{names} reported it {_within(minutes)} of each other; neither credits the other."
    counted = (Counted(minutes, "minutes between the two reports, rounded up"),)
    return Why(text, "independent_confirmation", _titles(firsts), counted)


def _established_firsts(draft: Draft) -> list[Report]:
    """The first report by an established publisher of each origin that has one, earliest first."""
    by_id = {
        report.id: report
        for report in draft.reports
        if draft.roles[report.id] in REPORTING and report.article.publisher.standing is Standing.ESTABLISHED
    }
    firsts = [min(group, key=_published) for group in by_origin(by_id, draft.origins)]
    return sorted(firsts, key=lambda one: (_published(one), one.id))


def _published(report: Report) -> datetime:
    return report.article.published_at


def _minutes(first: Report, last: Report) -> int:
    """The minutes between two reports, one that has begun as a whole one."""
    return int((_published(last) - _published(first)) / timedelta(minutes=1)) + 1


def _within(minutes: int) -> str:
    return f"within {minutes} minutes" if minutes > 1 else "within one minute"


def _titles(reports: Sequence[Report]) -> tuple[Quote, ...]:
    return tuple(quoted_title(one) for one in reports[:MAX_EVIDENCE])


# What a reader would take on trust comes first, then what is unusual, what it belongs to, and what bears it out.
RULES: tuple[Callable[[Draft, History], Why | None], ...] = (
    _disputed,
    _one_origin,
    precedents.first_at_level,
    precedents.widely_reported,
    precedents.repeated,
    precedents.first_in_days,
    precedents.follows,
    _spread_fast,
    _agreed,
    _on_record,
    _confirmed_quickly,
)
