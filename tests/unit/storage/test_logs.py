"""Log lines are for people on a terminal, for programs elsewhere, and hold no secrets."""

import json
import os
import subprocess
import sys
from typing import Any

PROGRAM = """
import logging, structlog
from storage.logs import configure_logs
from storage.settings import Settings

configure_logs(Settings())
log = structlog.get_logger()

def connect(secret):
    raise OSError("no connection, " + "said geheim" + "nis")

try:
    connect("postgresql://news:" + "gehe" + "imnis@db/news")
except OSError:
    log.exception("poll broke", feed=7)
    logging.getLogger("some.library").exception("library %s", "broke")
url = "https://me:pass@word@site.example/feed?x=1&api_key=abc123"
log.info("fetched", url=url, ids=["art_1"], deep={"a": ["ssk_abc"]})
log.debug("too much")
logging.getLogger("some.library").info("too much")
"""


def _printed(**settings: str) -> str:
    own = {f"SECONDSOURCE_{name.upper()}": value for name, value in settings.items()}
    environment = os.environ | {"SECONDSOURCE_DATABASE_URL": "postgresql://news:geheimnis@db/news"} | own
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout == ""
    assert "geheim" not in done.stderr
    assert "too much" not in done.stderr
    return done.stderr


def _lines(printed: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in printed.splitlines()]


def test_a_traceback_names_the_lines_and_shows_no_variable() -> None:
    printed = _printed(log_format="text")

    assert "poll broke" in printed
    assert "feed=7" in printed
    assert "in connect" in printed
    assert "OSError: no connection" in printed


def test_where_nobody_looks_on_each_line_is_json_whoever_logs_it() -> None:
    ours, theirs, fetched = _lines(_printed())

    assert list(ours)[:3] == ["time", "level", "event"]
    assert (ours["level"], ours["event"], ours["feed"]) == ("error", "poll broke", 7)
    assert "in connect" in ours["exception"]
    assert (theirs["event"], theirs["logger"]) == ("library broke", "some.library")
    assert "in connect" in theirs["exception"]
    assert fetched["time"].endswith("Z")


def test_userinfo_keys_and_tokens_are_taken_out_of_every_value() -> None:
    *_, fetched = _lines(_printed())

    assert fetched["url"] == "https://…@site.example/feed?x=1&api_key=…"
    assert fetched["deep"] == {"a": ["ssk_…"]}
    assert fetched["ids"] == ["art_1"]
