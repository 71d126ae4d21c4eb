"""Where one article belongs: in which event of the window, or alone, and the reasons for it."""

import numpy as np
from numpy.typing import NDArray

from cluster.copies import repeats, reprints
from cluster.cross_encoder import ReadsPairs
from cluster.event import ArticleType, Evidence, Placement, Rival
from cluster.reading import ENGINE, Reading
from cluster.receipts import because
from cluster.similarity import JOIN_AT, RULESET, Comparison, compare, event_scores
from cluster.window import WINDOW, Measure, Window
from storage.ids import new_id

EDITORS_WORD = Evidence("editor", "an editor put it here", 1.0, 0.0)
RIVAL_FROM = 0.05  # a lower score names no rival worth showing


def decide(subject: Reading, window: Window, reader: ReadsPairs | None = None) -> Placement:
    """The event an article belongs to among those in the window, or a new one, with the reasons."""
    bound = window.held.bound_to(subject.article_id)
    if bound is not None:
        return Placement(subject.article_id, bound, 1.0, (EDITORS_WORD,), None, None, RULESET)
    if not subject.facts.language_supported:
        return _alone(subject, (Evidence("language_not_supported", "in a language that is not compared", 0.0, 0.0),))
    if subject.facts.type is ArticleType.ROUNDUP:
        return _alone(subject, (Evidence("roundup", "a roundup of many happenings stands alone", 0.0, 0.0),))
    if not can_be_joined(subject) or not window.readings:
        return _alone(subject)
    compared = compare(subject, window, reader)
    event_ids, groups = window.groups()
    barred = window.held.barred_from(subject.article_id)
    scores = _scores(compared, event_ids, groups)
    _forbid(scores, event_ids, barred)
    copied = _copied(subject, window, compared.near.contained, barred | window.held.locked)
    if copied is not None:
        return _as_copy(subject, window, copied, _rival(scores, event_ids, int(groups[copied])))
    open_to_it = scores.copy()
    _forbid(open_to_it, event_ids, window.held.locked)  # a locked event may still be its rival
    chosen = int(np.argmax(open_to_it))
    if open_to_it[chosen] < JOIN_AT:
        return _alone(subject, rival=_rival(scores, event_ids, None))
    nearest = int(np.argmax(np.where(groups[compared.rows] == chosen, compared.logits, -np.inf)))
    return Placement(
        article_id=subject.article_id,
        event_id=event_ids[chosen],
        probability=round(float(scores[chosen]), 4),
        because=because(subject, window, compared, nearest),
        nearest_rival=_rival(scores, event_ids, chosen),
        copy_of=None,
        ruleset=RULESET,
    )


def can_be_joined(reading: Reading) -> bool:
    """Whether another article may be compared with this one; a roundup tells of many happenings and stays alone."""
    is_roundup = reading.facts.type is ArticleType.ROUNDUP
    return not is_roundup and reading.facts.language_supported and reading.engine == ENGINE


def is_print(one: Reading, other: Reading) -> bool:
    """Whether two articles print one text. One publisher's daily posts repeat a template and are no copies."""
    alike = repeats if one.publisher_id != other.publisher_id else reprints
    return alike(one.sketch, other.sketch)


def _scores(compared: Comparison, event_ids: list[str], groups: NDArray[np.intp]) -> Measure:
    """[events]: of every event in the window, a member that is no candidate counting as improbable."""
    probabilities = np.zeros(len(groups))
    probabilities[compared.rows] = compared.probabilities
    return event_scores(probabilities, groups, len(event_ids))


def _forbid(scores: Measure, event_ids: list[str], forbidden: frozenset[str]) -> None:
    if forbidden:
        scores[[event_id in forbidden for event_id in event_ids]] = 0.0


def _alone(subject: Reading, reasons: tuple[Evidence, ...] = (), rival: Rival | None = None) -> Placement:
    return Placement(subject.article_id, new_id("evt"), 1.0, reasons, rival, None, RULESET)


def _as_copy(subject: Reading, window: Window, row: int, rival: Rival | None) -> Placement:
    return Placement(
        article_id=subject.article_id,
        event_id=window.event_ids[row],
        probability=1.0,
        because=(Evidence("same_text", "the text is nearly the same, word for word", 1.0, 1.0),),
        nearest_rival=rival,
        copy_of=window.originals[window.readings[row].article_id],
        ruleset=RULESET,
    )


def _copied(subject: Reading, window: Window, contained: Measure, barred: frozenset[str]) -> int | None:
    for article_id in window.sketches.copies_among(subject.sketch, contained):
        row = window.rows[article_id]
        other = window.readings[row]
        if window.event_ids[row] in barred:
            continue
        if abs(other.published_at - subject.published_at) <= WINDOW and is_print(subject, other):
            return row
    return None


def _rival(scores: Measure, event_ids: list[str], chosen: int | None) -> Rival | None:
    others = scores.copy()
    if chosen is not None:
        others[chosen] = 0.0
    best = int(np.argmax(others))
    return Rival(event_ids[best], round(float(others[best]), 4)) if others[best] >= RIVAL_FROM else None
