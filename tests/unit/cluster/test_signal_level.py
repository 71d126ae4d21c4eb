"""The level follows from its reasons; copies, releases, paid texts, poor coverage and time never raise it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.event import ArticleType, Level, Reason, Signal
from cluster.report import Report
from cluster.signal_level import level, points
from ingest.article import Publisher, Standing
from ingest.coverage import Coverage
from tests.builders import NOON, make_publisher
from tests.unit.cluster.reports import UNPOLLED, describe, make_report

ORDER = [Level.LOW, Level.MEDIUM, Level.HIGH]


def graded(*reports: Report, hours: float = 0.5, coverage: Coverage = UNPOLLED) -> Signal:
    return describe(reports, NOON + timedelta(hours=hours), coverage=coverage).signal


def bitcoin(id: str, publisher: str | Publisher, minutes: float = 0) -> Report:
    return make_report(id, publisher, minutes=minutes, title="Bitcoin drops below a round number", text="Bitcoin fell.")


def test_two_newsrooms_on_bitcoin_within_the_hour_are_high() -> None:
    found = graded(bitcoin("a", "ledgerpost"), bitcoin("b", "harbor", 10))

    assert (found.level, found.score, found.session) == (Level.HIGH, 7, "europe")
    assert {reason.code for reason in found.reasons if reason.passed} >= {
        "confirmed",
        "fresh",
        "spreading",
        "top_asset",
    }


def test_one_fresh_report_on_a_top_asset_is_medium() -> None:
    assert graded(bitcoin("a", "ledgerpost")).level is Level.MEDIUM


def test_two_newsrooms_of_which_one_is_unrated_do_not_confirm() -> None:
    unrated = bitcoin("b", make_publisher("blog", standing=Standing.UNRATED))
    found = graded(bitcoin("a", "ledgerpost"), unrated)

    assert not next(reason for reason in found.reasons if reason.code == "confirmed").passed


@given(st.lists(st.integers(-600, 600), max_size=3), st.lists(st.integers(-600, 600), min_size=1, max_size=6))
def test_an_unrated_report_never_raises_the_level(minutes: list[int], late: list[int]) -> None:
    own = [make_report(f"r{n}", f"outlet-{n}", minutes=at) for n, at in enumerate(minutes)]
    blogs = [bitcoin(f"b{n}", make_publisher(f"blog-{n}", standing=Standing.UNRATED), at) for n, at in enumerate(late)]
    known = own or [min(blogs, key=lambda one: (one.article.published_at, one.article.url))]

    assert graded(*known, *(one for one in blogs if one not in known), hours=10) == graded(*known, hours=10)


@pytest.mark.parametrize("type", [ArticleType.SPONSORED, ArticleType.OPINION, ArticleType.PRESS_RELEASE])
def test_paid_argued_and_handed_out_texts_alone_are_low(type: ArticleType) -> None:
    reports = [make_report(one, f"outlet-{one}", type=type, title="Bitcoin wins") for one in "abc"]

    assert graded(*reports).level is Level.LOW


@pytest.mark.parametrize("type", [ArticleType.SPONSORED, ArticleType.PRESS_RELEASE])
def test_what_is_paid_for_or_handed_out_never_raises_the_level(type: ArticleType) -> None:
    alone = graded(make_report("a", minutes=-300), hours=4)
    joined = graded(
        make_report("a", minutes=-300),
        make_report("b", "harbor", minutes=230, type=type, title="Bitcoin soars"),
        make_report("c", "tideline", minutes=235, type=type, title="Bitcoin soars"),
        hours=4,
    )

    assert (joined.level, joined.score) == (alone.level, alone.score)


@given(st.lists(st.integers(0, 600), min_size=1, max_size=6), st.integers(1, 600))
def test_a_copy_never_raises_the_level(minutes: list[int], late: int) -> None:
    reports = [bitcoin(f"r{n}", f"outlet-{n}", at) for n, at in enumerate(minutes)]
    at = minutes[0] + late
    copied = make_report("copy", "mirror", minutes=at, copy_of="r0", title="Bitcoin drops", text="Bitcoin fell.")

    assert graded(*reports, copied, hours=10) == graded(*reports, hours=10)


@given(st.lists(st.integers(0, 600), min_size=1, max_size=6), st.integers(0, 3000), st.integers(0, 3000))
def test_time_passing_never_raises_the_level(minutes: list[int], wait: int, longer: int) -> None:
    reports = [bitcoin(f"r{n}", f"outlet-{n}", at) for n, at in enumerate(minutes)]
    before, after = (graded(*reports, hours=10 + passed / 60) for passed in (wait, wait + longer))

    assert ORDER.index(after.level) <= ORDER.index(before.level)
    assert after.score <= before.score


def test_the_level_can_be_recomputed_from_the_reasons_alone() -> None:
    found = graded(bitcoin("a", "ledgerpost"), bitcoin("b", "harbor", 10))

    assert level(found.reasons) is found.level
    assert points(found.reasons) == found.score
    unconfirmed = [replace(one, passed=False) if one.code == "confirmed" else one for one in found.reasons]
    assert level(unconfirmed) is Level.MEDIUM


@pytest.mark.parametrize(
    ("coverage", "text"),
    [
        (Coverage(reached=12, polled=40), "Only 12 of 40 publishers reached in the last hour: reports may be missing"),
        (Coverage(reached=0, polled=40), "No publisher reached in the last hour: reports may be missing"),
    ],
)
def test_poor_coverage_is_a_reason_that_changes_no_level(coverage: Coverage, text: str) -> None:
    reports = bitcoin("a", "ledgerpost"), bitcoin("b", "harbor", 10)
    well = graded(*reports, coverage=Coverage(reached=20, polled=40))
    poorly = graded(*reports, coverage=coverage)

    assert poorly.reasons == (*well.reasons, Reason("coverage", text, coverage.reached, 20, False, 0))
    assert (poorly.level, poorly.score) == (well.level, well.score)
    assert (well.is_covered, poorly.is_covered) == (True, False)


def test_where_nothing_is_polled_nothing_is_said_of_coverage() -> None:
    assert graded(bitcoin("a", "ledgerpost")).is_covered


def test_minutes_in_which_nothing_happens_change_no_reason() -> None:
    reports = (bitcoin("a", "ledgerpost"), bitcoin("b", "harbor", 10))

    assert graded(*reports, hours=0.5).reasons == graded(*reports, hours=0.7).reasons
