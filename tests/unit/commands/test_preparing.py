"""Where a browser finds the pages."""

from typing import Any

import pytest

from commands.preparing import address
from storage.settings import Settings


@pytest.mark.parametrize(
    ("set_to", "shown"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"host": "0.0.0.0"}, "http://127.0.0.1:8000"),
        ({"host": "::"}, "http://[::1]:8000"),
        ({"host": "10.0.0.7", "port": 9000}, "http://10.0.0.7:9000"),
        ({"host": "0.0.0.0", "public_url": "https://news.example"}, "https://news.example"),
    ],
)
def test_an_address_is_one_that_a_browser_can_open(set_to: dict[str, Any], shown: str) -> None:
    assert address(Settings(**set_to)) == shown
