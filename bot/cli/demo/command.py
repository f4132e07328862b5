"""`firstcall demo`: a simulated Slack or Teams in the browser and the real bot, in a folder of its own."""

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
"""Seconds that a program has to become reachable; a slow machine's first start reads everything from disk."""
BOT_TOKEN = "xoxb-demo"  # noqa: S105 (the workspace takes the one that it is told, and nobody else does)
SIGNING_SECRET = "demo-signing-secret"  # noqa: S105
MANIFEST = "manifest.json"
DATABASE = "firstcall.db"
TEAMS = "teams"
"""The folder within the demo's own in which the demo for Teams keeps everything."""
LOGS = ("bot.log", "sandbox.log", playground.LOG, playground.OWN_LOG)
DEMO_FILES = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", *LOGS, MANIFEST)


@dataclass(frozen=True)
class DemoSetup:
    """What a demo consists of: the program that has the page, the bot, and what is done before the bot starts."""

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
    help="Where the page is; the bot takes the next one.",
)
@click.option("--teams", is_flag=True, help="In Microsoft Teams instead of Slack; needs Node.js 20 or newer.")
@click.option("--no-browser", is_flag=True, help="Only print the address, open nothing.")
@click.option("--fresh", is_flag=True, help="Forget what earlier demos stored.")
@click.option(
    "--data",
    "folder",
    default=".demo",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the database and the logs are kept.",
)
def command(port: int, teams: bool, no_browser: bool, fresh: bool, folder: Path) -> None:
    """Try FirstCall in the browser: a simulated Slack workspace and the real bot.

    Nothing leaves this machine, and no account is needed. Post "Just closed Northwind Dental! $45k ARR" in #wins and
    see what happens. Ctrl-C ends it; what was stored is there again the next time, unless you say --fresh.

    With --teams the page is the Microsoft 365 Agents Playground, which npm fetches the first time. It is Microsoft's,
    under their terms, and your browser asks Microsoft for its fonts. Type "won Northwind Dental $45k" to FirstCall
    there, and start the call from the card.
    """
    for taken in (port, port + 1):
        if not _is_port_free(taken):
            raise CommandFailed(
                f"port {taken} on {HOST} is taken, by another demo perhaps: end that one, "
                f"or choose another port, for example firstcall demo --port {port + 10}"
            )
    folder = folder / TEAMS if teams else folder
    folder.mkdir(parents=True, exist_ok=True)
    with _lock_folder(folder):
        if fresh:
            _delete_demo_files(folder)
        scene = _teams_setup(port, folder.resolve()) if teams else _slack_setup(port, folder.resolve())
        try:
            asyncio.run(_run_demo(port, scene, browser=not no_browser))
        except asyncio.CancelledError:
            _print("The demo has ended.")


async def _run_demo(port: int, setup: DemoSetup, *, browser: bool) -> None:
    """Start both programs, say where the page is, keep them alive until SIGINT, SIGTERM or SIGHUP cancels this task."""
    this = asyncio.current_task()
    assert this is not None  # noqa: S101 (a coroutine runs in a task)
    for request in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(request, this.cancel)
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
                    stored = setup.bot.folder
                    _print(f"\n  FirstCall is at  {page}\n{setup.hint}\n  Stored in {stored}. Ctrl-C ends the demo.\n")
                    if browser:
                        await asyncio.to_thread(webbrowser.open, page)
                    await asyncio.Event().wait()
                finally:
                    # The bot goes first: what it still has to send wants a workspace to send it to.
                    bot.cancel()
                    await asyncio.wait({bot})
        except* (CommandFailed, FirstCallError) as failures:
            raise failures.exceptions[0] from None


def _slack_setup(port: int, folder: Path) -> DemoSetup:
    """The sandbox, and the bot that is told that it is Slack."""
    furnish = partial(_prepare_slack, f"sqlite:///{folder / DATABASE}", f"http://{HOST}:{port}/")
    settings = {
        "SLACK_API_URL": f"http://{HOST}:{port}/api/",
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
    }
    return DemoSetup(_sandbox_program(port, folder), _bot_program(port, folder, settings), furnish, "")


def _teams_setup(port: int, folder: Path) -> DemoSetup:
    """Microsoft's playground, and the bot that believes whoever speaks to it from this machine.

    Raises:
        Failed: the playground cannot be had.
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
    """Bring the database up to date while the workspace starts; a new one then learns what the workspace knows."""
    with one_line_errors():
        await asyncio.to_thread(upgrade, url)
        await _wait_until_ready(f"{page}sandbox/workspace")
        database = Database(url)
        try:
            async with aiohttp.ClientSession() as http:
                await seed(database, page, http)
        finally:
            await database.close()


async def _prepare_teams(url: str, page: str) -> None:
    """Bring the database up to date while the playground starts. Its people are met as they speak."""
    with one_line_errors():
        await asyncio.to_thread(upgrade, url)
    await _wait_until_ready(page)


def _sandbox_program(port: int, folder: Path) -> Program:
    """The sandbox, told where the bot is. Its app has what our manifest asks for, and nothing more."""
    bot = f"http://{HOST}:{port + 1}"
    (folder / MANIFEST).write_text(json.dumps(manifest(request_url=bot)), "utf-8")
    return Program(
        name="workspace",
        arguments=[
            *("-m", "sandbox", "--port", str(port)),
            *("--bot-url", f"{bot}/slack/events", "--bot-clock-url", f"{bot}/dev/clock"),
            *("--bot-token", BOT_TOKEN, "--signing-secret", SIGNING_SECRET, "--manifest", MANIFEST),
        ],
        environment=_environment(),
        folder=folder,
        log=folder / "sandbox.log",
    )


def _bot_program(port: int, folder: Path, settings: dict[str, str]) -> Program:
    """`firstcall run` with these settings. No `.env` is read: there is none in the demo's folder."""
    return Program(
        name="bot",
        arguments=["-m", "bot", "run"],
        environment=_environment()
        | settings
        | {
            "DATABASE_URL": f"sqlite:///{DATABASE}",
            "FIRSTCALL_HOST": HOST,
            "FIRSTCALL_PORT": str(port + 1),
            "FIRSTCALL_DEVELOPMENT": "true",
        },
        folder=folder,
        log=folder / "bot.log",
    )


def _environment() -> dict[str, str]:
    """This process's environment without any setting: a demo must never speak to a real workspace."""
    settings = {environment_name(attribute) for attribute in Settings.model_fields}
    return {name: value for name, value in os.environ.items() if name.upper() not in settings}


async def _wait_until_ready(url: str) -> None:
    """Wait until the address answers with 200.

    Raises:
        Failed: it did not within PATIENCE seconds.
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
    """Hold the folder for this demo: two bots on one database would both be the workspace's only one.

    Raises:
        Failed: another demo holds it.
    """
    with (folder / "claimed").open("w") as claim:
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandFailed(
                f"another demo uses {folder}: end that one, or choose another folder with --data"
            ) from None
        yield


def _delete_demo_files(folder: Path) -> None:
    """Remove what earlier demos left, and nothing else: the folder was named by a person and may hold more."""
    for name in DEMO_FILES:
        (folder / name).unlink(missing_ok=True)


def _print(line: str) -> None:
    """Say it to whoever sits in front; whatever reads our output must not wait for a full buffer."""
    click.echo(line)
    sys.stdout.flush()
