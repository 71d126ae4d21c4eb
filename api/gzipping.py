"""Gzips what is not kept ready, but for who says not to."""

from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Receive, Scope, Send

from api.ready import takes_gzip


class Gzipping(GZipMiddleware):
    """ASGI middleware: Starlette's, which gzips for whoever names gzip, `gzip;q=0` too."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers with or without gzip."""
        if scope["type"] == "http":
            kept = [one for one in scope["headers"] if one[0] != b"accept-encoding" or takes_gzip(one[1])]
            scope = {**scope, "headers": kept}
        await super().__call__(scope, receive, send)
