"""A database of very many events: two are stored as the pipeline does, and copied by the database itself."""

from dataclasses import replace

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Integer,
    String,
    cast,
    func,
    insert,
    literal,
    select,
    true,
)

from cluster.event import Event, Related
from cluster.tables import changes, events, members
from ingest.tables import articles
from storage.engine import writing
from tests.integration.api.seeding import seed_event
from tests.unit.api.builders import NOON, make_article, make_event, make_full_event, make_member

RENAMED = {"id", "url", "event_id", "article_id", "copy_of", "description", "moved"}  # columns that hold ids
LONE, FULL = "evt_lone", "evt_full"


def fill(engine: Engine, lone: int, full: int) -> None:
    """So many events of one short article, and so many whose reply has 10 KB."""
    seed_event(engine, make_event(make_member(make_article("art_lone", text="Short.")), event_id=LONE))
    seed_event(engine, _full())
    with writing(engine) as connection:
        for event_id, count in ((LONE, lone), (FULL, full)):
            _multiply(connection, event_id, count)
        connection.exec_driver_sql("ANALYZE")


def full_path(number: int) -> str:
    """The path of the one or other of the long events."""
    return f"/v1/events/{FULL.replace('_', f'_{number}_')}"


def address(number: int) -> str:
    """The path that resolves the address of its first article."""
    return f"/v1/resolve?url=https%3A%2F%2Fharbour-ledger.example%2Fart_{number}_1"


def _full() -> Event:
    made = make_full_event()
    assert made.description is not None
    more = [
        make_member(
            make_article(f"art_{number}", f"Outlet {number}", minutes=number), because=made.members[1].placement.because
        )
        for number in (6, 7)
    ]
    related = tuple(
        Related(f"evt_r{number}", "Funding rates turn negative on three venues", "follows", "Same asset.", 2, NOON)
        for number in range(6)
    )
    said = replace(
        made.description,
        related=related,
        roles=(*made.description.roles, *((one.article.id, one.role, "org_1") for one in more)),
    )
    return replace(made, id=FULL, members=(*made.members, *more), description=said)


def _multiply(connection: Connection, event_id: str, count: int) -> None:
    first = select(literal(1, Integer).label("number")).cte("numbers", recursive=True)
    numbers = first.union_all(select(first.c.number + 1).where(first.c.number < count))
    own = select(members.c.article_id).where(members.c.event_id == event_id)
    for table, where in (
        (articles, articles.c.id.in_(own)),
        (events, events.c.id == event_id),
        (members, members.c.event_id == event_id),
        (changes, changes.c.event_id == event_id),
    ):
        columns = [column for column in table.columns if column.name != "seq"]
        copied = select(*(_copied(column, numbers.c.number) for column in columns))
        copied = copied.select_from(table.join(numbers, true())).where(where)
        connection.execute(insert(table).from_select([column.name for column in columns], copied))


def _copied(column: Column[object], number: ColumnElement[int]) -> ColumnElement[object]:
    if column.name not in RENAMED:
        return column
    renamed: ColumnElement[object] = column
    for prefix in ("art_", "evt_"):
        renamed = func.replace(renamed, prefix, literal(prefix) + cast(number, String) + "_")
    return renamed
