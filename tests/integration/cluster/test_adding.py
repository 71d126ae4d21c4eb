"""An article that an editor gives the address of joins its event once, stays there, and leaves it without a trace."""

from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError

import cluster.adding
from cluster import regrouping_by_hand
from cluster.action import Action, ActionType, Link, Pair
from cluster.adding import ANOTHER_LANGUAGE, UNREADABLE, place_added
from cluster.editing import Desk, Refused
from cluster.editing_store import EditingStore, write_pairs
from cluster.event import Status
from cluster.following_up import follow_up
from cluster.reading_store import ReadingStore
from cluster.reclustering import recluster
from cluster.repair import repair
from cluster.repair_scope import is_by_editor
from cluster.store import EventStore
from cluster.tables import members
from ingest.addition import Addition, AdditionState
from ingest.addition_store import BROKE, MAX_ATTEMPTS, TAKEN_BACK, AdditionStore
from ingest.article import Article
from ingest.outcome import Outcome
from ingest.publishers import Listed, ListedFeed
from ingest.store import ArticleStore, FeedStore, PublisherStore
from storage.engine import reading, writing
from tests.builders import NOON, make_article
from tests.integration.cluster.editorial import editorial
from tests.integration.cluster.pipeline import NOW, place, publish, read
from tests.integration.ingest.adding import asked
from tests.integration.read_only import read_only_at

MISSING = make_article(
    "art_9",
    "harbour",
    title="Regulator opens a file on the bridge",
    text="The file is about another matter, said the office of the regulator on Thursday, and named no date for it.",
)
FRENCH = {
    "language": "fr",
    "title": "La plateforme Corvane suspend les retraits",
    "text": "La plateforme suspend les retraits des clients cette nuit et ne dit pas pour combien de temps. " * 8,
}


@pytest.fixture
def event_id(engine: Engine) -> str:
    """An event of two reports, beside another one."""
    talk = make_article("art_3", "newsbtc", title="A talk on staking", text="Comments are due by the end of May.")
    placed = publish(engine, make_article("art_1", "ledgerpost"), make_article("art_2", "coinherald"), talk)
    assert placed["art_1"] == placed["art_2"] != placed["art_3"]
    return placed["art_1"]


def fetched(engine: Engine, event_id: str, article: Article = MISSING, reason: str = "") -> Addition:
    """A request whose article was stored by a worker of ingest."""
    one = asked(engine, article.url, event_id, reason=reason)
    AdditionStore(engine).end_fetching(one, article)
    return one


def add(engine: Engine, event_id: str, article: Article = MISSING) -> Action:
    """A request that is placed."""
    fetched(engine, event_id, article)
    read(engine, [article.id])
    (action,) = place_added(engine, NOW)
    return action


def ended(engine: Engine, one: Addition) -> tuple[AdditionState, str]:
    found = AdditionStore(engine).get(one.id)
    assert found
    return found.state, found.sentence


def standing(engine: Engine, event_id: str) -> list[str]:
    event = EventStore(engine).get(event_id)
    assert event
    return sorted(member.article.id for member in event.members)


def test_it_joins_the_event_as_one_action_and_is_described_with_it(engine: Engine, event_id: str) -> None:
    one = fetched(engine, event_id, reason="The feed left it out.")
    assert place_added(engine, NOW) == [], "it was not read yet"
    read(engine, [MISSING.id])
    assert place(engine) == {}, "rules leave it alone"
    assert EventStore(engine).event_of([MISSING.id]) == {}

    (action,) = place_added(engine, NOW)

    assert place_added(engine, NOW) == []
    kept = EditingStore(engine).latest(10)
    assert kept == [action]
    draft = action.draft
    assert (draft.type, draft.by, draft.reason, draft.url) == (
        *(ActionType.ADD, "Ada", "The feed left it out."),
        MISSING.url,
    )
    assert (draft.before, [one.article_id for one in draft.after], draft.led_to) == ((), [MISSING.id], event_id)
    assert standing(engine, event_id) == ["art_1", "art_2", "art_9"]
    event = EventStore(engine).get(event_id)
    assert event
    assert event.description
    assert {member.role for member in event.members} != {None}
    assert ended(engine, one) == (AdditionState.PLACED, "")


def test_it_stays_whatever_the_rules_say(engine: Engine, event_id: str) -> None:
    add(engine, event_id)

    recluster(engine, NOON.replace(hour=0), NOW)
    repair(engine, NOW)

    assert standing(engine, event_id) == ["art_1", "art_2", "art_9"]
    (pair,) = EditingStore(engine).pairs()
    assert (pair.link, MISSING.id in (pair.one, pair.other)) == (Link.MUST, True)


def test_undoing_it_leaves_the_event_as_it_was_and_the_article_in_none(engine: Engine, event_id: str) -> None:
    before = editorial(engine)
    action = add(engine, event_id)
    assert editorial(engine) != before

    follow_up(Desk(engine, "Grace", NOW).undo(action.seq).draft, engine=engine, now=NOW)

    place(engine)
    repair(engine, NOW)
    recluster(engine, NOON.replace(hour=0), NOW)
    assert editorial(engine) == before
    assert EventStore(engine).event_of([MISSING.id]) == {}
    assert ArticleStore(engine).by_url(MISSING.url) is not None


def test_undoing_it_leaves_no_word_when_the_lead_it_was_bound_to_is_gone(engine: Engine, event_id: str) -> None:
    action = add(engine, event_id)
    assert EditingStore(engine).pairs() == [Pair("art_2", MISSING.id, Link.MUST)]
    take_back(engine, "art_2")
    assert EditingStore(engine).pairs() == [Pair("art_1", MISSING.id, Link.MUST)]

    Desk(engine, "Ada", NOW).undo(action.seq)

    assert EditingStore(engine).pairs() == []
    listed_by_a_feed(engine, "https://harbour.example/feed")
    place(engine)
    (placement,) = EventStore(engine).placed([MISSING.id]).values()
    assert not is_by_editor(placement), "a feed brought it"
    take_back(engine, "art_1")
    assert EventStore(engine).get(event_id).status is Status.REMOVED  # type: ignore[union-attr]


def test_what_was_bound_through_it_stays_bound_when_it_is_undone(engine: Engine, event_id: str) -> None:
    Desk(engine, "Ada", NOW).move(["art_3"], event_id, {})
    action = add(engine, event_id)
    take_back(engine, "art_2")

    Desk(engine, "Ada", NOW).undo(action.seq)

    assert EditingStore(engine).pairs() == [Pair("art_1", "art_3", Link.MUST)]


def test_a_word_on_an_article_that_stands_nowhere_stops_no_repair(engine: Engine, event_id: str) -> None:
    ArticleStore(engine).add(MISSING)
    with writing(engine) as connection:
        write_pairs(connection, [Pair("art_1", MISSING.id, Link.MUST)])

    take_back(engine, "art_1")

    assert standing(engine, event_id) == ["art_2"]
    assert EditingStore(engine).pairs() == []


def take_back(engine: Engine, article_id: str) -> None:
    """What its publisher does, and the repair that follows it."""
    ArticleStore(engine).remove([article_id], NOW)
    repair(engine, NOW)


def test_what_was_taken_out_can_be_added_again_and_a_feed_may_bring_it(engine: Engine, event_id: str) -> None:
    Desk(engine, "Ada", NOW).undo(add(engine, event_id).seq)
    again = add(engine, event_id)
    assert standing(engine, event_id) == ["art_1", "art_2", "art_9"]
    Desk(engine, "Ada", NOW).undo(again.seq)

    listed_by_a_feed(engine, "https://harbour.example/feed")
    place(engine)

    assert EventStore(engine).event_of([MISSING.id]).keys() == {MISSING.id}


def listed_by_a_feed(engine: Engine, url: str) -> None:
    """What a poll does that finds the article in its feed."""
    PublisherStore(engine).add([Listed(MISSING.publisher, (ListedFeed(url),))], NOON)
    (feed,) = PublisherStore(engine).list()
    FeedStore(engine).begin_entry(feed.id, "guid")
    FeedStore(engine).end_entry(feed.id, "guid", Outcome.STORED, MISSING)


def test_a_later_action_on_it_has_to_be_undone_first(engine: Engine, event_id: str) -> None:
    desk, added = Desk(engine, "Ada", NOW), add(engine, event_id)
    moved = desk.move([MISSING.id], None, {})

    with pytest.raises(Refused, match=f"undo action {moved.seq} first"):
        desk.undo(added.seq)

    desk.undo(moved.seq)
    desk.undo(added.seq)
    assert standing(engine, event_id) == ["art_1", "art_2"]


def test_an_article_that_is_known_moves_and_returns(engine: Engine, event_id: str) -> None:
    home = EventStore(engine).event_of(["art_3"])["art_3"]
    before = editorial(engine)
    known = ArticleStore(engine).get_many(["art_3"])["art_3"]
    fetched(engine, event_id, known)

    (action,) = place_added(engine, NOW)

    assert (action.draft.type, action.draft.url) == (ActionType.ADD, known.url)
    assert standing(engine, event_id) == ["art_1", "art_2", "art_3"]
    assert EventStore(engine).get(home).status is Status.MERGED  # type: ignore[union-attr]
    follow_up(Desk(engine, "Ada", NOW).undo(action.seq).draft, engine=engine, now=NOW)
    assert EventStore(engine).event_of(["art_3"]) == {"art_3": home}
    assert editorial(engine) == before


def test_one_that_a_feed_has_just_brought_is_placed_by_the_rules_first(engine: Engine, event_id: str) -> None:
    ArticleStore(engine).add(MISSING)
    read(engine, [MISSING.id])
    fetched(engine, event_id)
    assert place_added(engine, NOW) == []

    place(engine)

    (action,) = place_added(engine, NOW)
    assert [one.article_id for one in action.draft.before] == [MISSING.id]


def merged(engine: Engine, event_id: str) -> Sequence[str]:
    other = EventStore(engine).event_of(["art_3"])["art_3"]
    Desk(engine, "Ada", NOW).merge(event_id, other, {}, keep=other)
    return standing(engine, other)


def test_it_joins_what_its_event_was_merged_into_meanwhile(engine: Engine, event_id: str) -> None:
    one = fetched(engine, event_id)
    read(engine, [MISSING.id])
    there = merged(engine, event_id)

    (action,) = place_added(engine, NOW)

    assert standing(engine, action.draft.led_to) == sorted([*there, MISSING.id])
    assert ended(engine, one)[0] is AdditionState.PLACED


def locked(engine: Engine, event_id: str) -> None:
    Desk(engine, "Ada", NOW).lock(event_id, {})


def removed(engine: Engine, event_id: str) -> None:
    ArticleStore(engine).remove(["art_1", "art_2"], NOW)
    repair(engine, NOW)


def taken_back(engine: Engine, event_id: str) -> None:
    ArticleStore(engine).remove([MISSING.id], NOW)


@pytest.mark.parametrize(
    ("meanwhile", "sentence"),
    [(locked, "is locked: unlock it first"), (removed, "was removed"), (taken_back, TAKEN_BACK)],
)
def test_what_changed_meanwhile_refuses_it_with_a_sentence(
    engine: Engine, event_id: str, meanwhile: Callable[[Engine, str], None], sentence: str
) -> None:
    one = fetched(engine, event_id)
    read(engine, [MISSING.id])
    meanwhile(engine, event_id)
    before = editorial(engine)

    assert place_added(engine, NOW) == []

    state, said = ended(engine, one)
    assert state is AdditionState.REFUSED
    assert sentence in said
    assert editorial(engine) == before


def test_one_that_stands_there_already_is_refused(engine: Engine, event_id: str) -> None:
    one = fetched(engine, event_id, ArticleStore(engine).get_many(["art_1"])["art_1"])

    assert place_added(engine, NOW) == []
    assert ended(engine, one) == (AdditionState.REFUSED, "This article stands in that event already.")


def test_one_in_another_language_is_refused(engine: Engine, event_id: str) -> None:
    french = make_article("art_fr", "harbour", **FRENCH)
    one = fetched(engine, event_id, french)
    read(engine, [french.id])

    assert place_added(engine, NOW) == []
    assert ended(engine, one) == (AdditionState.REFUSED, ANOTHER_LANGUAGE)


def test_one_that_breaks_its_reader_is_refused(engine: Engine, event_id: str) -> None:
    one = fetched(engine, event_id)
    for _ in range(3):
        ReadingStore(engine).begin([MISSING.id])  # and the process dies
        assert ended(engine, one)[0] is AdditionState.FETCHED

    assert place_added(engine, NOW) == []
    assert ended(engine, one) == (AdditionState.REFUSED, UNREADABLE)


def test_a_worker_killed_while_it_places_adds_nothing_or_all_and_tries_three_times(
    engine: Engine, event_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = fetched(engine, event_id)
    read(engine, [MISSING.id])
    before = editorial(engine)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt  # as a kill, it leaves the transaction to the database

    with monkeypatch.context() as broken:
        broken.setattr(AdditionStore, "end_placing", dies)
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                place_added(engine, NOW)
            assert (editorial(engine), EditingStore(engine).latest(9)) == (before, [])

    assert len(place_added(engine, NOW)) == 1
    assert ended(engine, one)[0] is AdditionState.PLACED
    with monkeypatch.context() as broken:
        broken.setattr(regrouping_by_hand, "add", dies)
        second = fetched(engine, event_id, ArticleStore(engine).get_many(["art_3"])["art_3"])
        for _ in range(3):
            with pytest.raises(KeyboardInterrupt):
                place_added(engine, NOW)
        assert place_added(engine, NOW) == []
    assert ended(engine, second) == (AdditionState.REFUSED, BROKE)


def test_an_outage_while_it_is_placed_is_no_attempt(engine: Engine, event_id: str) -> None:
    one = fetched(engine, event_id)
    read(engine, [MISSING.id])

    for _ in range(MAX_ATTEMPTS + 1):
        with read_only_at(engine, "INSERT INTO members"), pytest.raises(DBAPIError):
            place_added(engine, NOW)

    assert len(place_added(engine, NOW)) == 1
    assert ended(engine, one)[0] is AdditionState.PLACED


def test_an_outage_while_it_is_refused_does_not_change_why(engine: Engine, event_id: str) -> None:
    one = fetched(engine, event_id)
    read(engine, [MISSING.id])
    locked(engine, event_id)

    for _ in range(MAX_ATTEMPTS + 1):
        with read_only_at(engine, "UPDATE additions SET state"), pytest.raises(DBAPIError):
            place_added(engine, NOW)

    assert place_added(engine, NOW) == []
    assert "is locked" in ended(engine, one)[1]


def test_two_workers_that_place_at_once_place_it_once(engine: Engine, event_id: str) -> None:
    one = fetched(engine, event_id)
    read(engine, [MISSING.id])
    first = cluster.adding._place(one, engine, NOW)

    assert first
    assert cluster.adding._place(one, engine, NOW) is None
    with reading(engine) as connection:
        assert connection.scalars(select(members.c.article_id)).all().count(MISSING.id) == 1
    assert EditingStore(engine).pairs() == [Pair.of(MISSING.id, _other(first), Link.MUST)]


def _other(action: Action) -> str:
    (pair,) = action.draft.added
    return pair.one if pair.other == MISSING.id else pair.other
