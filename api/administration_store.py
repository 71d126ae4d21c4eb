"""The queries of api on what was done about people and keys."""

from datetime import datetime

from sqlalchemy import Connection, Engine, insert, or_, select

from api.administration import COMMAND_LINE, Measure, MeasureType
from api.roles import Role
from api.tables import administration, editors
from storage.engine import reading


class NotAdmin(Exception):
    """Whoever does this is no admin, or not any more; nothing was written."""


class AdministrationStore:
    """What was done about people and keys; the stores that do it write it, in the same transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def latest(self, limit: int, *, by: str = "", type: str = "", before: int | None = None) -> list[Measure]:
        """The newest first; those of one person, of one type, with a lesser seq than `before`."""
        table = administration.c
        query = select(administration).order_by(table.seq.desc()).limit(limit)
        for column, wanted in ((table.by, by), (table.type, type)):
            query = query.where(column == wanted) if wanted else query
        query = query if before is None else query.where(table.seq < before)
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return [Measure(row.seq, MeasureType(row.type), row.by, row.at, row.about, row.detail) for row in rows]

    def who(self) -> set[str]:
        """The names under which anything was done."""
        with reading(self._engine) as connection:
            return set(connection.scalars(select(administration.c.by).distinct()))


def must_administer(
    connection: Connection, by: str, name: str | None = None, *, or_be_them: bool = False
) -> str | None:
    """Holds the rows of all admins, and of who has a name, before somebody administers; that one's id, None of nobody.

    They are held in one order: of two admins who take the role from each other one waits, and is none by then. Whoever
    touches links or sessions holds their editor's row before.

    Raises:
        NotAdmin: when `by` is neither an admin nor the command nor, with `or_be_them`, who has the name.
    """
    query = select(editors).where(or_(editors.c.role == Role.ADMIN, editors.c.name == name))
    held = {row.name: row for row in connection.execute(query.order_by(editors.c.id).with_for_update())}
    is_admin = by == COMMAND_LINE or (by in held and held[by].role == Role.ADMIN)
    if not is_admin and not (or_be_them and by == name):
        raise NotAdmin
    return held[name].id if name in held else None


def write_measure(
    connection: Connection, type: MeasureType, about: str, by: str, at: datetime, detail: str = ""
) -> None:
    """Adds a row to the record."""
    row = {"type": type, "by": by, "at": at, "about": about, "detail": detail}
    connection.execute(insert(administration).values(**row))
