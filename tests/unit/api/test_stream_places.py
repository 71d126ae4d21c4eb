"""How many streams there may be."""

from contextlib import ExitStack

from api.stream_places import StreamPlaces


def test_one_client_gets_no_more_than_its_share_until_it_closes_one() -> None:
    places = StreamPlaces(all_of_them=3, of_a_client=2)
    with ExitStack() as open_streams:
        for _ in range(2):
            open_streams.enter_context(places.taken("10.0.0.1"))
        refused = places.refusal("10.0.0.1")
        assert refused is not None
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "30")
        assert places.refusal("10.0.0.2") is None

    assert places.refusal("10.0.0.1") is None


def test_all_together_get_no_more_than_there_are() -> None:
    places = StreamPlaces(all_of_them=2, of_a_client=2)
    with places.taken("10.0.0.1"), places.taken("10.0.0.2"):
        refused = places.refusal("10.0.0.3")
        assert refused is not None
        assert refused.status_code == 503
        assert refused.headers["content-type"] == "application/problem+json"
