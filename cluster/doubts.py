"""What needs a person first: doubts about one event or about two, and how much each is one."""

from dataclasses import dataclass
from enum import StrEnum


class DoubtKind(StrEnum):
    """What an editor is asked."""

    NEAR_MISS = "near_miss"  # do the two tell one happening?
    BORDERLINE_MERGE = "borderline_merge"  # does this one report belong here?
    SUGGESTED_SPLIT = "suggested_split"  # are these two happenings?
    ONE_ORIGIN = "one_origin"  # does it look better confirmed than it is?
    DISPUTED_FIGURES = "disputed_figures"  # which number is right?
    SUDDEN_GROWTH = "sudden_growth"  # has a new happening come to an old event?
    STALE_LEAD = "stale_lead"  # does another report say it better by now?
    UNDATED = "undated"  # when was it?


GROUPING = frozenset({DoubtKind.NEAR_MISS, DoubtKind.BORDERLINE_MERGE, DoubtKind.SUGGESTED_SPLIT})
REPORTING = frozenset(DoubtKind) - GROUPING


class Side(StrEnum):
    """Where a clue is found: in the event, or the part of it with its lead; in the other event or part; in both."""

    HERE = "here"
    THERE = "there"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Clue:
    """One thing to weigh. What stands on one side alone speaks for two happenings, what on both for one."""

    what: str  # report | figure | name | asset | source
    side: Side
    text: str  # of a report its title
    article_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """A question about an event, for a person to answer."""

    event_id: str  # of two events the one that was opened first
    kind: DoubtKind
    doubt: float  # 0 to 1, see `doubtful`
    text: str
    evidence: tuple[Clue, ...]
    other_id: str | None = None  # the second event of a near miss
    about: str = ""  # what of the event: an article's id, a source, a quantity; another one is asked of anew

    @property
    def event_ids(self) -> tuple[str, ...]:
        """The events that it is about, one or two."""
        return (self.event_id, self.other_id) if self.other_id else (self.event_id,)


def doubtful(wrong: float) -> float:
    """How much a person is needed where what stands is wrong with this probability.

    One from a half on: there nobody can tell without looking, and beyond it something is likely to be mended.
    """
    return round(min(1.0, 2 * wrong), 3)
