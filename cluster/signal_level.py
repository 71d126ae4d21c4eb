"""The signal: a level that follows from its listed reasons and nothing else."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from cluster.assets import rank
from cluster.event import ArticleType, AssetMention, Level, Origin, Reason, Role, Signal
from cluster.report import Report
from cluster.roles import that_count
from cluster.sessions import SESSION_WORDS, Session, session_at
from ingest.article import Standing

CONFIRMED_FROM, MANY_FROM = 2, 4
FRESH_WITHIN = timedelta(hours=3)
SPREADS_WITHIN, SPREADS_FROM = timedelta(hours=2), 2
TOP_ASSETS = 20
HIGH_FROM, MEDIUM_FROM = 6, 3


def signal(
    reports: Sequence[Report],
    roles: Mapping[str, Role],
    origins: Sequence[Origin],
    primary: AssetMention | None,
    now: datetime,
) -> Signal:
    """Grades an event at an instant, by the reports that count.

    `primary` is the primary asset of those alone: neither a text that was handed out nor a site that nobody rated may
    raise the level.
    """
    counting = {report.id: report for report in that_count(reports, roles)}
    counted = [[counting[one] for one in origin.article_ids if one in counting] for origin in origins]
    counted = [members for members in counted if members]
    session = session_at(now)
    reasons = (
        _reported(list(counting.values())),
        _confirmed(counted),
        _many(counted),
        _fresh(list(counting.values()), session, now),
        _spreads(counted, now),
        _top_asset(primary),
    )
    return Signal(level(reasons), points(reasons), reasons, session.name, now)


def level(reasons: Sequence[Reason]) -> Level:
    """The level that listed reasons add up to, so that anyone can recompute it."""
    passed = {reason.code for reason in reasons if reason.passed}
    if "reported" not in passed:
        return Level.LOW
    if {"confirmed", "fresh"} <= passed and points(reasons) >= HIGH_FROM:
        return Level.HIGH
    if "confirmed" in passed or ("fresh" in passed and points(reasons) >= MEDIUM_FROM):
        return Level.MEDIUM
    return Level.LOW


def points(reasons: Sequence[Reason]) -> int:
    """What the passed reasons add up to."""
    return sum(reason.points for reason in reasons if reason.passed)


def _reported(reporting: Sequence[Report]) -> Reason:
    count = sum(report.facts.type is not ArticleType.OPINION for report in reporting)
    text = (
        _count(count, "report") + " beside opinion, paid texts and copies"
        if count
        else "Only opinion, paid texts or copies"
    )
    return _reason("reported", text, count, 1, 0)


def _confirmed(counted: Sequence[Sequence[Report]]) -> Reason:
    count = sum(any(one.article.publisher.standing is Standing.ESTABLISHED for one in members) for members in counted)
    text = f"{_count(count, 'independent source')} with an established publisher"
    return _reason("confirmed", text, count, CONFIRMED_FROM, 3)


def _many(counted: Sequence[Sequence[Report]]) -> Reason:
    text = f"{_count(len(counted), 'independent report')} counted"
    return _reason("many_sources", text, len(counted), MANY_FROM, 1)


def _fresh(reporting: Sequence[Report], session: Session, now: datetime) -> Reason:
    """Value 1 or 0, not hours: an event that nothing happened to must not change from minute to minute."""
    newest = max((report.article.published_at for report in reporting), default=None)
    if newest is not None and newest >= session.start:
        return _reason("fresh", f"Fresh in the current {SESSION_WORDS[session.name]} session", 1, 1, 2)
    if newest is not None and newest >= now - FRESH_WITHIN:
        return _reason("fresh", "Fresh within the last 3 hours", 1, 1, 2)
    return _reason("fresh", "No counted report in the current session or the last 3 hours", 0, 1, 2)


def _spreads(counted: Sequence[Sequence[Report]], now: datetime) -> Reason:
    starts = [min(one.article.published_at for one in members) for members in counted]
    count = sum(start >= now - SPREADS_WITHIN for start in starts)
    return _reason(
        "spreading", f"{_count(count, 'new source')} counted within the last 2 hours", count, SPREADS_FROM, 1
    )


def _top_asset(primary: AssetMention | None) -> Reason:
    place = rank(primary.symbol) if primary else None
    passed = place is not None and place <= TOP_ASSETS
    text = (
        f"{primary.name} is {'' if passed else 'not '}among the top {TOP_ASSETS} assets"
        if primary
        else "No asset is named"
    )
    return Reason("top_asset", text, float(place or 0), float(TOP_ASSETS), passed, 1)


def _reason(code: str, text: str, value: int, threshold: int, adds: int) -> Reason:
    return Reason(code, text, float(value), float(threshold), value >= threshold, adds)


def _count(number: int, noun: str) -> str:
    return f"{number or 'No'} {noun}{'' if number == 1 else 's'}"
