"""Which charset a page is in, by what its server, its bytes and the page itself say."""

import re
from collections.abc import Iterator
from email.message import Message

from ingest.charsets import SUPERSETS, codec_of

IN_META = re.compile(rb"<meta\b[^>]{0,200}?\bcharset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{2,40})", re.IGNORECASE)
HEAD_BYTES = 4096


def charsets(body: bytes, content_type: str) -> Iterator[str]:
    """Names of charsets to try in this order, strictly; all of them Python's names of charsets that it has.

    Before what the page says comes UTF-8, as no text in another charset with letters beyond ASCII happens to be that.
    """
    header = Message()
    header["content-type"] = content_type
    yield from _meant(header.get_content_charset() or "")
    yield "utf-8"
    declared = IN_META.search(body[:HEAD_BYTES])
    yield from _meant(declared[1].decode("ascii") if declared else "")


def _meant(label: str) -> tuple[str, ...]:
    name = codec_of(label)
    return (SUPERSETS.get(name, name), name) if name else ()
