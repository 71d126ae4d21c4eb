"""`python -m tests.quality.marking [--write]`: counts what today's model gets right, and marks what it does not."""

import json
import re
import tempfile
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from cluster.embedding import Embedder
from cluster.similarity import RULESET
from tests.quality.cases import FOLDER, Case, Claim, load
from tests.quality.placing import CasePlacer

_TABLE = re.compile(r"^\[known_failures\]\n(?:(?!\[).*\n?)*", re.MULTILINE)  # to the next table, or the end


def main() -> None:
    """Places every case, prints the count and each claim whose mark is wrong; with --write, sets the marks."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="set the marks in the case files")
    write = parser.parse_args().write
    with tempfile.TemporaryDirectory() as folder:
        placer = CasePlacer(Path(folder), Embedder(Path(folder)))
        cases = load(FOLDER)
        failed = {case.name: [claim for claim in case.claims if not placer.holds(case, claim)] for case in cases}
    print(count(cases, failed))
    for case in cases:
        for claim in case.claims:
            if (claim in failed[case.name]) is not bool(claim.known_failure):
                print(f"{'passes' if claim.known_failure else 'FAILS'}  {case.name}: {claim.key}")
        if write:
            path = FOLDER / f"{case.name}.toml"
            path.write_text(marked(path.read_text(encoding="utf-8"), failed[case.name]), encoding="utf-8")


def count(cases: Sequence[Case], failed: dict[str, list[Claim]]) -> str:
    """How many cases hold as a whole, and how many pairs that belong together and apart are right."""
    claims = [(claim, claim not in failed[case.name]) for case in cases for claim in case.claims]
    joins = [is_right for claim, is_right in claims if claim.together]
    aparts = [is_right for claim, is_right in claims if not claim.together]
    whole = sum(not failed[case.name] for case in cases)
    return (
        f"{RULESET}: cases {whole}/{len(cases)}, together {sum(joins)}/{len(joins)}, apart {sum(aparts)}/{len(aparts)}"
    )


def marked(text: str, failed: Sequence[Claim]) -> str:
    """A case file's text with exactly these claims marked; a reason that stood there stays."""
    text = _TABLE.sub("", text).rstrip("\n") + "\n"
    if not failed:
        return text
    reasons = {claim.key: claim.known_failure or _verdict(claim) for claim in failed}
    lines = [f'"{key}" = {json.dumps(reason, ensure_ascii=False)}\n' for key, reason in reasons.items()]
    return f"{text}\n[known_failures]\n{''.join(lines)}"


def _verdict(claim: Claim) -> str:
    return f"{'kept apart' if claim.together else 'joined'} by {RULESET}"


if __name__ == "__main__":
    main()
