"""The commands that docs/operations.md tells an operator, and what deploy/redis.conf sets."""

import re
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "operations.md"
REDIS = ROOT / "deploy" / "redis.conf"


def blocks(heading: str, language: str = "sh") -> list[str]:
    """The fenced blocks of one language under a heading, up to the next of its level."""
    _, _, rest = PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")
    assert rest, heading
    return re.findall(rf"^```{language}\n(.*?)^```$", rest.partition("\n## ")[0], re.MULTILINE | re.DOTALL)


def commands(heading: str) -> list[str]:
    """The lines of its shell blocks."""
    return [line for block in blocks(heading) for line in block.splitlines()]


def statements(heading: str) -> list[str]:
    """The SQL that its commands give to psql."""
    return [sql for line in commands(heading) if line.startswith("psql ") for sql in re.findall(r'-c "([^"]+)"', line)]


def redis_options() -> Sequence[str]:
    """What deploy/redis.conf sets, as a command line has it, but for the places that only a container has."""
    lines = [line.split(None, 1) for line in REDIS.read_text().splitlines() if line and not line.startswith("#")]
    return [part for name, value in lines if name not in ("dir", "include", "save") for part in (f"--{name}", value)]
