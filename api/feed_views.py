"""Turns what is known of feeds into the words of the status page."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cluster.lending import headline
from ingest.failing import Grade
from ingest.feed_status import FeedStatus, State, state
from ingest.oddity import Oddity
from ingest.oddity_words import oddities_said, oddity_words
from ingest.outcome import ANSWERED, Outcome
from ingest.quarantine_store import SetAside

# What needs a look comes first.
STATE_ORDER = (State.GONE, State.UNREACHABLE, State.FAILING, State.NOT_POLLED, State.QUIET, State.WELL)
STATE_CHIPS = {
    State.GONE: "chip-high",
    State.UNREACHABLE: "chip-high",
    State.FAILING: "chip-medium",
    State.NOT_POLLED: "chip-low",
    State.QUIET: "chip-low",
    State.WELL: "chip-good",
}
STATE_MEANS = {
    State.GONE: "its publisher says that it is gone for good (410), so it was turned off",
    State.UNREACHABLE: "no feed for a day or more; it is still tried, ever less often",
    State.FAILING: "the last poll gave no feed",
    State.NOT_POLLED: "its turn has not come",
    State.QUIET: "answers, but has had nothing new for long",
    State.WELL: "answers as it should",
}
GRADE_MEANS = {
    Grade.TEMPORARY: "temporary: tried again within the hour",
    Grade.SOFT: "soft: somebody has to mend it; tried again within 6 h",
    Grade.HARD: "hard: it seems to be meant so; tried again within a day",
}
ANSWERS = {
    Outcome.OK: "a feed",
    Outcome.NOT_MODIFIED: "nothing new",
    Outcome.UNCHANGED: "the same as before",
    Outcome.NO_TURN: "not asked: our other requests to its host took all the time",
    Outcome.NO_TIME: "not read: other feeds took all the time",
    Outcome.BROKE: "broken off by a mistake of ours",
    Outcome.REDIRECTED: "redirects nowhere",
    Outcome.NO_CONTENT: "no feed in its answer",
    Outcome.HTTP_CLIENT_ERROR: "refused",
    Outcome.HTTP_SERVER_ERROR: "its server is in trouble",
    Outcome.TIMEOUT: "no answer in time",
    Outcome.REFUSED_ADDRESS: "not asked: its address is not public",
    Outcome.NAME_NOT_FOUND: "its name has no address",
    Outcome.CONNECTION_FAILED: "no connection",
    Outcome.TLS_FAILED: "no secure connection",
    Outcome.TOO_LARGE: "more than we read",
    Outcome.TOO_MANY_REDIRECTS: "redirects without end",
    Outcome.BAD_URL: "its address is none",
    Outcome.BAD_ENCODING: "an encoding we did not ask for",
    Outcome.NOT_A_FEED: "a page, but no feed",
    Outcome.PARSE_TIMEOUT: "a feed that takes too long to read",
    Outcome.PARSE_FAILED: "a feed that breaks its reader",
}
STATUS_ANSWERS = {
    401: "wants a sign-in",
    403: "refuses us",
    404: "no such page",
    410: "gone for good",
    429: "asks us to wait",
    503: "not available for now",
}
UNIT_WORDS = {"feed": "Polls", "entry": "Entries", "page": "Article pages"}
OUTCOME_WORDS = {
    "robots": "forbidden by robots.txt",
    "http_4xx": "refused (4xx)",
    "http_5xx": "server in trouble (5xx)",
    "ok": "read",
    "wall": "a check for humans or consent",
    "quarantined": "set aside",
}


@dataclass(frozen=True, slots=True)
class SetAsideRow:
    """An entry whose page broke its reader, as the status page names it."""

    article_id: str | None
    title: str  # "" where nothing was kept of it
    publisher: str
    since: datetime | None


def set_aside_rows(found: Sequence[SetAside]) -> list[SetAsideRow]:
    """Entries in quarantine, for the status page."""
    return [SetAsideRow(one.article_id, headline(one.title or ""), one.publisher.name, one.since) for one in found]


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One feed on the status page."""

    feed: FeedStatus
    state: State
    chip: str
    answer: str
    trouble: str | None  # what its failures are, and what follows; None while it answers
    afterwards: str | None  # how often it is asked from then on; None while nothing says so, or it is not what counts
    odd: list[str]  # what was odd about its last body


def feed_rows(
    feeds: Sequence[FeedStatus], now: datetime, oddities: Mapping[int, Mapping[Oddity, int]]
) -> list[FeedRow]:
    """A row for each feed, those that need a look first, else in the order given; `oddities` are by feed."""
    rows = [_row(feed, state(feed, now), oddities.get(feed.id, {})) for feed in feeds]
    return sorted(rows, key=lambda row: STATE_ORDER.index(row.state))


def state_counts(rows: Sequence[FeedRow]) -> list[tuple[State, int]]:
    """How many feeds are in each state, states without any left out."""
    counted = Counter(row.state for row in rows)
    return [(one, counted[one]) for one in STATE_ORDER if counted[one]]


def outcome_lists(counts: Mapping[tuple[str, Outcome], int]) -> list[tuple[str, list[tuple[str, int]]]]:
    """For polls, entries and pages: how each ended, in words, and how often, most often first."""
    named = {
        unit: sorted(
            ((_outcome_words(outcome), count) for (of, outcome), count in counts.items() if of == unit),
            key=lambda one: (-one[1], one[0]),
        )
        for unit in UNIT_WORDS
    }
    return [(UNIT_WORDS[unit], listed) for unit, listed in named.items() if listed]


def oddity_list(polls: Mapping[Oddity, int]) -> list[tuple[str, int]]:
    """In how many polls each oddity was met, in words, most often first."""
    return sorted(((oddity_words(oddity), count) for oddity, count in polls.items()), key=lambda one: (-one[1], one[0]))


def relative_words(instant: datetime, now: datetime) -> str:
    """An instant seen from now: `3 min ago`, `in 2 h`, `now`."""
    away = duration_words(abs(instant - now))
    if away is None:
        return "now"
    return f"{away} ago" if instant < now else f"in {away}"


def duration_words(duration: timedelta) -> str | None:
    """A duration in its largest unit, rounded: `7 min`, `2 h`, `5 days`; None below half a minute."""
    minutes = round(duration.total_seconds() / 60)
    if minutes < 1:
        return None
    if minutes < 90:
        return f"{minutes} min"
    hours = round(minutes / 60)
    return f"{hours} h" if hours < 48 else f"{round(hours / 24)} days"


def _row(feed: FeedStatus, word: State, odd: Mapping[Oddity, int]) -> FeedRow:
    return FeedRow(
        feed, word, STATE_CHIPS[word], _answer(feed), _trouble(feed, word), _afterwards(feed), oddities_said(odd)
    )


def _trouble(feed: FeedStatus, word: State) -> str | None:
    if word is State.GONE:
        return STATE_MEANS[word]
    return GRADE_MEANS[feed.grade] if feed.grade and feed.enabled else None


def _afterwards(feed: FeedStatus) -> str | None:
    every = duration_words(feed.interval) if feed.interval and feed.enabled and not feed.failures else None
    if every is None:
        return None
    return f"slowing to about every {every}" if _is_slowing(feed) else f"then about every {every}"


def _is_slowing(feed: FeedStatus) -> bool:
    """Whether it waits for less than its interval yet. A feed of once a day waits a tenth less for good."""
    if feed.interval is None or feed.last_poll_at is None:
        return False
    return feed.next_poll_at - feed.last_poll_at < feed.interval * 0.9


def _answer(feed: FeedStatus) -> str:
    """What it last answered: the HTTP status, where one came, and what that was."""
    if feed.last_outcome is None:
        return "not asked yet"
    is_error = feed.last_outcome in (Outcome.HTTP_CLIENT_ERROR, Outcome.HTTP_SERVER_ERROR, Outcome.NO_CONTENT)
    known = STATUS_ANSWERS.get(feed.last_http_status or 0) if is_error else None
    words = known or ANSWERS.get(feed.last_outcome, _outcome_words(feed.last_outcome))
    is_told = feed.last_outcome in ANSWERED or is_error or feed.last_outcome is Outcome.NOT_A_FEED
    return f"{feed.last_http_status}: {words}" if feed.last_http_status and is_told else words


def _outcome_words(outcome: Outcome) -> str:
    return OUTCOME_WORDS.get(outcome.value, outcome.value.replace("_", " "))
