"""How long articles take until they are seen and until readers can see them, as the buckets of histograms."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

# Seconds. Polling aims at 2 minutes to a day, reading and placing at seconds: half a minute to a day, each about twice
# or three times the one before.
BOUNDS = (10, 30, 60, 120, 300, 600, 1200, 3600, 7200, 21600, 86400)
BEYOND = 2_000_000_000  # the bound of what took longer than all of them


class Step(StrEnum):
    """What is timed."""

    SEEN = "seen"  # from its publication on
    VISIBLE = "visible"  # from when it was seen until its event said that it has it
    WHOLE = "whole"  # from its publication until then


@dataclass(frozen=True, slots=True)
class Delays:
    """The delays of one publisher's articles in one step."""

    publisher_id: str
    step: Step
    counts: tuple[int, ...]  # of each of BOUNDS, and of BEYOND; those of lesser bounds not in it
    seconds: float  # together


def bound_of(delay: timedelta) -> int:
    """The least bound that a delay, in seconds, does not exceed."""
    return (*BOUNDS, BEYOND)[bisect_left(BOUNDS, delay.total_seconds())]
