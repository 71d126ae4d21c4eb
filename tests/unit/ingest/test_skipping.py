"""Hours and days on which a feed is not to be read."""

from datetime import timedelta

import pytest

from ingest.skipping import NO_SKIPS, Skips, read_skips
from tests.builders import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ALWAYS = Skips(tuple(range(24)), tuple(range(7)))


@pytest.mark.parametrize(
    ("stated", "skips"),
    [
        (b"<skipHours><hour>0</hour><hour> 23 </hour></skipHours>", Skips(hours=(0, 23))),
        (b"<skipHours>\n<hour>24</hour>\n<hour>1</hour></skipHours>", Skips(hours=(0, 1))),
        (b"<skiphours><HOUR>5</HOUR><hour>77</hour><hour>x</hour></skiphours>", Skips(hours=(5,))),
        (b"<skipDays><day>Sunday</day><day>monday</day><day>Someday</day></skipDays>", Skips(days=(0, 6))),
        (b"<skipHours/><skipDays></skipDays>", NO_SKIPS),
        (b"<hour>3</hour><day>Sunday</day>", NO_SKIPS),
        (b"<skipHours>" + b"<hour>1</hour>" * 100_000, NO_SKIPS),
        (b"<skipHours" * 100_000, NO_SKIPS),
    ],
)
def test_what_a_channel_states_is_read(stated: bytes, skips: Skips) -> None:
    assert read_skips(b"<rss><channel>" + stated + b"<item/></channel></rss>") == skips


def test_an_instant_is_put_off_to_the_first_hour_that_is_not_skipped() -> None:
    skips = Skips(hours=(12, 13), days=(3,))  # noon is a Wednesday's

    assert skips.past(NOON - HOUR, NOON + DAY) == NOON - HOUR
    assert skips.past(NOON + HOUR / 3, NOON + DAY) == NOON + 2 * HOUR
    assert skips.past(NOON + 13 * HOUR, NOON + 2 * DAY) == NOON + 36 * HOUR
    assert skips.past(NOON + 13 * HOUR, NOON + DAY) == NOON + DAY


def test_a_feed_that_skips_everything_is_asked_all_the_same() -> None:
    assert ALWAYS.past(NOON + HOUR, NOON + DAY) == NOON + DAY
    assert ALWAYS.past(NOON + 2 * DAY, NOON + DAY) == NOON + 2 * DAY
