"""Why an event matters beside the events before it: the rules that look back, each with the rows it counted.

A rule that says what was *not* there over some time fires only where enough publishers were read all that time.
"""

from collections.abc import Sequence
from datetime import timedelta

from cluster.draft import Draft
from cluster.event import ArticleType, Counted, PriceLevel, Quote, Theme, Why
from cluster.history import LOOK_BACK, MAX_CITED, USUAL, WEEK, History, Priced
from cluster.price_levels import CROSSED
from cluster.report import quoted_title
from cluster.themes import in_words

WIDE_FROM = 4  # independent sources
WIDE_SHARE = 0.05  # of the theme's events of a week, the event itself among them
COMPARED_FROM = 20  # events, or a twentieth of them is none
REPEATED_FROM, REPEATED_TO = 3, 12  # nobody asks for a "165th price event on Bitcoin": that is the week's subject
REPEATED_TIMES = 2  # the weekly rate of the weeks before
RARE_FROM = timedelta(days=14)
OTHERS_FROM = 3  # events on the asset with other themes; of an asset that nobody writes about everything is a first


def citable(draft: Draft, history: History) -> set[str]:
    """Ids of the events that a sentence on an event may cite, whether or not its rule fires."""
    priced = [found for level in crossed_levels(draft) for found in _at_level(draft, level, history)]
    return _citable_by_theme(draft, history) | {one.event_id for found in priced for one in found[-MAX_CITED:]}


def _citable_by_theme(draft: Draft, history: History) -> set[str]:
    if not _says_theme(draft):
        return set()
    on_asset = history.on_asset(draft, draft.first_published_at - LOOK_BACK)
    alike = [one for one in on_asset if one.theme is draft.theme]
    others = [one for one in on_asset if one.theme is not draft.theme]
    as_wide = history.as_wide(draft) if len(draft.origins) >= WIDE_FROM else []
    return {one.event_id for found in (alike, others, as_wide) for one in found[-MAX_CITED:]}


def widely_reported(draft: Draft, history: History) -> Why | None:
    """An event among the twentieth of its theme's news of a week that most sources report."""
    sources = len(draft.origins)
    if sources < WIDE_FROM or not _says_theme(draft) or not history.covers(draft.last_published_at - WEEK):
        return None
    others, as_wide = history.on_theme(draft), history.as_wide(draft)
    if len(others) < COMPARED_FROM or 1 + len(as_wide) > WIDE_SHARE * (1 + len(others)):
        return None
    events = f"{_theme(draft)} events"
    text = (
        f"{sources} independent sources report it; of {len(others)} other {events} of the week up to it "
        f"{_number(len(as_wide))} had as many."
    )
    counted = (
        Counted(sources, "independent sources of this event"),
        Counted(len(others), f"other {events} of the week up to its last report"),
        Counted(len(as_wide), f"of them with at least {sources} sources by then", history.cited(as_wide)),
    )
    return Why(text, "widely_reported", (quoted_title(draft.lead),), counted)


def repeated(draft: Draft, history: History) -> Why | None:
    """An event that is the third to twelfth of its theme on its asset within a week, where that is twice the usual."""
    began = draft.first_published_at
    if draft.asset is None or not _says_theme(draft) or not history.covers(began - WEEK - USUAL):
        return None
    alike = history.alike(draft, began - WEEK - USUAL)
    week = [one for one in alike if one.first_published_at > began - WEEK]
    nth, before = 1 + len(week), len(alike) - len(week)
    if not REPEATED_FROM <= nth <= REPEATED_TO or nth < REPEATED_TIMES * before * (WEEK / USUAL):
        return None
    subject = f"{_theme(draft)} event{{}} on {draft.asset.name}"
    text = f"The {_ordinal(nth)} {subject.format('')} within a week; the three weeks before had {_number(before)}."
    counted = (
        Counted(nth, f"{subject.format('s')} within a week, this one included", history.cited(week)),
        Counted(before, f"{subject.format('s')} in the three weeks before"),
    )
    return Why(text, "repeated", draft.asset.evidence[:1], counted)


def first_in_days(draft: Draft, history: History) -> Why | None:
    """The first event of its theme on its asset in RARE_FROM or longer, while there was other news on the asset."""
    began = draft.first_published_at
    if draft.asset is None or not _says_theme(draft) or history.observed_from is None:
        return None
    earliest = max(began - LOOK_BACK, history.observed_from)
    alike = history.alike(draft, earliest)
    since = alike[-1].first_published_at if alike else earliest
    others = [one for one in history.on_asset(draft, since) if one.theme != draft.theme]
    if began - since < RARE_FROM or len(others) < OTHERS_FROM:
        return None
    days, subject = (began - since).days, f"{_theme(draft)} event on {draft.asset.name}"
    text = (
        f"The first {subject} in {'' if alike else 'at least '}{days} days; "
        f"{len(others)} events on it with other themes came in that time."
    )
    counted = (
        Counted(days, f"days since {'the last' if alike else 'any'} {subject}", history.cited(alike[-1:])),
        Counted(len(others), f"events on {draft.asset.name} with other themes since then", history.cited(others)),
    )
    return Why(text, "first_in_days", draft.asset.evidence[:1], counted)


def crossed_levels(draft: Draft) -> list[PriceLevel]:
    """The levels that its primary asset crossed, by a title or in news of prices: the one most reports tell first."""
    if draft.type is not ArticleType.NEWS or draft.asset is None:
        return []
    told: dict[tuple[str, float], list[PriceLevel]] = {}
    for level in draft.levels:
        if level.way in CROSSED and level.symbol == draft.asset.symbol and _is_the_news(level, draft):
            told.setdefault((level.way, level.price), []).append(level)
    return [min(same, key=lambda one: one.said_at) for same in sorted(told.values(), key=_by_reports)]


def first_at_level(draft: Draft, history: History) -> Why | None:
    """An event that reports its asset at a price where no other reported it for RARE_FROM or longer."""
    return next(filter(None, (_first_at(level, draft, history) for level in crossed_levels(draft))), None)


def _first_at(level: PriceLevel, draft: Draft, history: History) -> Why | None:
    there, elsewhere = _at_level(draft, level, history)
    if draft.asset is None or len(elsewhere) < OTHERS_FROM:
        return None
    days, name = (level.said_at - (there[-1] if there else elsewhere[0]).said_at).days, draft.asset.name
    if days < RARE_FROM.days:
        return None
    or_beyond = "above" if level.way == "rose" else "below"
    text = (
        f"The first event in {'' if there else 'at least '}{days} days that reports {name} at {level.written} or "
        f"{or_beyond}; {len(elsewhere)} other events gave its price in that time."
    )
    since = f"the last event that reported {name} there" if there else f"the first event known to give {name}’s price"
    counted = (
        Counted(days, f"days since {since}", history.cited(there[-1:])),
        Counted(len(elsewhere), f"other events that gave {name}’s price since then", history.cited(elsewhere)),
    )
    return Why(text, "first_at_level", (level.quote,), counted)


def _at_level(draft: Draft, level: PriceLevel, history: History) -> tuple[list[Priced], list[Priced]]:
    """What others gave as an asset's price before it crossed a level: there or beyond, and elsewhere since the last."""
    before = history.priced_before(draft, level)
    there = [one for one in before if one.is_beyond(level)]
    since_then = before[before.index(there[-1]) + 1 :] if there else before
    once = {one.event_id: one for one in since_then}
    return there, list(once.values())


def _is_the_news(level: PriceLevel, draft: Draft) -> bool:
    titles = {report.id: report.article.title for report in draft.reports}
    return draft.theme is Theme.PRICE or level.quote.text in titles[level.quote.article_id]


def _by_reports(same: Sequence[PriceLevel]) -> tuple[int, float]:
    first = same[0]
    return -len(same), -first.price if first.way == "rose" else first.price


def follows(draft: Draft, history: History) -> Why | None:
    """An event that another stage of its affair came before. That one is there, however long we have read."""
    found = history.followed.get(draft.event_id)
    if found is None:
        return None
    on_actor = f" on {found.actor}" if found.actor else ""
    text = f"Follows earlier news{on_actor}: “{found.event.title}”."
    evidence = Quote(draft.lead.id, found.actor) if found.actor else quoted_title(draft.lead)
    return Why(text, "follows", (evidence,), (Counted(1, f"earlier event{on_actor}", (found.event,)),))


def _says_theme(draft: Draft) -> bool:
    """Whether the event is news that has a theme to be compared by."""
    return draft.type is ArticleType.NEWS and draft.theme not in (None, Theme.OTHER)


def _theme(draft: Draft) -> str:
    assert draft.theme is not None, "rules ask whether there is one"
    return in_words(draft.theme)


def _number(count: int) -> str:
    return str(count) if count else "none"


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
