"""Counts in memory, within a number of names an hour, until somebody writes it down."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from threading import Lock

OTHER = "other"  # no site's name, and no feed's address
NAMES_OF_ONE = 100  # in an hour, of one subject; anybody may send any number of them
NAMES = 20_000  # in an hour, of all subjects: some 6 MB

Key = tuple[str, str]  # a subject and, of its names, the one that was seen


class Tally:
    """How often each name of a subject was seen. What exceeds the room of one is counted under OTHER, of all nowhere.

    Handlers count in threads, and so does the event loop.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._hour: datetime | None = None
        self._known: defaultdict[str, set[str]] = defaultdict(set)  # in this hour
        self._room = NAMES
        self._counted: dict[Key, int] = {}

    def count(self, subject: str, name: str, times: int = 1) -> None:
        """Counts a name, or that there are more than are told apart."""
        key = (subject, name)
        with self._lock:
            if key in self._counted:  # nearly always: hot reads have no time for more
                self._counted[key] += times
            elif self._is_known(subject, name):
                self._counted[key] = times
            elif self._is_known(subject, OTHER):
                self._counted[subject, OTHER] = self._counted.get((subject, OTHER), 0) + times

    def take(self, hour: datetime) -> dict[Key, int]:
        """What was counted since the last time; in another hour than then, there is room for other names."""
        with self._lock:
            taken, self._counted = self._counted, {}
            if hour != self._hour:
                self._hour, self._room = hour, NAMES
                self._known.clear()
            return taken

    def put_back(self, taken: Mapping[Key, int]) -> None:
        """Counts again what could not be written down."""
        for (subject, name), times in taken.items():
            self.count(subject, name, times)

    def _is_known(self, subject: str, name: str) -> bool:
        names = self._known.get(subject, ())
        if name in names:
            return True
        if not self._room or (len(names) >= NAMES_OF_ONE and name != OTHER):
            return False
        self._known[subject].add(name)
        self._room -= 1
        return True
