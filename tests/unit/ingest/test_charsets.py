"""A feed's text, whatever its server calls the charset that it is in."""

import pytest

from ingest.charsets import as_text


@pytest.mark.parametrize("label", ["hex", "rot13", "unicode_escape", "punycode", "utf-7", "martian"])
def test_what_is_no_charset_is_not_taken_for_one(label: str) -> None:
    text, _ = as_text("<rss>café</rss>".encode("cp1252"), f"text/xml; charset={label}")

    assert text == "<rss>café</rss>"


@pytest.mark.parametrize("label", ["cp037", "undefined", "punycode", "idna", "hex", "utf-8", "martian"])
def test_a_text_in_ebcdic_is_read_whatever_it_calls_its_charset(label: str) -> None:
    said = f'<?xml version="1.0" encoding="{label}"?><rss>café</rss>'

    assert as_text(said.encode("cp037"), "text/xml") == (said, False)


def test_a_text_in_ebcdic_is_read_in_the_kind_that_it_names() -> None:
    said = '<?xml version="1.0" encoding="cp500"?><rss>cafés!</rss>'

    assert as_text(said.encode("cp500"), "text/xml") == (said, False)
