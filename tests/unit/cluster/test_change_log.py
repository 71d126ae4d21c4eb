"""Which changes a follower is told of."""

import pytest

from cluster.change import Change
from cluster.change_log import Logged, Subject, Wanted
from cluster.event import ChangeType, Level, Theme
from tests.builders import NOON

GREW = Change(7, "evt_1", 3, ChangeType.GREW, NOON, "placing", ("articles",))
ROW = Logged(GREW, Subject(frozenset({"BTC", "ETH"}), frozenset({"etf"}), Level.MEDIUM))


@pytest.mark.parametrize(
    ("wanted", "is_wanted"),
    [
        (Wanted(), True),
        (Wanted(types=frozenset({ChangeType.GREW, ChangeType.MERGED})), True),
        (Wanted(types=frozenset({ChangeType.MERGED})), False),
        (Wanted(asset="ETH"), True),
        (Wanted(asset="SOL"), False),
        (Wanted(theme=Theme.ETF), True),
        (Wanted(theme=Theme.DEFI), False),
        (Wanted(signal=Level.MEDIUM), True),
        (Wanted(signal=Level.HIGH), False),
        (Wanted(event_id="evt_1"), True),
        (Wanted(event_id="evt_2"), False),
        (Wanted(asset="ETH", theme=Theme.DEFI), False),
    ],
)
def test_a_change_is_wanted_when_every_condition_holds(wanted: Wanted, is_wanted: bool) -> None:
    assert wanted.has(ROW) is is_wanted


def test_of_what_was_not_described_only_who_sets_no_such_condition_hears() -> None:
    fresh = Logged(GREW, Subject())

    assert Wanted().has(fresh)
    assert not Wanted(signal=Level.LOW).has(fresh)
