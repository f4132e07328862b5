"""`firstcall run`: run the bot until SIGTERM or SIGINT."""

from __future__ import annotations

import asyncio
import errno
import socket

import click
import structlog

from bot.app import run
from bot.cli.database import is_new_file, one_line_errors, open_database
from bot.cli.exit_codes import CommandFailed
from bot.logs import configure_logging
from bot.settings import Settings, load_settings, require_platforms
from storage.database import Database
from storage.database_url import parse_url
from storage.migrate import is_blank, upgrade

log = structlog.stdlib.get_logger(__name__)


@click.command()
def command() -> None:
    """Run the bot until SIGTERM or Ctrl-C.

    Slack needs SLACK_BOT_TOKEN, and SLACK_SIGNING_SECRET or SLACK_APP_TOKEN; Teams needs MICROSOFT_APP_ID,
    MICROSOFT_APP_TENANT_ID and MICROSOFT_APP_PASSWORD. One platform is enough; `firstcall doctor` reports what is
    missing. A missing SQLite file is created; a database of another version is refused until you run
    `firstcall migrate`.
    """
    settings = load_settings()
    require_platforms(settings)
    configure_logging(settings)
    _prepare_database(settings.database_url)
    try:
        with one_line_errors(settings.database_url):
            asyncio.run(run(settings))
    except OSError as error:
        raise _explain(error, settings) from error


def _prepare_database(url: str) -> None:
    """Create a missing SQLite database; require that any other one is up to date."""
    if is_new_file(url) or _is_blank_file(url):
        with one_line_errors(url):
            applied = upgrade(url)  # another process may do the same; a lock lets one wait for the other
        if applied:
            log.info("the database was created", revisions=applied)
    with open_database(url):
        pass


def _is_blank_file(url: str) -> bool:
    """Whether the database is an SQLite file without tables: another process is creating it, or was interrupted."""
    if parse_url(url).get_backend_name() != "sqlite":
        return False
    database = Database(url)
    try:
        with one_line_errors(url):
            return database.read_sync(is_blank)
    finally:
        database.close_sync()


def _explain(error: OSError, settings: Settings) -> Exception:
    """A sentence for the usual reasons why a server cannot listen; any other error unchanged."""
    port = f"port {settings.port} on {settings.host}"
    if isinstance(error, socket.gaierror):
        return CommandFailed(f"{settings.host} is no address or name of this machine: change FIRSTCALL_HOST")
    if error.errno == errno.EADDRINUSE:
        return CommandFailed(f"{port} is in use: stop what uses it, or choose another with FIRSTCALL_PORT")
    if error.errno == errno.EADDRNOTAVAIL:
        return CommandFailed(f"{settings.host} is not an address of this machine: change FIRSTCALL_HOST")
    if error.errno == errno.EACCES:
        return CommandFailed(f"{port} is not allowed for this user: choose one above 1023 with FIRSTCALL_PORT")
    return error
