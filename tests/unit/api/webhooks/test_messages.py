"""What is sent."""

from dataclasses import replace

from api.webhooks.messages import of_change, of_ping
from api.webhooks.webhook import Webhook
from cluster.change import Change
from cluster.change_log import Wanted
from cluster.event import ChangeType
from tests.builders import NOON

HOOK = Webhook("whk_1", "key_1", "https://app.example/", Wanted(), "whsec_", None, None, NOON, 0)
ROW = Change(7, "evt_1", 3, ChangeType.GREW, NOON, "Ada", ("articles",))


def test_a_message_is_the_same_whoever_makes_it_and_another_for_another_webhook_or_change() -> None:
    assert of_change(HOOK, ROW) == of_change(replace(HOOK, attempts=5, claim="another"), ROW)
    ids = {
        of_change(HOOK, ROW).id,
        of_change(replace(HOOK, id="whk_2"), ROW).id,
        of_change(HOOK, replace(ROW, seq=8)).id,
    }
    assert len({*ids, of_ping(HOOK, NOON).id}) == 4


def test_a_message_names_no_editor() -> None:
    assert b"Ada" not in of_change(HOOK, ROW).body
