"""DATABASE_URL: what is accepted, and what is refused with a helpful message."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.database import Database
from storage.database_url import parse_url
from storage.errors import DatabaseUrlError
from storage.tenancy import ALL_TENANTS

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize(
    ("written", "driver"),
    [
        ("sqlite:///firstcall.db", "sqlite+pysqlite"),
        ("sqlite+pysqlite:////var/lib/firstcall/firstcall.db", "sqlite+pysqlite"),
        ("postgresql://me:secret@db/firstcall", "postgresql+psycopg"),
        ("postgres://me:secret@db/firstcall", "postgresql+psycopg"),
        ("postgresql+psycopg://me:secret@db/firstcall?sslmode=require", "postgresql+psycopg"),
    ],
)
def test_both_databases_are_accepted_in_the_usual_spellings(written: str, driver: str) -> None:
    url = parse_url(written)

    assert url.drivername == driver
    assert url.database is not None
    assert url.database.endswith(("firstcall", "firstcall.db"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no database URL"),
        ("firstcall.db", "no database URL"),
        ("postgresql://me@db:port/firstcall", "a number as the port"),
        ("mysql://me@db/firstcall", "begins with mysql://"),
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        ("sqlite:///file::memory:?cache=shared&uri=true", "in memory"),
        ("sqlite:///file:deals?mode=memory&cache=shared&uri=true", "in memory"),
        ("sqlite:////no/such/folder/firstcall.db", "no such folder"),
    ],
)
def test_every_other_url_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(DatabaseUrlError, match=sentence):
        Database(text)


def test_the_message_never_shows_the_password() -> None:
    with pytest.raises(DatabaseUrlError) as caught:
        Database("mysql://me:hunter2@db/firstcall")

    assert "hunter2" not in str(caught.value)


def test_the_first_call_creates_the_file(tmp_path: Path) -> None:
    path = tmp_path / "firstcall.db"
    database = Database(f"sqlite:///{path}")
    assert not path.exists()

    database.write_sync(lambda _session: None)
    database.close_sync()

    assert path.exists()


def test_only_its_owner_can_read_a_new_file(tmp_path: Path) -> None:
    path = tmp_path / "firstcall.db"
    database = Database(f"sqlite:///{path}")
    database.write_sync(
        lambda session: session.execute(text("CREATE TABLE t (x)"), execution_options={ALL_TENANTS: True})
    )
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()}
    database.close_sync()

    assert modes
    assert set(modes.values()) == {0o600}


def test_an_unreachable_server_raises_an_error_for_the_caller() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/nothing")

    with pytest.raises(DBAPIError, match="connect"):
        database.read_sync(lambda session: session.connection())

    database.close_sync()
