"""What schemathesis makes of the OpenAPI document, sent to a real server: `python -m tests.integration.api.fuzzing`.

FUZZ_EXAMPLES (100) for each operation are sent without a key, and as many with one that has every scope.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx2
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine
from starlette.requests import Request

from api.key_store import KeyStore
from api.openapi import operations
from api.rate_limits import Policy, RateLimits
from api.replies import ARTICLE_ID, EVENT_ID, OTHER_ARTICLE_ID, OTHER_EVENT_ID
from api.scopes import Scope
from tests.browser.serving import serving
from tests.integration.api.examples import DONE, seed_edited, seed_examples
from tests.integration.api.seeding import migrated, seed_event, settings_in
from tests.unit.api.builders import NOON, make_article, make_event, make_member

SEED = "20261124"
PROGRAM = (sys.executable, "-m", "schemathesis.cli", "run")
# A schema cannot say that a cursor must be one of ours, or that of three parameters exactly one is given.
LEFT_OUT = "positive_data_acceptance"
ENDLESS = "/v1/stream"


class Unlimited(RateLimits):
    """Counts nothing: beyond a limit, what lies behind it would never be asked."""

    def count(self, request: Request, policy: Policy) -> None:
        """Lets everything through."""


def fuzz(folder: Path, examples: int, signed_in: bool) -> tuple[str, str]:
    """What was wrong, nothing if all is well, and what schemathesis says of it.

    Wrong is a reply that the document does not promise, or in another form, and an operation that never succeeded: what
    is refused at the door says nothing of the room behind it.
    """
    settings = settings_in(folder)
    engine = migrated(settings)
    seed_examples(engine)
    _seed_named(engine)
    headers = {"Authorization": f"Bearer {_key(engine)}"} if signed_in else {}
    with serving(settings, limits=Unlimited(None, ())) as address:
        document = httpx2.get(f"{address}/openapi.json").json()
        if signed_in:
            _edit(address, headers)
        done = subprocess.run(
            _command(address, examples, headers), cwd=folder, capture_output=True, text=True, check=False
        )
        wrong = [*_never_succeeded(address, document, signed_in), *_stream_accepts(address, document, headers)]
    said = done.stdout + done.stderr
    return "\n".join([*(["a reply that was not promised"] if done.returncode else []), *wrong]), said


def _seed_named(engine: Engine) -> None:
    """The two events that the document's examples name, read as placing leaves them."""
    named = [make_member(make_article(one, minutes=-9)) for one in (ARTICLE_ID, OTHER_ARTICLE_ID)]
    seed_event(engine, make_event(*named, event_id=EVENT_ID))
    seed_event(engine, make_event(make_member(make_article("art_lone")), event_id=OTHER_EVENT_ID))
    seed_edited(engine)


def _edit(address: str, headers: dict[str, str]) -> None:
    """Does what an editor's program can do once each: an event has to be locked, say, to be unlocked."""
    for path, body in DONE.values():
        httpx2.post(f"{address}/v1/editor/{path}", json=body, headers=headers).raise_for_status()


def _command(address: str, examples: int, headers: dict[str, str]) -> list[str]:
    options = {"--seed": SEED, "--max-examples": str(examples), "--exclude-checks": LEFT_OUT, "--exclude-path": ENDLESS}
    given = [word for option in options.items() for word in option]
    sent = [word for name, value in headers.items() for word in ("--header", f"{name}: {value}")]
    return [*PROGRAM, f"{address}/openapi.json", *given, *sent, "--no-color"]


def _never_succeeded(address: str, document: dict[str, Any], signed_in: bool) -> Iterable[str]:
    """The operations whose success the server has not counted; two at one path differ in its status."""
    seen = _counted(httpx2.get(f"{address}/metrics").text)
    for name, operation in operations(document):
        path = name.partition(" ")[2]
        is_open = signed_in or {} in operation["security"]
        status = next(one for one in operation["responses"] if one.startswith("2"))
        if is_open and path != ENDLESS and (path, status) not in seen:
            yield f"{name} was never answered with {status}"


def _counted(text: str) -> set[tuple[str, str]]:
    families = text_string_to_metric_families(text)
    found = [one for family in families for one in family.samples if one.name == "secondsource_requests_total"]
    return {(one.labels["route"], one.labels["status"]) for one in found}


def _stream_accepts(address: str, document: dict[str, Any], headers: dict[str, str]) -> Iterable[str]:
    """What no parameter of the stream allows and was not refused: what it allows would never end."""
    for parameter in document["paths"][ENDLESS]["get"]["parameters"]:
        if parameter["in"] == "query":
            with httpx2.stream("GET", f"{address}{ENDLESS}?{parameter['name']}=%00", headers=headers) as reply:
                if reply.status_code != 422:
                    yield f"{ENDLESS} answers {reply.status_code} to a broken {parameter['name']}"
    with httpx2.stream("GET", f"{address}{ENDLESS}", headers={"Authorization": "Bearer ssk_none"}) as reply:
        if reply.status_code != 401:
            yield f"{ENDLESS} answers {reply.status_code} to an unknown key"


def _key(engine: Engine) -> str | None:
    return KeyStore(engine).create("fuzzing", list(Scope), NOON)


def _main() -> int:
    examples = int(os.environ.get("FUZZ_EXAMPLES", "100"))
    failed = 0
    for signed_in in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            wrong, said = fuzz(Path(folder), examples, signed_in)
        print(said, wrong, sep="\n")
        failed += bool(wrong)
    return failed


if __name__ == "__main__":
    sys.exit(_main())
