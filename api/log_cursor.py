"""A cursor into the change log: the seq of the last row that a follower has, and whether the log goes on behind it."""

from typing import Annotated, Any

from pydantic import Field, Strict
from starlette.exceptions import HTTPException

from api.promises import promised
from cluster.change_log import Span

MAX_SEQ = 2**63 - 1  # what the column can be compared with
Seq = Annotated[int, Field(ge=0, le=MAX_SEQ)]
SeqInBody = Annotated[Seq, Strict()]  # where JSON has numbers, neither "7" nor false is one
BEYOND = (
    "The newest change has the seq {}, so {} is no cursor of this log: it was replaced or set back. "
    "Forget what you rebuilt and begin again behind 0."
)
BEFORE = "The oldest change that is kept has the seq {}. Forget what you rebuilt and begin again behind 0."
BROKEN: dict[int | str, dict[str, Any]] = {
    409: promised(409, "The cursor is of another log: this one does not go so far.", BEYOND.format(7, 4711)),
    410: promised(410, "Rows behind the cursor are no longer kept.", BEFORE.format(4711)),
}


def must_continue(span: Span, after: int) -> int:
    """The cursor, when every row behind it is in the log. 0 is the beginning, whatever is still kept.

    Raises:
        HTTPException: 409 behind the end, which is what a follower of a database meets that was set back or replaced;
            410 before what is kept.
    """
    if after > span.newest:
        raise HTTPException(409, BEYOND.format(span.newest, after))
    if 0 < after < span.oldest - 1:
        raise HTTPException(410, BEFORE.format(span.oldest))
    return after
