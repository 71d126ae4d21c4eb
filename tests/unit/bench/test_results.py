"""Results stand in one file, each measure once, whoever wrote the others."""

import json
from pathlib import Path

import pytest

from bench.results import Result, report


def test_a_measure_replaces_its_own_result_and_keeps_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "results.json"
    report([Result("speed", 2.0, bar=2.2), Result("memory", 90.0, bar=100, better="lower")], path)

    report([Result("speed", 2.5, bar=2.2)], path)

    assert json.loads(path.read_text()) == [
        {"name": "memory", "value": 90.0, "bar": 100, "better": "lower"},
        {"name": "speed", "value": 2.5, "bar": 2.2, "better": "higher"},
    ]
    said = [line.split()[-1] for line in capsys.readouterr().out.splitlines()]
    assert said == ["MISSED", "reached", "reached"]
