"""What keeps the service from starting is said in a sentence that names the way out."""

import json
import signal
import socket
from pathlib import Path

from commands.run import STARTING
from storage.settings import PROXIES_ARE
from tests.ending import wait_until
from tests.integration.commands.service import fails, started


def test_a_taken_port_is_named_with_its_setting(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        said = fails(["demo"], tmp_path, port)

    assert str(port) in said
    assert "SECONDSOURCE_PORT" in said


def test_a_setting_that_does_not_exist_or_does_not_parse_is_named(tmp_path: Path) -> None:
    mistyped = {
        "SECONDSOURCE_MAX_AGE_DAYS": "many",
        "SECONDSOURCE_LOG_LEVEL": "loud",
        "SECONDSOURCE_PUBLIC_URL": "news.example",
        "SECONDSOURCE_TRUSTED_PROXIES": "proxy.local",
        "SECONDSOURCE_BROKER_ULR": "redis://127.0.0.1",
    }
    unknown, *others = fails(["demo"], tmp_path, 0, **mistyped).splitlines()

    assert unknown == "unknown setting SECONDSOURCE_BROKER_ULR: did you mean SECONDSOURCE_BROKER_URL? Ignored."
    said = others[-1].removeprefix("Error: ").split("; SECONDSOURCE_")
    assert said == [
        "SECONDSOURCE_PUBLIC_URL: it has to look like https://news.example, without a path",
        f"TRUSTED_PROXIES: {PROXIES_ARE}",
        "MAX_AGE_DAYS: it has to be a number",
        "LOG_LEVEL: it has to be 'debug', 'info', 'warning' or 'error'",
    ]


def test_an_allowed_address_that_is_none_is_named(tmp_path: Path) -> None:
    said = fails(["demo"], tmp_path, 0, SECONDSOURCE_ALLOW_ADDRESSES="everything")

    assert "SECONDSOURCE_ALLOW_ADDRESSES" in said
    assert "everything" in said


def test_the_demo_too_says_which_private_addresses_it_opens(data_dir: Path) -> None:
    with started(["demo"], data_dir, SECONDSOURCE_ALLOW_ADDRESSES="10.0.0.5:8080") as service:
        service.wait_for(lambda: service.get("/v1/events"))
        service.process.send_signal(signal.SIGINT)
        service.process.wait(timeout=30)
        assert service.process.stderr is not None

        assert "private addresses that may be fetched: 10.0.0.5:8080\n" in service.process.stderr.read()


def test_a_list_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "list.opml").write_text("<html></html>")

    assert "xmlUrl" in fails(["publishers", "import", str(tmp_path / "list.opml")], tmp_path, 0)


def test_a_corpus_line_that_lacks_a_field_is_named_by_file_and_line(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text(json.dumps({"id": "a", "title": "No publisher", "url": "https://x.example/a"}) + "\n")

    said = fails(["replay", str(corpus)], tmp_path, 0)

    assert "corpus.jsonl, line 1: lacks 'published_at'" in said


def _handles(number: signal.Signals, pid: int) -> bool:
    """Whether a process has a handler for a signal."""
    caught = Path(f"/proc/{pid}/status").read_text().partition("SigCgt:\t")[2].split()[0]
    return bool(int(caught, 16) >> (number - 1) & 1)


def test_ctrl_c_at_the_very_start_ends_it_in_silence(tmp_path: Path) -> None:
    with started(["demo"], tmp_path) as service:
        wait_until(lambda: _handles(signal.SIGTERM, service.process.pid))
        service.process.send_signal(signal.SIGINT)

        assert service.process.wait(timeout=10) == 0
        assert service.process.stderr is not None
        assert service.process.stderr.read() == ""


def test_signals_that_come_in_a_burst_stop_it_all_the_same(data_dir: Path) -> None:
    with started(["run", "--no-demo"], data_dir) as service:
        service.wait_for(lambda: service.get("/v1/events"))
        for number in [signal.SIGTERM, signal.SIGINT] * 50:
            service.process.send_signal(number)

        assert service.process.wait(timeout=30) == 0
        assert service.process.stderr is not None
        said = service.process.stderr.read()

    assert STARTING in said
    assert "was ended" not in said
    assert said.endswith("stopping\n")
