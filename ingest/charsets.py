"""Reads bytes as the text they are, whatever charset a publisher says that they are in."""

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from email.message import Message

import charset_normalizer

DECLARATION = re.compile(rb"""<\?xml\s[^<>]{0,200}?\bencoding\s{0,9}=\s{0,9}["']([\w.:-]{1,40})["']""", re.A)
OTHERS, PAIRED = re.compile(rb"[\x80-\xff]"), re.compile(rb"[\x80-\xff](?=[\x80-\xff])")
SNIFFED = 2000  # bytes in which a declaration stands
GUESSED_FROM, GUESSED_BY = 20_000, 40  # bytes; a guess costs seconds for a megabyte, and by fewer letters it is a lot
MARKS = (  # the longer first: UTF-32's begins as UTF-16's does
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    # No mark, but the first characters of XML in units of two or four bytes.
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
EBCDIC = b"\x4c\x6f\xa7\x94"  # `<?xm`
# What a label means on the web, where it is more than the standard of that name; and names that Python lacks.
SUPERSETS = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949", "shift_jis": "cp932", "big5": "big5hkscs",
}  # fmt: skip
ALIASES = {"mac": "mac-roman", "csmacintosh": "mac-roman", "x-mac-roman": "mac-roman", "ms-cyrl": "cp1251",
           "x-sjis": "cp932", "x-gbk": "gb18030", "windows-949": "cp949", "dos-874": "cp874"}  # fmt: skip
# They make other text of plain ASCII, or cost more the longer a text is.
REFUSED = frozenset({"utf-7", "unicode-escape", "raw-unicode-escape", "punycode", "idna", "undefined"})


def as_text(body: bytes, content_type: str) -> tuple[str, bool]:
    """The text of an XML body, and whether it is in another charset than its mark, header and declaration say.

    What cannot be read in any is read with U+FFFD in the place of what is wrong.
    """
    mark, marked = next(((mark, charset) for mark, charset in MARKS if body.startswith(mark)), (b"", ""))
    if marked:
        is_true_mark = mark[:1] != b"<" and mark[-1:] != b"<"
        return body[len(mark) if is_true_mark else 0 :].decode(marked, "replace"), False
    if body.startswith(EBCDIC):
        return _as_ebcdic(body), False
    declared = list(_declared(body, content_type))
    if body.isascii():
        # It tells nothing; only the charsets that switch by escapes mean something else by it.
        switching = next((charset for charset in declared if charset.startswith(("iso2022", "hz"))), "ascii")
        return body.decode(switching, "replace"), False
    # First, for text in another charset is hardly ever UTF-8 by chance, while servers call UTF-8 Latin-1 or anything.
    # And with a few bytes wrong: of Latin-1, say, no byte is wrong, whatever the text is in truth.
    mended = body.decode("utf-8", "replace")
    if mended.count("\N{REPLACEMENT CHARACTER}") * 8 <= sum(character > "\x7f" for character in mended):
        return mended, bool(declared) and "utf-8" not in declared
    for charset in declared:
        try:
            return body.decode(charset), False
        except UnicodeDecodeError:
            continue
    return _guessed(body), True


def _declared(body: bytes, content_type: str) -> Iterator[str]:
    """The codecs that header and declaration name, in the order in which they count; unknown ones are left out."""
    header = Message()
    header["content-type"] = content_type.replace("\n", " ").replace("\r", " ")
    found = DECLARATION.search(body[:SNIFFED])
    for label in (header.get_param("charset"), found[1].decode("ascii") if found else None):
        codec = _codec(label) if isinstance(label, str) else None
        if codec:
            yield codec


def codec_of(label: str) -> str | None:
    """Python's name of a charset; None of one that it does not have or that is not to be read."""
    try:
        name = codecs.lookup(label).name
        "".encode(name)  # hex and the like are no charsets
    except (LookupError, ValueError):
        return None
    return None if name in REFUSED else name


def _codec(label: str) -> str | None:
    name = label.strip(" \"'").lower()
    codec = codec_of(ALIASES.get(name, name))
    # The body was seen to be in bytes, so a label of wider units is as wrong as one that nobody knows.
    return None if codec is None or codec.startswith(("utf-16", "utf-32")) else SUPERSETS.get(codec, codec)


def _as_ebcdic(body: bytes) -> str:
    found = DECLARATION.search(body[:SNIFFED].decode("cp037").encode("ascii", "replace"))
    stated = (codec_of(found[1].decode("ascii")) if found else None) or "cp037"
    is_another = EBCDIC.decode(stated, "replace") != "<?xm"
    return body.decode("cp037" if is_another else stated, "replace")


def _guessed(body: bytes) -> str:
    """Letters of other scripts than Latin stand side by side; those with accents stand alone, and are Windows'."""
    others, paired = len(OTHERS.findall(body[:GUESSED_FROM])), len(PAIRED.findall(body[:GUESSED_FROM]))
    if others >= GUESSED_BY and paired * 3 > others:
        guess = charset_normalizer.from_bytes(body[:GUESSED_FROM]).best()
        with suppress(UnicodeDecodeError):
            if guess:
                return body.decode(guess.encoding)
    return body.decode("cp1252", "replace")
