"""Ready replies stay within their bytes and are forgotten by whom they speak of."""

import gzip
import tracemalloc
from time import monotonic

import pytest

from api.hot_cache import ID_BYTES, HotCache
from api.ready import GZIP_FROM_BYTES, PARTS_BYTES, Ready

LONG = b"x" * GZIP_FROM_BYTES
TAGGED = {"etag": 'W/"1"', "cache-control": "no-cache"}


def _ready(body: bytes = b"{}") -> Ready:
    return Ready(200, body, TAGGED)


def test_those_asked_for_least_recently_go_first() -> None:
    cache = HotCache(11 * (PARTS_BYTES + 10))
    for number in range(10):
        cache.keep(str(number), _ready(), [])
    assert cache.get("0")

    for number in range(10, 15):
        cache.keep(str(number), _ready(), [])

    assert [key for key in map(str, range(15)) if cache.get(key)] == ["0", *map(str, range(5, 15))]


def test_however_much_is_kept_the_bytes_hold() -> None:
    cache = HotCache(1_000_000)

    for number in range(2_000):
        cache.keep(b"url=%d" % number, _ready(LONG), [f"art_{number}", "evt_1"])

    assert cache.size_bytes <= 1_000_000
    assert 100 < len(cache) < 250


@pytest.mark.parametrize("has_own_ids", [True, False])
def test_the_bytes_are_those_of_memory_also_for_events_of_many_articles(has_own_ids: bool) -> None:
    cache = HotCache(4 << 20)
    tracemalloc.start()
    for number in range(300):
        ids = [f"art_{place:012}_{number if has_own_ids else 0:06}" for place in range(121)]
        cache.keep(f"/v1/events/evt_{number:016}", _ready(b"%d" % number * GZIP_FROM_BYTES), ids)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(cache) < 300
    assert taken < cache.size_bytes * 1.1


def test_one_reply_does_not_drive_out_all_others() -> None:
    cache = HotCache(100_000)
    cache.keep("small", _ready(), [])
    cache.keep("large", _ready(), [])

    cache.keep("large", _ready(b"x" * 20_000), [])

    assert cache.get("small")
    assert cache.get("large") is None


def test_what_speaks_of_something_is_dropped_with_it_and_nothing_else_is() -> None:
    cache = HotCache(1_000_000)
    cache.keep("one", _ready(), ["evt_1", "art_1", "post"])
    cache.keep("two", _ready(), ["evt_2", "art_2", "post"])

    cache.drop({"art_1", "art_9"})
    assert [cache.get("one") is None, cache.get("two") is None] == [True, False]

    cache.drop({"post"})
    assert (len(cache), cache.size_bytes) == (0, 0)


def test_a_reply_in_anothers_place_takes_its_room() -> None:
    cache = HotCache(1_000_000)
    cache.keep("one", _ready(LONG), ["evt_1"])
    cache.keep("one", _ready(), ["evt_2"])

    cache.drop({"evt_1"})
    assert cache.get("one")
    assert cache.size_bytes == 3 + _ready().size_bytes + ID_BYTES


def test_what_holds_for_a_moment_is_not_sent_later() -> None:
    cache = HotCache(1_000_000)
    cache.keep("soon", _ready(), [], until=monotonic() + 60)
    cache.keep("late", _ready(), [], until=monotonic() - 0.001)

    assert cache.get("soon")
    assert cache.get("late") is None


@pytest.mark.parametrize(
    ("asked", "status", "has_body"),
    [
        ([], 200, True),
        ([(b"if-none-match", b'W/"1"')], 304, False),
        ([(b"if-none-match", b'"0", "1"')], 304, False),
        ([(b"if-none-match", b"*")], 304, False),
        ([(b"if-none-match", b'"2"'), (b"accept-encoding", b"br, gzip")], 200, True),
        ([(b"if-none-match", b"\xff")], 200, True),
    ],
)
def test_who_has_it_gets_no_body(asked: list[tuple[bytes, bytes]], status: int, has_body: bool) -> None:
    start, body = _ready(LONG).messages(asked)

    assert (start["status"], bool(body["body"])) == (status, has_body)


def test_a_long_reply_is_there_gzipped_and_a_short_one_is_not() -> None:
    asked = [(b"accept-encoding", b"gzip")]

    start, body = _ready(LONG).messages(asked)
    assert gzip.decompress(body["body"]) == LONG
    assert dict(start["headers"])[b"content-length"] == str(len(body["body"])).encode()
    assert _ready().messages(asked)[1]["body"] == b"{}"


@pytest.mark.parametrize("refused", [b"gzip;q=0", b"br, gzip ; q=0.000", b"gzip;q=0, br"])
def test_who_refuses_gzip_gets_none(refused: bytes) -> None:
    assert _ready(LONG).messages([(b"accept-encoding", refused)])[1]["body"] == LONG
    mild = refused.replace(b"q=0", b"q=0.5").replace(b".5.000", b".500")
    assert _ready(LONG).messages([(b"accept-encoding", mild)])[1]["body"] != LONG


def test_without_an_etag_nothing_is_unchanged() -> None:
    moved = Ready(307, b"{}", {"location": "/v1/events/evt_1", "cache-control": "no-cache"})

    assert moved.messages([(b"if-none-match", b"*")])[0]["status"] == 307
