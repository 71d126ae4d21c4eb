"""Reads an answer's body, decoded, and never more of it than was agreed."""

import zlib
from collections.abc import Mapping

import httpcore2

GZIP = 16 + zlib.MAX_WBITS


class TooLarge(Exception):
    """The body, decoded, has more bytes than agreed."""


class BadEncoding(Exception):
    """The body is encoded in a way that was not asked for, or is broken."""


async def read_body(
    response: httpcore2.Response, headers: Mapping[str, str], max_bytes: int, is_cut: bool = False
) -> bytes:
    """The decoded body of an open answer, or with `is_cut` its first bytes; `headers` with names in lower case.

    Raises:
        TooLarge: as soon as `max_bytes` is passed, before the rest is decoded or even read.
        BadEncoding: when it is neither plain nor whole gzip.
    """
    encoding = headers.get("content-encoding", "identity").strip().lower() or "identity"
    if encoding not in ("identity", "gzip", "x-gzip"):
        raise BadEncoding(encoding)
    decoder = None if encoding == "identity" else _Gunzip()
    body = bytearray()
    async for chunk in response.aiter_stream():
        body += decoder.feed(chunk, max_bytes - len(body)) if decoder else chunk
        if len(body) > max_bytes:
            if is_cut:
                return bytes(body[:max_bytes])
            raise TooLarge
    if decoder and not decoder.is_whole:
        raise BadEncoding("truncated gzip")
    return bytes(body)


class _Gunzip:
    """Decodes gzip in pieces; several members in a row are one body."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(GZIP)
        self._is_empty = True

    @property
    def is_whole(self) -> bool:
        return self._is_empty or self._member.eof

    def feed(self, chunk: bytes, room: int) -> bytes:
        """At most one byte more than `room`, which is the sign that there is more than fits."""
        decoded = bytearray()
        while chunk and len(decoded) <= room:
            self._is_empty = False
            if self._member.eof:
                self._member = zlib.decompressobj(GZIP)
            try:
                decoded += self._member.decompress(chunk, room + 1 - len(decoded))
            except zlib.error as error:
                raise BadEncoding(str(error)) from error
            chunk = self._member.unused_data
        return bytes(decoded)
