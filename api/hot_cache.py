"""Ready replies in memory, within a number of bytes: those asked for least recently go first."""

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from threading import Lock
from time import monotonic

from api.ready import Ready

Key = str | bytes  # the path, or the query as it was sent
FOR_EVER = float("inf")
# What an id takes, its places in both indexes included, where no other reply speaks of it; by tracemalloc 350 to 370.
ID_BYTES = 370


@dataclass(frozen=True, slots=True)
class Kept:
    """A reply, the ids that it speaks of, and until when on the monotonic clock it may be sent."""

    ready: Ready
    ids: frozenset[str]
    until: float


class HotCache:
    """Replies by key. Handlers keep them in threads, the event loop asks for them, a follower of the log drops them."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._speaking_of: defaultdict[str, set[Key]] = defaultdict(set)
        self._lock = Lock()
        self.size_bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Key) -> Ready | None:
        """The reply, if it is here and holds."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept.until < monotonic():
                return None
            self._kept.move_to_end(key)
            return kept.ready

    def keep(self, key: Key, ready: Ready, ids: Iterable[str], until: float = FOR_EVER) -> None:
        """Puts a reply in the place of what was there; one larger than a tenth of all room is not kept."""
        with self._lock:
            self._forget(key)
            kept = Kept(ready, frozenset(ids), until)
            if (size := _size(key, kept)) > self._limit_bytes // 10:
                return
            self._kept[key] = kept
            self.size_bytes += size
            for one in kept.ids:
                self._speaking_of[one].add(key)
            while self.size_bytes > self._limit_bytes:
                self._forget(next(iter(self._kept)))

    def drop(self, ids: Collection[str]) -> None:
        """Forgets what speaks of any of these articles, publishers and events."""
        with self._lock:
            for one in ids:
                for key in list(self._speaking_of.get(one, ())):
                    self._forget(key)

    def clear(self) -> None:
        """Forgets everything."""
        with self._lock:
            self._kept.clear()
            self._speaking_of.clear()
            self.size_bytes = 0

    def _forget(self, key: Key) -> None:
        kept = self._kept.pop(key, None)
        if kept is None:
            return
        self.size_bytes -= _size(key, kept)
        for one in kept.ids:
            keys = self._speaking_of[one]
            keys.discard(key)
            if not keys:
                del self._speaking_of[one]


def _size(key: Key, kept: Kept) -> int:
    return len(key) + kept.ready.size_bytes + ID_BYTES * len(kept.ids)
