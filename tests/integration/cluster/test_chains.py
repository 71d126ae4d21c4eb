"""Chains as they stand in the database: over merges, without what is gone, and of any length."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from cluster.chain_store import ChainStore
from cluster.chains import MOST
from cluster.changes import change_events
from cluster.event import Earlier, Event, Followed, Status
from cluster.store import EventStore
from tests.integration.api.seeding import end_event, seed_event
from tests.integration.cluster.pipeline import read
from tests.integration.cluster.standing import desk_of
from tests.unit.api.builders import NOON, make_article, make_event, make_member


def tell(engine: Engine, name: str, hours: int, follows: str | None = None, actor: str | None = "Corvane") -> Event:
    """An event that began some hours after noon, described; its id is `evt_` and its name."""
    article = make_article(f"art_{name}", title=f"What {name} tells", minutes=60 * hours)
    followed = Followed(Earlier(f"evt_{follows}", "as it was called"), actor) if follows else None
    told = make_event(make_member(article), event_id=f"evt_{name}", follows=followed)
    seed_event(engine, told)
    read(engine, [article.id])
    return told


def merge(engine: Engine, source: str, target: str) -> None:
    desk_of(engine).merge(f"evt_{source}", f"evt_{target}", {})


def chain(engine: Engine, name: str) -> list[str]:
    return [outline.event_id.removeprefix("evt_") for outline in ChainStore(engine).chain(f"evt_{name}")]


def beside(engine: Engine, name: str) -> tuple[str | None, Sequence[str]]:
    found = ChainStore(engine).beside([f"evt_{name}"])[f"evt_{name}"]
    return found.earlier.event_id if found.earlier else None, [one.event_id for one in found.later]


@pytest.fixture
def affair(engine: Engine) -> None:
    """A breach, the plan and the suit that followed it, and a ruling on the suit."""
    tell(engine, "breach", 0)
    tell(engine, "plan", 10, "breach")
    tell(engine, "suit", 12, "breach")
    tell(engine, "ruling", 40, "suit", None)
    tell(engine, "stranger", 20)


@pytest.mark.usefixtures("affair")
def test_a_chain_holds_what_came_before_an_event_and_what_follows_it(engine: Engine) -> None:
    assert chain(engine, "breach") == ["breach", "plan", "suit", "ruling"]
    assert chain(engine, "suit") == ["breach", "suit", "ruling"]
    assert chain(engine, "ruling") == ["breach", "suit", "ruling"]
    assert chain(engine, "stranger") == ["stranger"]


@pytest.mark.usefixtures("affair")
def test_beside_an_event_stand_those_one_step_away(engine: Engine) -> None:
    assert beside(engine, "breach") == (None, ["evt_plan", "evt_suit"])
    assert beside(engine, "suit") == ("evt_breach", ["evt_ruling"])

    found = ChainStore(engine).beside(["evt_suit", "evt_plan", "evt_none"])
    assert set(found) == {"evt_suit", "evt_plan"}
    assert found["evt_suit"].earlier is not None
    assert (found["evt_suit"].earlier.title, found["evt_suit"].earlier.published_at) == ("What breach tells", NOON)
    assert found["evt_suit"].outline.follows == Followed(Earlier("evt_breach", "as it was called"), "Corvane")


def test_an_id_that_was_merged_stands_for_where_it_leads(engine: Engine) -> None:
    for name, hours in (("theft", 2), ("hack", 1), ("breach", 0)):  # a merge keeps the id that was opened first
        tell(engine, name, hours)
    tell(engine, "suit", 12, "breach")
    tell(engine, "plan", 14, "theft")
    merge(engine, "breach", "hack")
    merge(engine, "hack", "theft")

    assert chain(engine, "suit") == ["theft", "suit"]
    assert chain(engine, "theft") == ["theft", "suit", "plan"]
    assert beside(engine, "theft") == (None, ["evt_suit", "evt_plan"])


@pytest.mark.usefixtures("affair")
def test_what_follows_a_merged_event_follows_the_one_that_took_it(engine: Engine) -> None:
    merge(engine, "suit", "breach")

    assert chain(engine, "ruling") == ["breach", "ruling"]
    assert beside(engine, "breach") == (None, ["evt_plan", "evt_ruling"])


def test_an_event_that_was_merged_with_the_one_that_it_follows_follows_nothing(engine: Engine) -> None:
    tell(engine, "suit", 12, "breach")
    tell(engine, "breach", 0)  # a late report
    assert chain(engine, "suit") == ["breach", "suit"]

    merge(engine, "breach", "suit")

    assert chain(engine, "suit") == ["suit"]
    assert beside(engine, "suit") == (None, [])


def test_what_comes_back_after_a_merge_is_followed_again(engine: Engine) -> None:
    tell(engine, "hack", 1)
    tell(engine, "breach", 0)
    tell(engine, "suit", 12, "breach")
    desk = desk_of(engine)
    done = desk.merge("evt_breach", "evt_hack", {})
    assert chain(engine, "hack") == ["hack", "suit"]

    desk.undo(done.seq)

    assert chain(engine, "suit") == ["breach", "suit"]
    assert chain(engine, "hack") == ["hack"]


@pytest.mark.usefixtures("affair")
def test_what_was_removed_or_merged_is_no_part_of_a_chain(engine: Engine) -> None:
    end_event(engine, "evt_suit", Status.REMOVED)
    end_event(engine, "evt_plan", Status.MERGED, "evt_stranger")

    assert chain(engine, "ruling") == ["breach", "ruling"]
    assert chain(engine, "breach") == ["breach", "ruling"]
    assert beside(engine, "breach") == (None, [])


def test_a_chain_that_leads_back_to_itself_ends(engine: Engine) -> None:
    for name, followed in (("a", "c"), ("b", "a"), ("c", "b"), ("d", "d")):
        tell(engine, name, ord(name), followed)

    assert chain(engine, "b") == ["a", "b", "c"]
    assert chain(engine, "d") == ["d"]


def test_of_a_long_chain_the_nearest_are_shown(engine: Engine) -> None:
    for number in range(2 * MOST + 6):
        tell(engine, f"{number:02}", 10 * number, f"{number - 1:02}" if number else None)

    found = chain(engine, f"{MOST + 3:02}")

    assert found == [f"{number:02}" for number in range(3, 2 * MOST + 4)]


def test_a_long_chain_takes_a_handful_of_queries(engine: Engine) -> None:
    for number in range(2 * MOST + 2):
        tell(engine, f"{number:02}", 10 * number, f"{number - 1:02}" if number else None)
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *said: asked.append(said[2]))

    assert len(chain(engine, f"{MOST:02}")) == 2 * MOST + 1

    assert len(asked) <= 8


def test_a_chain_goes_on_over_merges_in_the_midst_of_it(engine: Engine) -> None:
    for number in range(8):
        tell(engine, f"{number:02}", 10 * number, f"{number - 1:02}" if number else None)
    for number in (2, 5):
        tell(engine, f"kept{number}", 10 * number + 1, f"{number - 1:02}")
        end_event(engine, f"evt_{number:02}", Status.MERGED, f"evt_kept{number}")

    whole = ["00", "01", "kept2", "03", "04", "kept5", "06", "07"]
    assert [chain(engine, one) for one in ("00", "04", "kept2", "07")] == [whole] * 4


def test_what_an_event_follows_is_said_anew_when_it_is_described_again(engine: Engine) -> None:
    for name, hours in (("breach", 0), ("hack", 1)):
        tell(engine, name, hours)
    suit = tell(engine, "suit", 12, "breach")
    assert suit.description is not None
    anew = make_event(*suit.members, event_id=suit.id, follows=Followed(Earlier("evt_hack", "it"), None))
    assert anew.description is not None

    with change_events(engine, by="describe", at=NOON + timedelta(days=1)) as ledger:
        assert ledger.describe(suit.id, anew.description, 2, None)

    assert chain(engine, "suit") == ["hack", "suit"]
    assert chain(engine, "breach") == ["breach"]
    stored = EventStore(engine).get("evt_suit")
    assert stored is not None
    assert stored.description is not None
    assert stored.description.follows == anew.description.follows
