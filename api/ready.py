"""A reply as bytes, in every form it can be asked for: whole, gzipped, or as the 304 of who has it already."""

import gzip
import hashlib
import re
from collections.abc import Iterable, Mapping

from starlette.responses import Response
from starlette.types import Message

from api.shown.sites import Showing

GZIP_FROM_BYTES = 1000
GZIP_LEVEL = 9  # as Starlette's middleware has it, which gzips all other replies
PARTS_BYTES = 4_000  # what headers and messages of one reply take beside its bodies
_NO_GZIP = re.compile(rb"\bgzip\s*;\s*q=0(\.0*)?\s*(,|$)")
_VARY = (b"vary", b"Accept-Encoding")

RawHeaders = Iterable[tuple[bytes, bytes]]


def etag_of(body: bytes) -> str:
    """Weak, for the same body also goes out gzipped."""
    return f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def names(if_none_match: str, etag: str) -> bool:
    """Whether an `If-None-Match` header holds this ETag, strong or weak alike."""
    given = {one.strip().removeprefix("W/") for one in if_none_match.split(",")}
    return "*" in given or etag.removeprefix("W/") in given


def takes_gzip(accept_encoding: bytes) -> bool:
    """Whether an `Accept-Encoding` header allows gzip by its name."""
    return b"gzip" in accept_encoding and not _NO_GZIP.search(accept_encoding)


def unchanged(body: bytes, headers: Mapping[str, str]) -> Response:
    """The 304 instead of a body; where that is gzipped on request, it says so as the 200 does."""
    varies = {"vary": "Accept-Encoding"} if len(body) >= GZIP_FROM_BYTES else {}
    return Response(status_code=304, headers={**headers, **varies})


class Ready:
    """A JSON reply. `headers` are those it has besides length and type; with an `etag` it can be a 304.

    `showing` is what is to be counted whenever it is sent; None for nothing.
    """

    def __init__(self, status: int, body: bytes, headers: Mapping[str, str], showing: Showing | None = None) -> None:
        self.showing = showing
        self._etag = headers.get("etag")
        self._plain = _messages(Response(body, status, headers, "application/json"))
        self._unchanged = _messages(unchanged(body, headers))
        self._gzipped = None
        self.size_bytes = PARTS_BYTES + len(body)
        if len(body) >= GZIP_FROM_BYTES:
            packed = gzip.compress(body, GZIP_LEVEL, mtime=0)
            self._gzipped = _messages(Response(packed, status, {**headers, "content-encoding": "gzip"}))
            self._gzipped[0]["headers"] += [(b"content-type", b"application/json"), _VARY]
            self._plain[0]["headers"].append(_VARY)
            self.size_bytes += len(packed)

    def messages(self, asked: RawHeaders) -> tuple[Message, Message]:
        """What to send to who asked with these headers. Nobody may alter it: it is sent again."""
        found = self._plain
        for name, value in asked:
            if name == b"accept-encoding":
                if self._gzipped and takes_gzip(value):
                    found = self._gzipped
            elif name == b"if-none-match" and self._etag and names(value.decode("latin-1"), self._etag):
                return self._unchanged
        return found

    def response(self, asked: RawHeaders = ()) -> Response:
        """The same for a handler."""
        start, body = self.messages(asked)
        made = Response(body["body"], start["status"])
        made.raw_headers = list(start["headers"])
        if start is self._plain[0] and self._gzipped:
            made.raw_headers.remove(_VARY)  # the middleware adds it
        return made


def _messages(form: Response) -> tuple[Message, Message]:
    start = {"type": "http.response.start", "status": form.status_code, "headers": list(form.raw_headers)}
    return start, {"type": "http.response.body", "body": form.body}
