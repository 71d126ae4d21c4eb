"""Turns rows of the change log into JSON."""

from typing import Any

from api import change_replies
from api.change_replies import FollowedChangeReply
from cluster.change import AUTOMATIC, Change
from cluster.change_log import status_from


def change(one: Change) -> change_replies.ChangeReply:
    """A row on an event that is known; which editor it was is the newsroom's own affair."""
    return change_replies.ChangeReply(**_common(one))


def followed_change(one: Change) -> FollowedChangeReply:
    """A row with all that is needed to rebuild its event's version, status and members."""
    status = status_from(one)
    return FollowedChangeReply(
        **_common(one),
        event_id=one.event_id,
        status=status.value if status else None,
        merged_into=one.moved.merged_into,
        split_from=one.moved.split_from,
        came=list(one.moved.came),
        went=list(one.moved.went),
    )


def _common(one: Change) -> dict[str, Any]:
    return {
        "seq": one.seq,
        "version": one.version,
        "type": one.type.value,
        "at": one.at,
        "by": one.by if one.by in AUTOMATIC else "editor",
        "fields": list(one.fields),
    }
