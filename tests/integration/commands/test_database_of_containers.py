"""The script by which the container of PostgreSQL makes our database, on a server of the tests'."""

import os
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.engine import open_engine
from storage.migrating import migrate
from tests.integration.commands.operations import ROOT
from tests.integration.storage.server import programs

pytestmark = pytest.mark.postgresql

SCRIPT = ROOT / "deploy" / "postgres" / "create-database.sh"
ODD = "it's 'a\\b'; $HOME"


def _make(server_url: str, password_file: Path) -> None:
    path = [*([str(found)] if (found := programs()) else []), os.environ["PATH"]]
    told = {
        "PATH": ":".join(path),
        "PGHOST": server_url.partition("?host=")[2],
        "POSTGRES_USER": "tests",
        "DATABASE_PASSWORD_FILE": str(password_file),
    }
    subprocess.run([SCRIPT], env=told, check=True, capture_output=True, timeout=60)


def test_the_role_that_the_service_has_owns_its_database_and_may_do_nothing_else(
    tmp_path: Path, server_url: str
) -> None:
    (tmp_path / "password").write_text(f"{ODD}\n")
    server = open_engine(server_url)
    try:
        _make(server_url, tmp_path / "password")

        ours = open_engine(server_url.replace("tests@/postgres?", "secondsource@/secondsource?"))
        migrate(ours)
        ours.dispose()
        with server.connect() as connection:
            may = connection.execute(
                text(
                    "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolpassword "
                    "FROM pg_authid WHERE rolname = 'secondsource'"
                )
            ).one()
        assert (*may[:5],) == (False,) * 5
        assert may.rolpassword.startswith("SCRAM-SHA-256$")
    finally:
        with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("DROP DATABASE IF EXISTS secondsource WITH (FORCE)")
            connection.exec_driver_sql("DROP ROLE IF EXISTS secondsource")
        server.dispose()
