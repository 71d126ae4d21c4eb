"""The replies that are kept ready, and how they stay true: by following what the database says has changed."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from threading import Lock
from time import monotonic

from api.hot_cache import FOR_EVER, HotCache, Key
from api.ready import Ready
from api.surroundings import Surroundings
from cluster.store import EventStore
from ingest.touch_store import TouchStore

EVENTS_BYTES, ADDRESSES_BYTES, WIDGETS_BYTES = 64 << 20, 16 << 20, 16 << 20
ADDRESS_PARAMETERS, WIDGET_PARAMETERS = {b"url"}, {b"url", b"event"}
LONGEST_QUERY = 4_000  # bytes; an address has at most 2,000 characters
UNKNOWN_FOR_SECONDS = 1.0  # an address that we have not read: storing an article leaves no row to follow
FOLLOWED = 1_000  # rows; who lags behind by more forgets everything instead


@dataclass(frozen=True, slots=True)
class Began:
    """What was known when a handler began to read: its reply is kept if that is what is known still."""

    at: float
    looked: int
    around: Surroundings


class HotReplies:
    """Events by path, addresses and widgets by query. Nothing is kept before the first look at the database."""

    def __init__(self, events: EventStore, touches: TouchStore, around: Callable[[], Surroundings]) -> None:
        """What looks ask, on a connection of their own: all hot reads wait for a look.

        No handler takes it but for the look behind an editor's action.
        """
        self.events = HotCache(EVENTS_BYTES)
        self.addresses = HotCache(ADDRESSES_BYTES)
        self.widgets = HotCache(WIDGETS_BYTES)
        self._caches = (self.events, self.addresses, self.widgets)
        self._log, self._touches, self._around_now = events, touches, around
        self._around: Surroundings | None = None
        self.seq, self._touch = 0, 0  # the last rows that were followed
        self._looked = 0  # how many looks found something else
        self._lock = Lock()  # between a look's last word and a reply that was read before it

    def begin(self, around: Surroundings) -> Began:
        """To be called by a handler before it reads anything but what is around."""
        return Began(monotonic(), self._looked, around)

    def keep_event(self, path: str, ready: Ready, ids: Iterable[str], began: Began) -> None:
        """Keeps what `/v1/events/{id}` says; `ids` are the event's own, its articles' and their publishers'."""
        self._keep(self.events, path, ready, ids, began, FOR_EVER)

    def keep_address(self, query: bytes, ready: Ready, ids: Iterable[str], began: Began) -> None:
        """Keeps where an address leads; without ids, that it leads nowhere yet."""
        if _is_plain(query, ADDRESS_PARAMETERS):
            self._keep_asked(self.addresses, query, ready, ids, began)

    def keep_widget(self, query: bytes, ready: Ready, ids: Iterable[str], began: Began) -> None:
        """Keeps what is shown on a page; without ids, that nothing is yet."""
        if _is_plain(query, WIDGET_PARAMETERS):
            self._keep_asked(self.widgets, query, ready, ids, began)

    def look(self) -> None:
        """Drops what is no longer true.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: when the database cannot be asked.
        """
        seq, changed = _news(self.seq, self._newest_change, self._changes_after)
        touch, touched = _news(self._touch, self._touches.newest, self._touches.after)
        around = self._around_now()
        with self._lock:
            if changed is None or touched is None or around != self._around:
                self._looked += 1
                for cache in self._caches:
                    cache.clear()
            elif ids := changed | touched:
                self._looked += 1
                for cache in self._caches:
                    cache.drop(ids)
            self.seq, self._touch, self._around = seq, touch, around

    def _keep_asked(self, cache: HotCache, query: bytes, ready: Ready, ids: Iterable[str], began: Began) -> None:
        known = frozenset(ids)
        until = FOR_EVER if known else began.at + UNKNOWN_FOR_SECONDS
        self._keep(cache, query, ready, known, began, until)

    def _keep(self, cache: HotCache, key: Key, ready: Ready, ids: Iterable[str], began: Began, until: float) -> None:
        with self._lock:
            if (began.looked, began.around) == (self._looked, self._around):
                cache.keep(key, ready, ids, until)

    def _newest_change(self) -> int:
        newest = self._log.last_change()
        return newest.seq if newest else 0

    def _changes_after(self, seq: int, limit: int) -> list[tuple[int, str]]:
        rows = self._log.changes_after(seq, limit)
        return [(row.seq, one) for row in rows for one in (row.event_id, *row.moved.came, *row.moved.went)]


def _is_plain(query: bytes, parameters: Collection[bytes]) -> bool:
    """Whether a query holds these alone, each once: any number of others would say the same."""
    given = [part.partition(b"=")[0] for part in query.split(b"&")]
    return len(query) <= LONGEST_QUERY and len(set(given)) == len(given) and set(given) <= set(parameters)


def _news(
    known: int, newest: Callable[[], int], after: Callable[[int, int], list[tuple[int, str]]]
) -> tuple[int, set[str] | None]:
    """The last row of a log by now, and whom the rows behind a known one speak of.

    None when there are too many of them, or fewer rows than there were: then nothing of what was known holds.
    """
    last = newest()
    if not known <= last <= known + FOLLOWED:
        return last, None
    rows = after(known, FOLLOWED) if last > known else []
    return (rows[-1][0] if rows else last), {about for _, about in rows}
