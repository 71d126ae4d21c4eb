"""A note in the data folder while the demo runs: commands beside it are about what its pages show."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, ValidationError

from commands.demo_folder import NAME
from storage.settings import Settings

NOTE, LOCK = "demo.json", "run.lock"


class _Note(BaseModel):
    """What the commands need beside the demo's folder."""

    host: str
    port: int
    public_url: str | None
    allow_addresses: tuple[str, ...]


@contextmanager
def noted(data_dir: Path, demo: Settings) -> Iterator[None]:
    """Leaves the note in the data folder for as long as the context is open."""
    path = data_dir / NOTE
    path.write_text(_Note.model_validate(demo, from_attributes=True).model_dump_json())
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def followed(settings: Settings, say: Callable[[str], None]) -> Settings:
    """The settings of the demo that runs in the data folder, if one does; which database that makes is said.

    Where a database is set, that is the one meant, and how to reach the demo's is said instead.
    """
    note = _note(settings.data_dir)
    if note is None:
        return settings
    folder = settings.data_dir / NAME
    if settings.database_url is not None:
        say(
            "this is about the database that SECONDSOURCE_DATABASE_URL names, not about the running demo's: "
            f"for that, set SECONDSOURCE_DATABASE_URL= SECONDSOURCE_DATA_DIR={folder}"
        )
        return settings
    say(f"the demo is running: this is about its database, {folder / 'secondsource.db'}")
    return settings.model_copy(update={**note.model_dump(), "data_dir": folder, "broker_url": None})


def _note(data_dir: Path) -> _Note | None:
    """None when no demo runs; one that was killed leaves its note, but holds no lock."""
    try:
        note = _Note.model_validate_json((data_dir / NOTE).read_bytes())
        with (data_dir / LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return None
    except BlockingIOError:
        return note
    except (OSError, ValidationError):
        return None
