"""Databases as earlier versions left them, kept as SQL."""

import gzip
import sqlite3
from pathlib import Path

import psycopg

KEPT = Path(__file__).parents[1] / "data" / "databases"


def load_old(url: str, schema: str) -> None:
    """Fills an empty database with what stands in the file for its kind."""
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            connection.executescript(_read(f"{schema}.sqlite.sql.gz"))
        connection.close()
        return
    with psycopg.connect(url) as server:
        server.execute(_read(f"{schema}.postgresql.sql.gz").encode())


def _read(name: str) -> str:
    return gzip.decompress((KEPT / name).read_bytes()).decode()
