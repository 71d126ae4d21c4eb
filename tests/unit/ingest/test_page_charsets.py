"""A page is read in the charset that it is in, whatever it is called, and no codec is taken that is none."""

import pytest

from ingest.page_charsets import charsets


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("text/html; charset=koi8-r", b"<p>", ["koi8-r", "koi8-r", "utf-8"]),
        ("text/html; charset=ISO-8859-1", b"<p>", ["cp1252", "iso8859-1", "utf-8"]),
        ("text/html", b"<meta charset=gbk>", ["utf-8", "gb18030", "gbk"]),
        (
            "",
            b"<META http-equiv=Content-Type content='text/html; charset=Shift_JIS'>",
            ["utf-8", "cp932", "shift_jis"],
        ),
        ("text/html; charset=martian", b"<meta charset='klingon'>", ["utf-8"]),
        ("text/html; charset=hex", b"<meta charset='punycode'>", ["utf-8"]),
        ("text/html; charset=utf-7", b"<p>charset=koi8-r</p>", ["utf-8"]),
        ("text/html; charset=\x00", b"<meta" + b" " * 100_000 + b"charset=koi8-r>", ["utf-8"]),
    ],
)
def test_charsets_come_from_the_server_then_the_bytes_then_the_page(
    content_type: str, body: bytes, expected: list[str]
) -> None:
    assert list(charsets(body, content_type)) == expected
