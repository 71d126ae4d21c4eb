"""Says what two events have in common and what not."""

from dataclasses import dataclass
from datetime import timedelta

from api.words import theme_words
from cluster.comparing import About, Finding, Point, SideBySide

ABOUT_WORDS = {
    About.TIME: "Time",
    About.FIGURE: "Figure",
    About.ASSET: "Assets",
    About.ACTOR: "Names",
    About.THEME: "Themes",
}
FINDING_WORDS = {Finding.CONFLICT: "Differs", Finding.SHARED: "Shared"}
LISTED = 4  # words of one side


@dataclass(frozen=True, slots=True)
class PointShown:
    """One line of evidence; `here` and `there` are empty where both have the same."""

    finding: str  # conflict | shared
    says: str  # in a word
    about: str
    text: str
    here: str = ""
    there: str = ""


def point_words(point: Point, found: SideBySide) -> PointShown:
    """What both events speak of, in words."""
    says, about = FINDING_WORDS[point.finding], ABOUT_WORDS[point.about]
    if point.about is About.TIME:
        return PointShown(point.finding, says, about, gap_words(found))
    here, there = (_listed(point, words) for words in (point.here, point.there))
    name = f"{point.name[:1].upper()}{point.name[1:]}"
    if here == there:
        return PointShown(point.finding, says, about, f"{name}: {here}" if name else here)
    return PointShown(point.finding, says, about, name, here, there)


def gap_words(found: SideBySide) -> str:
    """How far apart two events were reported."""
    if not found.gap:
        return "Reported over the same hours"
    return f"{_span(found.gap)} between the last report of one and the first of the other"


def _span(gap: timedelta) -> str:
    minutes = round(gap.total_seconds() / 60)
    if minutes < 120:
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    hours = round(minutes / 60)
    return f"{hours} hours" if hours < 72 else f"{round(hours / 24)} days"


def _listed(point: Point, words: tuple[str, ...]) -> str:
    shown = [theme_words(word) if point.about is About.THEME else word for word in words[:LISTED]]
    more = len(words) - len(shown)
    return ", ".join([*shown, *([f"{more} more"] if more else [])])
