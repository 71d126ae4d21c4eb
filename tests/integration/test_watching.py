"""Dashboard, alerts and documentation speak of the metrics that there are, and of nothing else."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from api.app import create_app
from tests.integration.api.seeding import BASE_URL, migrated, settings_in
from tests.integration.commands.redis_server import redis_server

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
DASHBOARD = DEPLOY / "grafana" / "dashboards" / "secondsource.json"
NAME = re.compile(r"\b(?:secondsource|process)_[a-z_]+\b")
SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "info": ("_info",)}
needs_promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="no promtool: apt-get install prometheus")


@pytest.fixture(scope="module")
def families(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The type of everything that a scrape of both addresses has, by its name."""
    folder = tmp_path_factory.mktemp("scraped")
    with redis_server(folder) as url:
        settings = settings_in(folder).model_copy(update={"broker_url": url})
        migrated(settings).dispose()
        with TestClient(create_app(settings), base_url=BASE_URL, client=("127.0.0.1", 4711)) as client:
            text = "".join(client.get(path).text for path in ("/metrics", "/metrics/pipeline"))
    return {one.name: one.type for one in text_string_to_metric_families(text)}


def _samples(families: dict[str, str]) -> set[str]:
    return {name + suffix for name, type_ in families.items() for suffix in SUFFIXES.get(type_, ("",))}


def _panels() -> Iterator[dict[str, Any]]:
    yield from json.loads(DASHBOARD.read_text())["panels"]


def _questions() -> Iterator[str]:
    yield from (target["expr"] for panel in _panels() for target in panel.get("targets", ()))


@pytest.mark.redis
def test_every_metric_of_dashboard_and_alerts_is_one_that_there_is(families: dict[str, str]) -> None:
    asked = {name for question in _questions() for name in NAME.findall(question)}
    alerts = set(NAME.findall((DEPLOY / "prometheus" / "alerts.yml").read_text()))

    assert len(asked) > 30
    assert len(alerts) > 12
    assert asked | alerts <= _samples(families)


@pytest.mark.redis
def test_every_metric_is_documented_and_nothing_else_is(families: dict[str, str]) -> None:
    told = set(re.findall(r"^\| `(secondsource_[a-z_]+)", (ROOT / "docs" / "metrics.md").read_text(), re.MULTILINE))

    ours = {name for name in families if name.startswith("secondsource_")}
    shown = {name + (SUFFIXES[type_][0] if (type_ := families[name]) in ("counter", "info") else "") for name in ours}
    assert told == shown


@pytest.mark.redis
def test_names_say_their_units(families: dict[str, str]) -> None:
    for name, type_ in families.items():
        if name.startswith("secondsource_"):
            assert not re.search(r"(_ms|_minutes|_hours|_total|_percent)$", name), name
            assert type_ != "histogram" or name.endswith("_seconds"), name


def test_every_alert_is_documented() -> None:
    alerts = re.findall(r"- alert: (\w+)", (DEPLOY / "prometheus" / "alerts.yml").read_text())

    told = re.findall(r"^\| `([A-Z]\w+)`", (ROOT / "docs" / "metrics.md").read_text(), re.MULTILINE)
    assert sorted(told) == sorted(alerts)


def test_no_two_panels_overlap_and_each_has_a_title_and_a_question() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in _panels():
        place = panel["gridPos"]
        assert panel["title"]
        assert panel["type"] == "row" or panel["targets"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        taken |= cells


@needs_promtool
@pytest.mark.parametrize(
    "command",
    [
        ("check", "config", "--syntax-only", DEPLOY / "prometheus" / "prometheus.yml"),
        ("check", "rules", DEPLOY / "prometheus" / "alerts.yml"),
        ("test", "rules", ROOT / "tests" / "data" / "alerts_test.yml"),
    ],
    ids=["config", "rules", "alerts"],
)
def test_prometheus_takes_it(command: tuple[str | Path, ...]) -> None:
    done = subprocess.run(["promtool", *map(str, command)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
