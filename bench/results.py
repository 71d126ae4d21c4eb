"""What was measured, as a table on the screen and in bench/results.json."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

PATH = Path(__file__).parent / "results.json"


@dataclass(frozen=True, slots=True)
class Result:
    """One measure and the bar that it has to reach."""

    name: str
    value: float
    bar: float
    better: Literal["higher", "lower"] = "higher"

    @property
    def is_reached(self) -> bool:
        """Whether the value is on the better side of the bar."""
        return self.value >= self.bar if self.better == "higher" else self.value <= self.bar


def report(results: Sequence[Result], path: Path = PATH) -> None:
    """Prints the results and puts them into the file, beside those of other measures."""
    for one in results:
        print(f"{one.name:<68} {one.value:>6.2f}   bar {one.bar:g}   {'reached' if one.is_reached else 'MISSED'}")
    kept = json.loads(path.read_text()) if path.exists() else []
    new = {one.name for one in results}
    rows = [row for row in kept if row["name"] not in new] + [asdict(one) for one in results]
    path.write_text(json.dumps(rows, indent=1) + "\n")
