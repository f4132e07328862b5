"""`firstcall migrate`, and how all commands treat a missing, unreachable or outdated database."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.cli.database import is_new_file
from bot.cli.exit_codes import ExitCode
from storage.database import Database
from storage.migrate import head, upgrade
from tests.cli.conftest import CommandLine

NOBODY_LISTENS = "postgresql://u:hunter2@127.0.0.1:1/x"


def set_revision(session: Session, revision: str) -> None:
    """Pretend that another version of FirstCall migrated it."""
    session.connection().execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def pretend(url: str, revision: str) -> None:
    database = Database(url)
    database.write_sync(set_revision, revision)
    database.close_sync()


def test_it_migrates_once(empty_database_url: str, firstcall: CommandLine) -> None:
    first = firstcall("migrate", DATABASE_URL=empty_database_url)
    second = firstcall("migrate", DATABASE_URL=empty_database_url)
    assert (first.exit_code, second.exit_code) == (ExitCode.FINE, ExitCode.FINE)
    assert head() in first.stdout
    assert second.stdout == "The database was up to date already.\n"


def test_check_changes_nothing(empty_database_url: str, firstcall: CommandLine) -> None:
    for _ in range(2):
        before = firstcall("migrate", "--check", DATABASE_URL=empty_database_url)
        assert before.exit_code == ExitCode.DATABASE
        assert "firstcall migrate" in before.stderr
    firstcall("migrate", DATABASE_URL=empty_database_url)
    assert firstcall("migrate", "--check", DATABASE_URL=empty_database_url).exit_code == ExitCode.FINE


@pytest.mark.parametrize("command", ["export", "migrate"])
def test_a_newer_database_is_refused(command: str, database_url: str, firstcall: CommandLine) -> None:
    pretend(database_url, "9999")
    result = firstcall(command, DATABASE_URL=database_url)
    assert result.exit_code == ExitCode.DATABASE
    assert "9999" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [["migrate"], ["migrate", "--check"], ["export"]])
def test_an_unreachable_server_is_reported_in_one_line(arguments: list[str], firstcall: CommandLine) -> None:
    result = firstcall(*arguments, DATABASE_URL=NOBODY_LISTENS)
    assert result.exit_code == ExitCode.DATABASE
    assert result.stderr.count("\n") == 1
    assert "DATABASE_URL" in result.stderr
    assert "hunter2" not in result.stderr


@pytest.mark.parametrize("arguments", [["migrate", "--check"], ["export"]])
def test_a_read_only_command_creates_no_file(arguments: list[str], no_settings: Path, firstcall: CommandLine) -> None:
    assert firstcall(*arguments).exit_code == ExitCode.DATABASE
    assert list(no_settings.iterdir()) == []


def test_a_missing_folder_is_named(firstcall: CommandLine) -> None:
    result = firstcall("migrate", DATABASE_URL="sqlite:///nowhere/firstcall.db")
    assert result.exit_code == ExitCode.DATABASE
    assert "nowhere" in result.stderr


def test_a_file_that_is_not_a_database_is_reported_in_one_line(no_settings: Path, firstcall: CommandLine) -> None:
    (no_settings / "firstcall.db").write_text("Dear diary, " * 100)
    result = firstcall("migrate")
    assert result.exit_code == ExitCode.DATABASE
    assert result.stderr.count("\n") == 1


def test_only_a_missing_sqlite_file_counts_as_new(no_settings: Path) -> None:
    url = "sqlite:///firstcall.db"
    assert is_new_file(url)
    (no_settings / "firstcall.db").touch()
    assert is_new_file(url)
    upgrade(url)
    assert not is_new_file(url)
    assert not is_new_file(NOBODY_LISTENS)
