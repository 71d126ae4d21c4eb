"""Whether a publisher answers is found out by asking one."""

import socket
import threading
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

        assert is_any_reached([NOBODY, publishers.listed[0].feeds[0].url], settings)


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

            assert is_any_reached([*silent, publishers.listed[0].feeds[0].url], settings)
    finally:
        over.set()


def test_nobody_is_reached_where_nobody_answers(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, allow_addresses=(NOBODY.split("/")[2],))

    assert not is_any_reached([NOBODY], settings)
    assert not is_any_reached([], settings)
