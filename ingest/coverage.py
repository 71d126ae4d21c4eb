"""How many publishers could be reached lately, and when that is too few to tell quiet from unheard."""

from dataclasses import dataclass
from datetime import timedelta

REACHED_WITHIN = timedelta(hours=1)  # a publisher counts as reached when one of its feeds answered within this time


def half_of(publishers: int) -> int:
    """The fewest that are at least half of so many publishers."""
    return (publishers + 1) // 2


@dataclass(frozen=True, slots=True)
class Coverage:
    """Publishers that were reached within `REACHED_WITHIN`, out of those that are polled."""

    reached: int
    polled: int

    @property
    def is_poor(self) -> bool:
        """Whether fewer than half were reached; where nothing is polled, as beside a corpus, nothing is missed."""
        return self.reached < half_of(self.polled)
