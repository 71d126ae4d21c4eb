"""However many processes place the reports of one happening at once, it is one event."""

import re
import subprocess
import sys

import pytest

from tests.integration.commands.service import ROOT

ROUNDS = 6  # a command does it 200 times: see tests/faults/placing_at_once.py


@pytest.mark.postgresql
def test_eight_processes_that_place_one_event_at_once_split_none() -> None:
    command = [sys.executable, "-m", "tests.faults.placing_at_once", str(ROUNDS)]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(f"8 processes, {ROUNDS} times: 0 split, 0 lost") == 2
    passed = [int(one) for one in re.findall(r"passed (\d+) times", done.stdout)]
    assert all(one > ROUNDS for one in passed)  # and not one process did it all
