"""A PostgreSQL server of the tests' own, on a unix socket in a short temporary folder."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.engine import open_engine

DEBIAN = Path("/usr/lib/postgresql")
GUARDED = "guarded"  # who gives this name is asked for a password; there is no such user yet


def programs() -> Path | None:
    """The folder with `initdb` and `pg_ctl`, the newest version's on Debian; None where PostgreSQL is not installed."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    versions = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else None


@contextmanager
def postgresql(folder_of_programs: Path) -> Iterator[str]:
    """The URL of the server's database `postgres`, for as long as the context is open."""
    home = Path(tempfile.mkdtemp(prefix="pg-"))  # pytest's folders are too deep for a socket's 107 bytes
    if os.geteuid() == 0:
        shutil.chown(home, "postgres", "postgres")
    try:
        _run(folder_of_programs / "initdb", "-D", f"{home}/data", "-U", "tests", "--auth=trust", "--no-sync")
        rules = home / "data" / "pg_hba.conf"
        rules.write_text(f"local all {GUARDED} scram-sha-256\n{rules.read_text()}")
        options = (
            f"-c listen_addresses='' -c unix_socket_directories={home} -c fsync=off -c jit=off -c lock_timeout=30s"
        )
        _run(folder_of_programs / "pg_ctl", "-D", f"{home}/data", "-l", f"{home}/log", "-w", "-o", options, "start")
        try:
            yield f"postgresql://tests@/postgres?host={home}"
        finally:
            _run(folder_of_programs / "pg_ctl", "-D", f"{home}/data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home)


def restart(folder_of_programs: Path, server_url: str) -> None:
    """Ends a server in the middle of whatever it does, as a crash would, and starts it again at the same address."""
    home = server_url.partition("?host=")[2]
    _run(folder_of_programs / "pg_ctl", "-D", f"{home}/data", "-l", f"{home}/log", "-w", "-m", "immediate", "restart")


def new_database(server_url: str, name: str) -> str:
    """The URL of one more empty database on a server."""
    server = open_engine(server_url)
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    server.dispose()
    return server_url.replace("/postgres?", f"/{name}?")


def _run(program: Path, *arguments: str) -> None:
    as_another = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []  # initdb refuses root
    subprocess.run([*as_another, str(program), *arguments], check=True, stdout=subprocess.DEVNULL, cwd="/", timeout=90)
