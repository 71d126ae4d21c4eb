"""Where a browser finds the pages."""

import socket
from typing import Any

import pytest

from commands.errors import CannotStart
from commands.preparing import address, listening
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


def test_an_address_that_is_not_this_machines_is_said_with_its_setting() -> None:
    with pytest.raises(CannotStart, match=r"192\.0\.2\.1:0 cannot be used .*: set SECONDSOURCE_HOST to "):
        listening(Settings(host="192.0.2.1", port=0))


def test_no_connection_waits_for_the_readers_word_on_half_a_reply() -> None:
    with listening(Settings(port=0)) as opened, socket.create_connection(opened.getsockname()):
        connection, _ = opened.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
