"""Which charset a page is in, by what its server, its bytes and the page itself say."""

import codecs
import re
from collections.abc import Iterator
from email.message import Message

IN_META = re.compile(rb"<meta\b[^>]{0,200}?\bcharset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{2,40})", re.IGNORECASE)
HEAD_BYTES = 4096
# What pages mean by a charset's name, as browsers read it.
MEANT = {"ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030",
         "shift_jis": "cp932", "euc_kr": "cp949", "tis-620": "cp874"}  # fmt: skip
# Python's own, of which some take time in the square of a text's length, and the one that hides markup.
UNFIT = frozenset({"punycode", "idna", "unicode-escape", "raw-unicode-escape", "undefined", "utf-7"})


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
    try:
        name = codecs.lookup(label).name
        "".encode(name)  # hex and the like are no charsets
    except (LookupError, ValueError):
        return ()
    return () if name in UNFIT else (MEANT.get(name, name), name)
