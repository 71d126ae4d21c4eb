"""The signal: a level that follows from its listed reasons and nothing else."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from cluster.assets import rank
from cluster.event import COVERAGE, ArticleType, AssetMention, Level, Origin, Reason, Role, Signal
from cluster.origins import by_origin
from cluster.report import Report
from cluster.roles import that_count
from cluster.sessions import SESSION_WORDS, session_at
from ingest.article import Standing
from ingest.coverage import Coverage, half_of

CONFIRMED_FROM, MANY_FROM = 2, 4
FRESH_WITHIN = timedelta(hours=3)
SPREADS_WITHIN, SPREADS_FROM = timedelta(hours=2), 2
TOP_ASSETS = 20
HIGH_FROM, MEDIUM_FROM = 6, 3

Published = Sequence[Sequence[datetime]]  # when the reports that count were, in a group for each of their origins


def signal(
    reports: Sequence[Report],
    roles: Mapping[str, Role],
    origins: Sequence[Origin],
    primary: AssetMention | None,
    coverage: Coverage,
    now: datetime,
) -> Signal:
    """Grades an event at an instant, by the reports that count.

    `primary` is the primary asset of those alone: neither a text that was handed out nor a site that nobody rated may
    raise the level.
    """
    counting = {report.id: report for report in that_count(reports, roles)}
    counted = by_origin(counting, origins)
    published = [[report.article.published_at for report in members] for members in counted]
    lasting = (_reported(list(counting.values())), _confirmed(counted), _many(counted))
    return _graded((*lasting, *_timed(published, now), _top_asset(primary)), coverage, now)


def regraded(before: Signal, published: Published, coverage: Coverage, now: datetime) -> Signal:
    """A signal as it is later on, when no report has come or gone: never a higher level, nor a higher score.

    What time does not change stays as it was found, also where a publisher's standing has changed since.
    """
    timed = {reason.code: reason for reason in _timed(published, now)}
    reasons = [_later(one, timed.get(one.code, one)) for one in before.reasons if one.code != COVERAGE]
    return _graded(reasons, coverage, now)


def graded_until(published: Published, now: datetime) -> datetime | None:
    """The first later instant at which time alone changes a reason; None when it changes none any more."""
    ends = {session_at(now).end, *(start + SPREADS_WITHIN for start in map(min, published))}
    ends |= {newest + FRESH_WITHIN for newest in map(max, published)}
    held = _timed(published, now)
    return next((end for end in sorted(ends) if end > now and _timed(published, end) != held), None)


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


def _later(before: Reason, now: Reason) -> Reason:
    """What failed fails for good: only another standing could make it pass."""
    return now if before.passed or not now.passed else before


def _graded(reasons: Sequence[Reason], coverage: Coverage, now: datetime) -> Signal:
    said = (*reasons, *_coverage(coverage))
    return Signal(level(said), points(said), said, session_at(now).name, now)


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


def _timed(published: Published, now: datetime) -> tuple[Reason, Reason]:
    """The reasons that time changes. A span is over at its end, so that `graded_until` can name the instant."""
    return _fresh(published, now), _spreads(published, now)


def _fresh(published: Published, now: datetime) -> Reason:
    """Value 1 or 0, not hours: an event that nothing happened to must not change from minute to minute."""
    newest, session = max(map(max, published), default=None), session_at(now)
    if newest is not None and newest >= session.start:
        return _reason("fresh", f"Fresh in the current {SESSION_WORDS[session.name]} session", 1, 1, 2)
    if newest is not None and newest > now - FRESH_WITHIN:
        return _reason("fresh", "Fresh within the last 3 hours", 1, 1, 2)
    return _reason("fresh", "No counted report in the current session or the last 3 hours", 0, 1, 2)


def _spreads(published: Published, now: datetime) -> Reason:
    count = sum(start > now - SPREADS_WITHIN for start in map(min, published))
    text = f"{_count(count, 'new source')} counted within the last 2 hours"
    return _reason("spreading", text, count, SPREADS_FROM, 1)


def _top_asset(primary: AssetMention | None) -> Reason:
    place = rank(primary.symbol) if primary else None
    passed = place is not None and place <= TOP_ASSETS
    text = (
        f"{primary.name} is {'' if passed else 'not '}among the top {TOP_ASSETS} assets"
        if primary
        else "No one asset is in the centre"
    )
    return Reason("top_asset", text, float(place or 0), float(TOP_ASSETS), passed, 1)


def _coverage(coverage: Coverage) -> tuple[Reason, ...]:
    """Said only of poor coverage: what cannot be measured is not quiet."""
    if not coverage.is_poor:
        return ()
    who = f"Only {coverage.reached} of {coverage.polled} publishers" if coverage.reached else "No publisher"
    text = f"{who} reached in the last hour: reports may be missing"
    return (_reason(COVERAGE, text, coverage.reached, half_of(coverage.polled), 0),)


def _reason(code: str, text: str, value: int, threshold: int, adds: int) -> Reason:
    return Reason(code, text, float(value), float(threshold), value >= threshold, adds)


def _count(number: int, noun: str) -> str:
    return f"{number or 'No'} {noun}{'' if number == 1 else 's'}"
