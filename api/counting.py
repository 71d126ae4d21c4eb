"""What this process counts of its requests."""

from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NO_ROUTE = "none"  # whatever stands at no route: one label, for anyone can ask for any path


class Metrics:
    """The counters of one process. Those of what is kept ready are bound once: a hot read has no time for labels."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        labels = ("route", "status", "answered_from")
        self._requests = Counter("secondsource_requests", "Replies begun.", labels, registry=self.registry)
        self._seconds = Histogram(
            "secondsource_request_seconds",
            "From a request to the beginning of its reply, where that was not kept ready.",
            ("route",),
            registry=self.registry,
        )
        self._from_memory: dict[tuple[str, int], Counter] = {}

    def sent_from_memory(self, route: str, status: int) -> None:
        """Counts a reply that was kept ready."""
        known = self._from_memory.get((route, status))
        if known is None:
            known = self._from_memory[route, status] = self._requests.labels(route, str(status), "memory")
        known.inc()

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Counts any other."""
        self._requests.labels(route, str(status), "application").inc()
        self._seconds.labels(route).observe(seconds)


class Metered:
    """ASGI middleware, the innermost: the router writes the route into the scope that it is given."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, has_begun = perf_counter(), False

        async def send_and_count(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                self._metrics.answered(_route(scope), message["status"], perf_counter() - began)
            await send(message)

        try:
            await self._app(scope, receive, send_and_count)
        except Exception:
            if not has_begun:
                self._metrics.answered(_route(scope), 500, perf_counter() - began)
            raise


def _route(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", NO_ROUTE))
