"""Whether the database answers in time and has the schema of this version."""

from dataclasses import dataclass, field
from threading import Event, Lock, Thread

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from storage.migrating import is_current

ANSWERS_WITHIN_SECONDS = 2.0  # who asks again and again waits for a second or a few
UNREACHABLE = "The database cannot be reached."
SLOW = "The database does not answer in time."
OTHER_SCHEMA = "The database waits for `secondsource migrate`, or belongs to a later version."


@dataclass(slots=True)
class _Look:
    """One question to the database, and what is wrong by its answer: None is nothing."""

    ended: Event = field(default_factory=Event)
    wrong: str | None = SLOW


class Readiness:
    """Asks one question at a time: whoever comes meanwhile waits for that one's answer.

    So a database that hangs holds one thread and one connection, however often somebody asks.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = Lock()
        self._look: _Look | None = None

    def wrong(self) -> str | None:
        """Why nothing can be served just now, in a sentence; None: it can. Takes ANSWERS_WITHIN_SECONDS at most."""
        with self._lock:
            if self._look is None or self._look.ended.is_set():
                self._look = _Look()
                Thread(target=self._ask, args=(self._look,), daemon=True).start()
            look = self._look
        return look.wrong if look.ended.wait(ANSWERS_WITHIN_SECONDS) else SLOW

    def _ask(self, look: _Look) -> None:
        try:
            look.wrong = None if is_current(self._engine) else OTHER_SCHEMA
        except SQLAlchemyError:
            look.wrong = UNREACHABLE
        finally:
            look.ended.set()
