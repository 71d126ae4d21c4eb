"""A feed's text, whatever its server calls the charset that it is in."""

import pytest

from ingest.charsets import as_text


@pytest.mark.parametrize("label", ["hex", "rot13", "unicode_escape", "punycode", "utf-7", "martian"])
def test_what_is_no_charset_is_not_taken_for_one(label: str) -> None:
    text, _ = as_text("<rss>café</rss>".encode("cp1252"), f"text/xml; charset={label}")

    assert text == "<rss>café</rss>"
