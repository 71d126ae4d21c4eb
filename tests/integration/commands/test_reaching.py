"""Whether a publisher answers is found out by asking one."""

from datetime import UTC, datetime
from pathlib import Path

from commands.demo_publishers import DemoPublishers
from commands.reaching import is_any_reached
from storage.settings import Settings
from tests.integration.commands.service import free_port

NOBODY = f"http://127.0.0.1:{free_port()}/feed"


def test_one_publisher_that_answers_is_enough(tmp_path: Path) -> None:
    with DemoPublishers(datetime.now(UTC)) as publishers:
        settings = Settings(data_dir=tmp_path, allow_addresses=publishers.addresses)

        assert is_any_reached([NOBODY, publishers.listed[0].feeds[0].url], settings)


def test_nobody_is_reached_where_nobody_answers(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, allow_addresses=(NOBODY.split("/")[2],))

    assert not is_any_reached([NOBODY], settings)
    assert not is_any_reached([], settings)
