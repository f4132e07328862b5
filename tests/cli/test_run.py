"""`firstcall run`: it creates a new database, refuses one of another version, and stops on SIGTERM."""

from __future__ import annotations

import errno
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.exit_codes import CommandFailed, ExitCode
from bot.cli.run import _explain, _prepare_database
from bot.settings import Settings
from storage.database import Database
from storage.database_url import parse_url
from storage.engines import sqlite_engine
from storage.migrate import is_current
from tests.cli.cli_process import eventually, program, sandbox
from tests.cli.conftest import CommandLine
from tests.cli.test_database_commands import pretend
from tests.patience import PATIENCE
from tests.ports import free_ports


@pytest.fixture(scope="module")
def slack() -> Iterator[dict[str, str]]:
    """Settings for a simulated Slack."""
    with sandbox() as url:
        yield {
            "SLACK_API_URL": f"{url.rstrip('/')}/api/",
            "SLACK_BOT_TOKEN": "xoxb-sandbox",
            "SLACK_SIGNING_SECRET": "sandbox-signing-secret",
        }


@pytest.mark.parametrize("request_to_end", [signal.SIGTERM, signal.SIGINT])
def test_it_creates_the_database_and_stops_on_sigterm(
    request_to_end: signal.Signals, slack: dict[str, str], tmp_path: Path
) -> None:
    port = free_ports(1)
    with program("run", folder=tmp_path, FIRSTCALL_PORT=str(port), **slack) as bot:
        assert eventually(f"http://127.0.0.1:{port}/readyz")["database"]
        bot.send_signal(request_to_end)
        out, err = bot.communicate(timeout=PATIENCE)
    assert bot.returncode == ExitCode.FINE, err
    assert out == ""
    assert (tmp_path / "firstcall.db").exists()


def test_an_interrupted_creation_is_completed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/firstcall.db"
    sqlite_engine(parse_url(url), connections=1, writes=False).connect().close()
    assert (tmp_path / "firstcall.db").stat().st_size > 0

    _prepare_database(url)
    _prepare_database(url)

    database = Database(url)
    assert database.read_sync(is_current)
    database.close_sync()


def test_without_a_token_it_says_so_and_creates_nothing(firstcall: CommandLine, no_settings: Path) -> None:
    result = firstcall("run")
    assert result.exit_code == ExitCode.SETTINGS
    assert result.stderr.startswith("firstcall: SLACK_BOT_TOKEN is missing")
    assert list(no_settings.iterdir()) == []


def test_a_token_that_slack_rejects_is_named(slack: dict[str, str], tmp_path: Path) -> None:
    with program("run", folder=tmp_path, **slack | {"SLACK_BOT_TOKEN": "xoxb-wrong"}) as bot:
        _, err = bot.communicate(timeout=PATIENCE)
    assert bot.returncode == ExitCode.SETTINGS
    assert "SLACK_BOT_TOKEN" in err.splitlines()[-1]
    assert "xoxb-wrong" not in err
    assert "Traceback" not in err


def test_a_database_of_another_version_is_refused(
    slack: dict[str, str], database_url: str, firstcall: CommandLine
) -> None:
    pretend(database_url, "9999")
    result = firstcall("run", DATABASE_URL=database_url, **slack)
    assert result.exit_code == ExitCode.DATABASE
    assert "9999" in result.stderr


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)  # a new SQLite file is created; see above
def test_an_empty_postgresql_needs_a_migration(
    slack: dict[str, str], empty_database_url: str, firstcall: CommandLine
) -> None:
    result = firstcall("run", DATABASE_URL=empty_database_url, **slack)
    assert result.exit_code == ExitCode.DATABASE
    assert "firstcall migrate" in result.stderr


def test_a_port_in_use_is_reported_in_one_line(slack: dict[str, str], tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with program("run", folder=tmp_path, FIRSTCALL_PORT=port, **slack) as bot:
            _, err = bot.communicate(timeout=PATIENCE)
    assert bot.returncode == ExitCode.FAILED
    assert err.splitlines()[-1].startswith(f"firstcall: port {port} on 127.0.0.1 is in use")
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("code", "named"),
    [(errno.EADDRINUSE, "FIRSTCALL_PORT"), (errno.EADDRNOTAVAIL, "FIRSTCALL_HOST"), (errno.EACCES, "FIRSTCALL_PORT")],
)
def test_why_a_server_cannot_listen_names_the_setting(code: int, named: str) -> None:
    explained = _explain(OSError(code, "no"), Settings(_env_file=None))
    assert isinstance(explained, CommandFailed)
    assert named in explained.message


def test_any_other_error_is_unchanged() -> None:
    trouble = OSError(errno.EIO, "the disk is broken")
    assert _explain(trouble, Settings(_env_file=None)) is trouble
