"""The articles of the case files stand together or apart as an editor would have them."""

import pytest

from tests.quality.cases import FOLDER, Case, Claim, load
from tests.quality.placing import CasePlacer

CASES = load(FOLDER)
LEAD_WORDS = (40, 120)  # title and lead decide; more would be read by nobody


def _claims(together: bool) -> list[object]:
    return [
        pytest.param(
            case,
            claim,
            id=f"{case.name}: {claim.key}",
            marks=[pytest.mark.xfail(reason=claim.known_failure, strict=True)] if claim.known_failure else [],
        )
        for case in CASES
        for claim in case.claims
        if claim.together is together
    ]


@pytest.mark.parametrize(("case", "claim"), _claims(together=True))
def test_reports_of_one_happening_are_one_event(case: Case, claim: Claim, placer: CasePlacer) -> None:
    assert placer.holds(case, claim), f"kept apart: {_titles(case, claim)}. Guards: {case.guards}"


@pytest.mark.parametrize(("case", "claim"), _claims(together=False))
def test_reports_of_two_happenings_are_two_events(case: Case, claim: Claim, placer: CasePlacer) -> None:
    assert placer.holds(case, claim), f"joined: {_titles(case, claim)}. Guards: {case.guards}"


def test_every_text_is_as_long_as_a_lead() -> None:
    shortest, longest = LEAD_WORDS
    counts = {f"{case.name} {one.id}": len(one.text.split()) for case in CASES for one in case.articles}

    assert {key: count for key, count in counts.items() if not shortest <= count <= longest} == {}


def _titles(case: Case, claim: Claim) -> str:
    return f"“{case.title(claim.first)}” and “{case.title(claim.second)}”"
