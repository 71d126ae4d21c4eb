"""Programs that keep up with the service while it is disturbed: a follower of the log, and one that notes event ids."""

import http.client
import json
import threading
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from tests.following import Follower

LOOKS_EVERY_SECONDS = 0.3
PAGE = 100
ANSWERS = frozenset({200, 307, 410})  # to an id that was shown once
MAY_FAIL = frozenset({500, 503})  # while its database is away


@dataclass(slots=True)
class Watcher:
    """What was seen of the API on one port, and what was wrong with it."""

    port: int
    follower: Follower = field(default_factory=Follower)
    shown: set[str] = field(default_factory=set)  # event ids
    wrong: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def follow(self) -> None:
        """Reads the log from its cursor, whenever somebody answers."""
        while not self.stop.wait(LOOKS_EVERY_SECONDS):
            while self.take_page(self.follower):
                pass

    def look_around(self) -> None:
        """Notes the ids that lists show, and now and then asks for one that was seen long ago."""
        while not self.stop.wait(LOOKS_EVERY_SECONDS):
            found = self.ask(f"/v1/events?sort=recency&limit={PAGE}")
            if found:
                self.shown |= {row["id"] for row in found["data"]}
            for event_id in sorted(self.shown)[:: max(1, len(self.shown) // 5)]:
                if self.status_of(event_id) == 404:
                    self.wrong.append(f"{event_id} was shown and answered 404 later")

    def take_page(self, follower: Follower) -> bool:
        """One page of the log behind what a follower has; whether there was any."""
        after = follower.seen[-1] if follower.seen else 0
        found = self.ask(f"/v1/changes?limit={PAGE}&after={after}")
        for row in found["data"] if found else ():
            if row["seq"] <= after:
                self.wrong.append(f"row {row['seq']} of the log came behind row {after}")
            self.shown.add(row["event_id"])
            try:
                follower.take(row)
            except AssertionError as error:
                self.wrong.append(f"row {row['seq']} of the log: {error}")
                follower.seen.append(row["seq"])
            after = row["seq"]
        return bool(found and found["data"])

    def ask(self, path: str) -> Any:
        """What is answered, parsed; None where nobody answers or it is no 200."""
        status, body = self._get(path)
        if status and status != 200 and status not in MAY_FAIL:
            self.wrong.append(f"{path} answered {status}")
        return json.loads(body) if status == 200 else None

    def status_of(self, event_id: str) -> int:
        """How the page of an event answers, not redirected; 0 where nobody does."""
        return self._get(f"/v1/events/{event_id}")[0]

    def _get(self, path: str) -> tuple[int, bytes]:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)) as connection:
                connection.request("GET", path)
                answer = connection.getresponse()
                return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
