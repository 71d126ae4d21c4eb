"""Whatever is sent, every reply is one that the OpenAPI document promises, in the form that it promises."""

from pathlib import Path

import pytest

from tests.integration.api.fuzzing import fuzz

EXAMPLES = 2  # an operation, beside what its schema makes necessary; `make fuzz` sends 100


@pytest.mark.parametrize("signed_in", [False, True])
def test_no_request_fails_the_server_or_gets_a_reply_that_was_not_promised(tmp_path: Path, signed_in: bool) -> None:
    wrong, said = fuzz(tmp_path, EXAMPLES, signed_in)

    assert wrong == "", said
