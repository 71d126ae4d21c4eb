"""What the papers list is what there is."""

import json
import re
import subprocess
from pathlib import Path

from click.testing import CliRunner
from sqlalchemy import Table

import api.tables
import cluster.tables
import ingest.tables
from cli import editors, keys, main
from commands.articles.command import articles
from commands.publishers.command import publishers
from storage.settings import OF_DEVELOPERS, Settings

ROOT = Path(__file__).parents[2]


def test_every_setting_is_in_the_example_and_nothing_else() -> None:
    listed = re.findall(r"^#?\s?(SECONDSOURCE_[A-Z_]+)=", (ROOT / "deploy" / "env.example").read_text(), re.MULTILINE)

    assert sorted(listed) == sorted(f"SECONDSOURCE_{name.upper()}" for name in Settings.model_fields)


def test_how_long_it_is_kept_is_said_of_every_table() -> None:
    said = (ROOT / "docs" / "retention.md").read_text(encoding="utf-8")
    named = {name for cell in re.findall(r"^\| ([^|]+) \|", said, re.MULTILINE) for name in re.findall(r"`(\w+)", cell)}

    tables = [one for room in (api.tables, cluster.tables, ingest.tables) for one in vars(room).values()]
    declared = {one.name for one in tables if isinstance(one, Table)}

    assert len(declared) > 30
    assert declared - named == set()


def test_what_tests_and_measurements_read_is_named_like_no_unknown_setting() -> None:
    programs = [path for room in ("bench", "cluster", "tests") for path in (ROOT / room).rglob("*.py")]
    read = {
        name for path in programs for name in re.findall(r'environ(?:\[|\.get\()"(SECONDSOURCE_\w+)"', path.read_text())
    }

    assert read == OF_DEVELOPERS


def test_make_alone_lists_every_target() -> None:
    listed = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True)

    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert {line.split()[1] for line in listed.stdout.splitlines()} == set(targets)


def test_every_command_explains_itself() -> None:
    for group in (main, articles, editors, keys, publishers):
        for name, command in group.commands.items():
            assert command.help, name
            assert CliRunner().invoke(group, [name, "--help"]).exit_code == 0


def test_the_demo_day_has_a_label_for_each_article() -> None:
    day = ROOT / "commands" / "demo_day"
    articles = [json.loads(line)["id"] for line in (day / "articles.jsonl").read_text().splitlines()]
    labels = [line.split("\t")[0] for line in (day / "labels.tsv").read_text().splitlines()]

    assert articles == labels
    assert len(set(articles)) == len(articles)
