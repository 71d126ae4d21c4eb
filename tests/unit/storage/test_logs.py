"""Log lines hold no secrets."""

import subprocess
import sys

PROGRAM = """
import structlog
from storage.logs import configure_logs

configure_logs("info")
log = structlog.get_logger()

def connect(secret):
    raise OSError("no connection")

try:
    connect("postgresql://news:" + "gehe" + "im@db/news")
except OSError:
    log.exception("poll broke", feed=7)
log.debug("too much")
"""


def test_a_traceback_names_the_lines_and_shows_no_variable() -> None:
    printed = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True).stdout

    assert "poll broke" in printed
    assert "feed=7" in printed
    assert "in connect" in printed
    assert "OSError: no connection" in printed
    assert "geheim" not in printed
    assert "too much" not in printed
