"""What a row of the change log looks like as JSON."""

import pytest

from api import change_replies
from api.change_views import change, followed_change
from cluster.change import Change, Moved
from cluster.event import ChangeType
from tests.unit.api.builders import NOON


@pytest.mark.parametrize(("by", "shown"), [("describe", "describe"), ("expire", "expire"), ("Ada", "editor")])
def test_readers_learn_what_changed_an_event_but_not_which_editor(by: str, shown: str) -> None:
    row = Change(7, "evt_1", 3, ChangeType.GREW, NOON, by, ("articles",))

    assert change(row) == change_replies.ChangeReply(
        seq=7, version=3, type="grew", at=NOON, by=shown, fields=["articles"]
    )
    assert followed_change(row).by == shown


def test_a_follower_is_told_where_an_id_leads_and_which_articles_moved() -> None:
    moved = Moved(went=("art_1",), merged_into="evt_2")
    shown = followed_change(Change(8, "evt_1", 4, ChangeType.MERGED, NOON, "repair", ("status", "articles"), moved))

    assert (shown.event_id, shown.version, shown.status, shown.merged_into) == ("evt_1", 4, "merged", "evt_2")
    assert (shown.came, shown.went, shown.split_from) == ([], ["art_1"], None)


@pytest.mark.parametrize(
    ("type_", "status"),
    [("created", "active"), ("reopened", "active"), ("closed", "closed"), ("removed", "removed"), ("grew", None)],
)
def test_a_row_says_the_status_that_it_brings(type_: str, status: str | None) -> None:
    assert followed_change(Change(1, "evt_1", 1, ChangeType(type_), NOON, "placing", ())).status == status
