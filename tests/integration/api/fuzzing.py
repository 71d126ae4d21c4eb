"""What schemathesis makes of the OpenAPI document, sent to a real server: `python -m tests.integration.api.fuzzing`.

FUZZ_SECONDS (600) is shared by a run without a key and one with a key that has every scope.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from sqlalchemy import Engine
from starlette.requests import Request

from api.key_store import KeyStore
from api.rate_limits import Policy, RateLimits
from api.scopes import Scope
from tests.browser.serving import serving
from tests.integration.api.examples import seed_examples
from tests.integration.api.seeding import migrated, settings_in
from tests.unit.api.builders import NOON

SEED = "20261124"
PROGRAM = (sys.executable, "-m", "schemathesis.cli", "run")
# A schema cannot say that a cursor must be one of ours, or that of three parameters exactly one is given.
LEFT_OUT = "positive_data_acceptance"
ENDLESS = "/v1/stream"


class Unlimited(RateLimits):
    """Counts nothing: beyond a limit, what lies behind it would never be asked."""

    def count(self, request: Request, policy: Policy) -> None:
        """Lets everything through."""


def fuzz(folder: Path, seconds: int, signed_in: bool) -> tuple[bool, str]:
    """Whether every reply was promised by the document and kept to its schema, and what schemathesis says of it."""
    settings = settings_in(folder)
    engine = migrated(settings)
    seed_examples(engine)
    options = [
        "--seed",
        SEED,
        "--max-time",
        str(seconds),
        "--exclude-checks",
        LEFT_OUT,
        "--exclude-path",
        ENDLESS,
        "--no-color",
    ]
    headers = ["--header", f"Authorization: Bearer {_key(engine)}"] if signed_in else []
    with serving(settings, limits=Unlimited(None, ())) as address:
        command = [*PROGRAM, f"{address}/openapi.json", *options, *headers]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stdout + done.stderr


def _key(engine: Engine) -> str | None:
    return KeyStore(engine).create("fuzzing", list(Scope), NOON)


def _main() -> int:
    seconds = int(os.environ.get("FUZZ_SECONDS", "600")) // 2
    failed = 0
    for signed_in in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            kept, said = fuzz(Path(folder), seconds, signed_in)
        print(said)
        failed += not kept
    return failed


if __name__ == "__main__":
    sys.exit(_main())
