"""Brings a database to the schema this version needs, and says whether it is there."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from storage.engine import Database, reading, wait_for_turn, writing

_MIGRATING = 0x5EC05


class NewerSchema(Exception):
    """The database was migrated by a later version of this program, which alone can read it."""


def migrate(engine: Engine) -> bool:
    """Applies every migration that the database has not seen, all in one transaction; whether there was any.

    Of several processes that call it at once, one migrates and the others wait for it.

    Raises:
        NewerSchema: when the database has seen migrations that this version does not know.
    """
    config = _config()
    with writing(engine) as connection:
        wait_for_turn(connection, _MIGRATING)
        seen = _revision(connection)
        if seen == _head():
            return False
        if seen not in {None, *(script.revision for script in _scripts().walk_revisions())}:
            raise NewerSchema(f"its schema is {seen}, and this version knows none later than {_head()}")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return True


def is_current(engine: Engine) -> bool:
    """Whether the database has seen every migration; False for an empty one."""
    seen, newest = revisions(engine)
    return seen == newest


def revisions(database: Database) -> tuple[str | None, str | None]:
    """The last migration that the database has seen, None for an empty one, and the last that there is."""
    with reading(database) as connection:
        return _revision(connection), _head()


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@cache  # the migrations are files of this version, and are imported for it
def _head() -> str | None:
    return _scripts().get_current_head()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    # Alembic's own interpolation would read a per cent sign in a folder's name.
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config
