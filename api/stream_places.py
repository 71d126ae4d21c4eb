"""How many streams are open in this process, and how many of them any one client has."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.responses import Response

from api.problems import problem

ALL = 400  # each holds a socket and two tasks
OF_A_CLIENT = 20  # a newsroom behind one address has several readers
COMES_AGAIN_SECONDS = 30
TOO_MANY = "You have {} streams open here already. Close one first."
NONE_LEFT = "All streams are taken. Follow /v1/changes instead, or come again later."


class StreamPlaces:
    """Places for streams. One event loop's own."""

    def __init__(self, all_of_them: int = ALL, of_a_client: int = OF_A_CLIENT) -> None:
        self._all, self._of_a_client = all_of_them, of_a_client
        self._taken: Counter[str] = Counter()

    @property
    def open(self) -> int:
        """How many are taken."""
        return self._taken.total()

    def refusal(self, client: str) -> Response | None:
        """What a client is told that gets no place; None when there is one."""
        if self._taken[client] >= self._of_a_client:
            refused = problem(429, TOO_MANY.format(self._of_a_client))
        elif self.open >= self._all:
            refused = problem(503, NONE_LEFT)
        else:
            return None
        refused.headers["retry-after"] = str(COMES_AGAIN_SECONDS)
        return refused

    @contextmanager
    def taken(self, client: str) -> Iterator[None]:
        """A place while this is open."""
        self._taken[client] += 1
        try:
            yield
        finally:
            self._taken -= Counter({client: 1})  # which also drops a client without streams
