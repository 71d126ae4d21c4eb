"""No version below a floor that is there for security: neither installed, nor constrained, nor asked for."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]


def floors() -> dict[str, Version]:
    """As docs/security.md lists them."""
    table = (ROOT / "docs" / "security.md").read_text().partition("## Version floors")[2]
    return {name: Version(least) for name, least in re.findall(r"^\| ([a-z0-9-]+) \| ([\d.]+) \|", table, re.MULTILINE)}


def test_nothing_is_below_its_floor() -> None:
    listed = [line.partition("==") for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line]
    constrained = {canonicalize_name(name): Version(pinned.partition(";")[0].strip()) for name, _, pinned in listed}
    found = floors()

    assert found.keys() >= {"starlette", "lxml", "urllib3", "python-multipart", "jinja2", "h11"}
    for name, least in found.items():
        assert Version(version(name)) >= least, name
        assert constrained[canonicalize_name(name)] >= least, name


def test_what_is_asked_for_by_name_is_asked_for_from_its_floor_on() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = {one.name: one for one in map(Requirement, project["dependencies"])}

    for name, least in floors().items():
        if name in asked:
            lowest = [Version(one.version) for one in asked[name].specifier if one.operator == ">="]
            assert lowest >= [least], name
