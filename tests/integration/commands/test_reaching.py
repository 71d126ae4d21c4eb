"""Whether a publisher answers is found out by asking one."""

import socket
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from commands.demo_publishers import DemoPublishers
from commands.reaching import is_any_reached
from storage.settings import Settings
from tests.integration.commands.service import free_port

NOBODY = f"http://127.0.0.1:{free_port()}/feed"


def test_one_publisher_that_answers_is_enough(tmp_path: Path) -> None:
    with DemoPublishers(datetime.now(UTC)) as publishers:
        settings = Settings(data_dir=tmp_path, allow_addresses=publishers.addresses)

        assert is_any_reached([NOBODY, publishers.listed[0].feeds[0].url], settings, threading.Event())


def test_names_that_nobody_answers_for_hold_up_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    over, resolve = threading.Event(), socket.getaddrinfo

    def answers_late(host: str, *asked: Any, **more: Any) -> Any:
        if host.endswith(".invalid"):
            over.wait(60)
        return resolve(host, *asked, **more)

    monkeypatch.setattr(socket, "getaddrinfo", answers_late)
    silent = [f"https://n{number}.invalid/feed" for number in range(40)]
    try:
        with DemoPublishers(datetime.now(UTC)) as publishers:
            settings = Settings(data_dir=tmp_path, allow_addresses=publishers.addresses)

            assert is_any_reached([*silent, publishers.listed[0].feeds[0].url], settings, threading.Event())
    finally:
        over.set()


def test_nobody_is_reached_where_nobody_answers(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, allow_addresses=(NOBODY.split("/")[2],))

    assert not is_any_reached([NOBODY], settings, threading.Event())
    assert not is_any_reached([], settings, threading.Event())


def test_looking_ends_at_once_when_it_is_time_to_stop(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts, and never answers
        place = f"127.0.0.1:{silent.getsockname()[1]}"
        settings, stop = Settings(data_dir=tmp_path, allow_addresses=(place,)), threading.Event()
        threading.Timer(0.2, stop.set).start()
        started = time.monotonic()

        assert not is_any_reached([f"http://{place}/feed"], settings, stop)

    assert time.monotonic() - started < 2
