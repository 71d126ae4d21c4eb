"""Whatever is sent, every reply is one that the OpenAPI document promises, in the form that it promises."""

from pathlib import Path

import pytest

from tests.integration.api.fuzzing import fuzz

SECONDS = 10  # a run; `make fuzz` takes ten minutes


@pytest.mark.parametrize("signed_in", [False, True])
def test_no_request_fails_the_server_or_gets_a_reply_that_was_not_promised(tmp_path: Path, signed_in: bool) -> None:
    kept, said = fuzz(tmp_path, SECONDS, signed_in)

    assert kept, said
    assert " 0 generated" not in said
