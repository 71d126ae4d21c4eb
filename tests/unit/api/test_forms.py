"""A browser says whose page sends a form."""

import pytest
from starlette.datastructures import Headers

from api.forms import came_from_us


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (None, "news.example"),
        ("https://news.example", "news.example"),
        ("https://news.example", "News.Example:443"),
        ("http://127.0.0.1:8000", "127.0.0.1:8000"),
        ("http://[::1]:8000", "[::1]:8000"),
        ("http://[::1]", "[::1]"),
    ],
)
@pytest.mark.parametrize("site", [None, "same-origin", "none"])
def test_our_own_pages_and_programs_that_are_no_browser_may_send(origin: str | None, host: str, site: str) -> None:
    sent = {"origin": origin, "sec-fetch-site": site}

    assert came_from_us(Headers({name: value for name, value in sent.items() if value}), host)


@pytest.mark.parametrize(
    "origin",
    [
        *("null", "", "news.example", "https://", "https://evil.example", "https://news.example.evil.example"),
        *(
            "https://news.example:8443",
            "http://news.example:443",
            "https://news.example@evil.example",
            "https://[",
            "://",
        ),
    ],
)
def test_no_other_page_may(origin: str) -> None:
    assert not came_from_us(Headers({"origin": origin}), "news.example")


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "unheard-of"])
def test_what_the_browser_says_of_the_site_counts_beside_the_origin(site: str) -> None:
    assert not came_from_us(Headers({"origin": "https://news.example", "sec-fetch-site": site}), "news.example")
