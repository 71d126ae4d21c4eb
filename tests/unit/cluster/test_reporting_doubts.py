"""What is doubtful about what an event says."""

import pytest

from cluster.describing import draft
from cluster.doubts import Doubt, DoubtKind, Side
from cluster.event import Overrides
from cluster.report import Report
from cluster.reporting_doubts import doubts_on_reports
from ingest.article import Basis
from tests.builders import make_publisher
from tests.unit.cluster.reports import make_report

LONG = "The exchange counted what an attacker had taken from its wallets and told its users. " * 30


def _doubts(*reports: Report) -> dict[DoubtKind, Doubt]:
    found = doubts_on_reports(draft(reports))
    assert len({one.kind for one in found}) == len(found)
    return {one.kind: one for one in found}


def test_reports_that_agree_and_stand_on_their_own_are_no_doubt() -> None:
    assert _doubts(make_report("a"), make_report("b", "coinherald", minutes=20)) == {}


def test_several_publishers_that_rest_on_one_origin_may_look_confirmed() -> None:
    sisters = [make_publisher(name, owner="Quay Media") for name in ("quay", "quaydaily")]

    found = _doubts(make_report("a", sisters[0]), make_report("b", sisters[1], minutes=20))

    (doubt,) = found.values()
    assert (doubt.kind, doubt.event_id, doubt.about) == (DoubtKind.ONE_ORIGIN, "evt_1", "Quay Media")
    assert doubt.text == "2 publishers report this, and all of them count as one source: Quay Media."
    assert [(clue.what, clue.article_ids) for clue in doubt.evidence] == [
        ("report", ("a",)),
        ("report", ("b",)),
        ("source", ()),
    ]


def test_disputed_figures_name_both_and_who_gives_them() -> None:
    one = make_report("a", text="Liquidations came to $967 million within a day, the exchange said.")
    other = make_report("b", "coinherald", minutes=9, text="Liquidations came to $1.24 billion, traders saw.")

    doubt = _doubts(one, other)[DoubtKind.DISPUTED_FIGURES]

    assert doubt.text == "Reports differ on liquidations: $967 million (Ledgerpost), $1.24 billion (Coinherald)."
    assert doubt.about == "liquidations"
    figures = [(clue.side, clue.text, clue.article_ids) for clue in doubt.evidence if clue.what == "figure"]
    assert figures == [(Side.HERE, "$967 million", ("a",)), (Side.THERE, "$1.24 billion", ("b",))]


@pytest.mark.parametrize(("hours", "is_doubted"), [(12, True), (2, False)])
def test_an_event_that_had_settled_and_grows_at_once_may_have_taken_something_new(hours: int, is_doubted: bool) -> None:
    first = make_report("a")
    late = [make_report(f"b{n}", f"outlet{n}", minutes=60 * hours + n) for n in range(4)]

    found = _doubts(first, *late)

    assert (DoubtKind.SUDDEN_GROWTH in found) is is_doubted
    if is_doubted:
        assert found[DoubtKind.SUDDEN_GROWTH].about == f"{late[-1].article.published_at:%Y-%m-%d}"


def test_a_lead_that_changed_its_headline_is_old_or_has_little_to_say_is_stale() -> None:
    other = make_report("b", "coinherald", minutes=20, text=LONG)
    renamed = make_report("a", first_title="Corvane opens a wallet")
    poor = make_report("a", text="Corvane stopped withdrawals.")
    late = make_report("b", "coinherald", minutes=30 * 60)

    events = ((renamed, other), (poor, other), (poor, late))
    found = [_doubts(*reports)[DoubtKind.STALE_LEAD] for reports in events]

    assert {doubt.about for doubt in found} == {"a"}
    assert [doubt.text for doubt in found] == [
        "Ledgerpost, which leads, has changed its headline.",
        "The lead, by Ledgerpost, has 3 words; the report by Coinherald has 450.",
        "The lead, by Ledgerpost, is 30 hours older than the report by Coinherald.",
    ]


def test_a_lead_that_an_editor_confirmed_is_not_asked_about() -> None:
    poor, other = make_report("a", text="Corvane stopped withdrawals."), make_report("b", "coinherald", text=LONG)

    found = doubts_on_reports(draft([poor, other], "a", Overrides(lead_article_id="a")))

    assert DoubtKind.STALE_LEAD not in {one.kind for one in found}


def test_a_report_without_a_date_is_asked_about_most_where_it_leads() -> None:
    undated = make_report("a", published_at_basis=Basis.FIRST_SEEN)
    dated = make_report("b", "coinherald", minutes=20)
    later = make_report("c", "blockgazette", minutes=30, published_at_basis=Basis.FIRST_SEEN)

    leading, beside = (_doubts(*reports)[DoubtKind.UNDATED] for reports in ((undated, dated), (dated, later)))

    assert leading.doubt > beside.doubt
    assert (leading.about, beside.about) == ("a", "c")
    assert leading.text == "Ledgerpost gives no date: when its report was first seen stands in for it."
