"""`firstcall demo`: a simulated Slack or Teams in the browser, and the real bot, with a folder for its data."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import signal
import socket
import sys
import webbrowser
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import click

from bot.cli.database import one_line_errors
from bot.cli.demo.processes import Program, keep_alive, start_watchdog
from bot.cli.demo.seed_data import seed
from bot.cli.demo.teams_playground import program as playground
from bot.cli.exit_codes import CommandFailed
from bot.settings import Settings, environment_name
from bot.slack.manifest import manifest
from prompts.errors import FirstCallError
from storage.database import Database
from storage.migrate import upgrade

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

HOST = "127.0.0.1"
START_TIMEOUT = 120.0
"""Seconds until a program must be reachable; on a slow machine the first start reads everything from disk."""
BOT_TOKEN = "xoxb-demo"  # noqa: S105 (only the simulated workspace accepts it)
SIGNING_SECRET = "demo-signing-secret"  # noqa: S105
MANIFEST = "manifest.json"
DATABASE = "firstcall.db"
TEAMS = "teams"
"""The subfolder with the data of the Teams demo."""
LOGS = ("bot.log", "sandbox.log", playground.LOG, playground.OWN_LOG)
DEMO_FILES = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", *LOGS, MANIFEST)


@dataclass(frozen=True)
class DemoSetup:
    """The programs of a demo: the simulated platform with the page, and the bot. `prepare` runs before the bot."""

    page: Program
    bot: Program
    prepare: Callable[[], Awaitable[None]]
    hint: str


@click.command()
@click.option(
    "--port",
    default=8010,
    show_default=True,
    type=click.IntRange(1, 65534),
    help="The port of the page; the bot uses the next one.",
)
@click.option("--teams", is_flag=True, help="Simulate Microsoft Teams instead of Slack; needs Node.js 20 or newer.")
@click.option("--shared", is_flag=True, help="Add two channels shared with another company, and people of it.")
@click.option("--no-browser", is_flag=True, help="Print the address without opening a browser.")
@click.option("--fresh", is_flag=True, help="Delete what earlier demos stored.")
@click.option(
    "--data",
    "folder",
    default=".demo",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder for the database and the logs.",
)
def command(port: int, teams: bool, shared: bool, no_browser: bool, fresh: bool, folder: Path) -> None:
    """Try FirstCall in the browser: a simulated Slack workspace and the real bot.

    Nothing leaves this machine, and no account is needed. Post "Just closed Northwind Dental! $45k ARR" in #wins and
    see what happens. Press Ctrl-C to stop. The next demo continues where this one ended, unless you use --fresh.

    With --teams the page is the Microsoft 365 Agents Playground, which npm fetches the first time. It is subject to
    Microsoft's terms, and your browser loads its fonts from Microsoft. Type "won Northwind Dental $45k" to FirstCall
    there, and start the call from the card.
    """
    if teams and shared:
        raise click.UsageError("--shared is for the simulated Slack.")
    if not teams and find_spec("sandbox") is None:
        raise CommandFailed(
            "the demo needs the simulated workspace, which the container does not have: run script/demo on your machine"
        )
    for taken in (port, port + 1):
        if not _is_port_free(taken):
            raise CommandFailed(
                f"port {taken} on {HOST} is in use, perhaps by another demo: stop that one, "
                f"or choose another port, for example firstcall demo --port {port + 10}"
            )
    folder = folder / TEAMS if teams else folder
    with _lock_folder(folder):
        if fresh:
            _delete_demo_files(folder)
        scene = _teams_setup(port, folder.resolve()) if teams else _slack_setup(port, folder.resolve(), shared=shared)
        try:
            asyncio.run(_run_demo(port, scene, browser=not no_browser))
        except asyncio.CancelledError:
            _print("The demo has ended.")


async def _run_demo(port: int, setup: DemoSetup, *, browser: bool) -> None:
    """Start both programs, print the page's address, and restart them until SIGINT, SIGTERM or SIGHUP."""
    this_task = asyncio.current_task()
    assert this_task is not None  # noqa: S101 (a coroutine runs in a task)
    for signal_number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(signal_number, this_task.cancel)
    page = f"http://{HOST}:{port}/"
    with start_watchdog() as group:
        try:
            async with asyncio.TaskGroup() as programs:
                _print(f"Starting the {setup.page.name} and the bot ...")
                programs.create_task(keep_alive(setup.page, group, _print))
                await setup.prepare()
                bot = programs.create_task(keep_alive(setup.bot, group, _print))
                try:
                    await _wait_until_ready(f"http://{HOST}:{port + 1}/readyz")
                    folder = setup.bot.folder
                    _print(f"\n  FirstCall is at  {page}\n{setup.hint}\n  Stored in {folder}. Ctrl-C ends the demo.\n")
                    if browser:
                        await asyncio.to_thread(webbrowser.open, page)
                    await asyncio.Event().wait()
                finally:
                    # Stop the bot first: it may still have messages to send to the workspace.
                    bot.cancel()
                    await asyncio.wait({bot})
        except* (CommandFailed, FirstCallError, OSError) as failures:
            raise failures.exceptions[0] from None


def _slack_setup(port: int, folder: Path, *, shared: bool) -> DemoSetup:
    """The sandbox, and a bot with the sandbox as its Slack."""
    prepare = partial(_prepare_slack, f"sqlite:///{folder / DATABASE}", f"http://{HOST}:{port}/")
    settings = {
        "SLACK_API_URL": f"http://{HOST}:{port}/api/",
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
    }
    sandbox = _sandbox_program(port, folder, "shared" if shared else "lively")
    return DemoSetup(sandbox, _bot_program(port, folder, settings), prepare, "")


def _teams_setup(port: int, folder: Path) -> DemoSetup:
    """Microsoft's playground, and a bot that trusts every caller on this machine.

    Raises:
        CommandFailed: the playground cannot be installed.
    """
    _print("Looking for the Microsoft 365 Agents Playground; the first time npm fetches it ...")
    found = playground.install(folder / "playground")
    page = playground.program(found, port=port, bot=f"http://{HOST}:{port + 1}", folder=folder)
    hint = (
        '  Type there, in "Personal Chat":  won Northwind Dental $45k\n'
        "  and start the call from the card. (Real Teams opens a dialog for it, here it is a card below.)\n"
    )
    bot = _bot_program(port, folder, {environment_name("teams_anonymous"): "true"})
    return DemoSetup(
        page, bot, partial(_prepare_teams, f"sqlite:///{folder / DATABASE}", f"http://{HOST}:{port}/"), hint
    )


async def _prepare_slack(url: str, page: str) -> None:
    """Upgrade the database while the workspace starts, then add the sample deals to a new one."""
    with one_line_errors(url):
        await asyncio.to_thread(upgrade, url)
        await _wait_until_ready(f"{page}sandbox/workspace")
        database = Database(url)
        try:
            async with aiohttp.ClientSession() as http:
                await seed(database, page, http)
        finally:
            await database.close()


async def _prepare_teams(url: str, page: str) -> None:
    """Upgrade the database while the playground starts."""
    with one_line_errors(url):
        await asyncio.to_thread(upgrade, url)
    await _wait_until_ready(page)


def _sandbox_program(port: int, folder: Path, seed_name: str) -> Program:
    """The sandbox, with the bot's address and an app with exactly the permissions of the manifest."""
    bot = f"http://{HOST}:{port + 1}"
    (folder / MANIFEST).write_text(json.dumps(manifest(request_url=bot)), "utf-8")
    return Program(
        name="workspace",
        arguments=[
            *("-m", "sandbox", "--port", str(port), "--seed", seed_name),
            *("--bot-url", f"{bot}/slack/events", "--bot-clock-url", f"{bot}/dev/clock"),
            *("--bot-token", BOT_TOKEN, "--signing-secret", SIGNING_SECRET, "--manifest", MANIFEST),
        ],
        environment=_environment(),
        folder=folder,
        log=folder / "sandbox.log",
    )


def _bot_program(port: int, folder: Path, settings: dict[str, str]) -> Program:
    """`firstcall run` with these settings, in the demo's folder, where there is no `.env`."""
    return Program(
        name="bot",
        arguments=["-m", "bot", "run"],
        environment=_environment()
        | settings
        | {
            "DATABASE_URL": f"sqlite:///{DATABASE}",
            "FIRSTCALL_HOST": HOST,
            "FIRSTCALL_PORT": str(port + 1),
            "FIRSTCALL_PUBLIC_URL": f"http://{HOST}:{port + 1}",
            "FIRSTCALL_DEVELOPMENT": "true",
        },
        folder=folder,
        log=folder / "bot.log",
    )


def _environment() -> dict[str, str]:
    """This process's environment without any settings: a demo must never reach a real workspace."""
    settings = {environment_name(attribute) for attribute in Settings.model_fields}
    return {name: value for name, value in os.environ.items() if name.upper() not in settings}


async def _wait_until_ready(url: str) -> None:
    """Wait until the address answers with 200.

    Raises:
        CommandFailed: it did not within START_TIMEOUT seconds.
    """
    try:
        async with asyncio.timeout(START_TIMEOUT), aiohttp.ClientSession() as http:
            while True:
                try:
                    async with http.get(url) as answer:
                        if answer.ok:
                            return
                except aiohttp.ClientConnectionError:
                    pass  # not listening yet
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise CommandFailed(
            f"{url} did not answer within {START_TIMEOUT:.0f} seconds; the logs are in the demo's folder"
        ) from None


def _is_port_free(port: int) -> bool:
    """Whether a server can listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


@contextmanager
def _lock_folder(folder: Path) -> Iterator[None]:
    """Create the folder and lock it: two demos must not share a database.

    Raises:
        CommandFailed: another demo uses it, or it cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        opened = (folder / "claimed").open("w")
    except OSError as error:
        raise CommandFailed(
            f"the folder {folder.absolute()} cannot be written to ({error.strerror}): "
            "choose another one, for example firstcall demo --data ~/firstcall-demo"
        ) from error
    with opened as claim:
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandFailed(
                f"another demo uses {folder}: stop that one, or choose another folder with --data"
            ) from None
        yield


def _delete_demo_files(folder: Path) -> None:
    """Delete only the files of earlier demos: the user chose the folder, and it may contain others."""
    for name in DEMO_FILES:
        (folder / name).unlink(missing_ok=True)


def _print(line: str) -> None:
    """Print a line at once, so that a program that reads the output need not wait for a full buffer."""
    click.echo(line)
    sys.stdout.flush()
