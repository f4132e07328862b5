"""The composition root: takes settings, returns the running pieces. Nothing is created anywhere else."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import structlog
from aiohttp import ClientSession, web
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.delivery import Delivery
from bot.desk import Desk
from bot.follow_ups import FollowUps
from bot.messenger import DeliveryError, UnreachableError
from bot.schedule import Schedule
from bot.server import web_app
from bot.settings import Settings, SettingsError, require_slack
from bot.slack.app import Workspace, slack_app
from bot.slack.directory import Directory
from bot.slack.front import Front
from bot.slack.http import SlackEndpoint
from bot.slack.manifest import COMMAND
from bot.slack.messenger import SlackMessenger
from bot.slack.payload import PLATFORM
from bot.slack.socket_mode import SocketMode
from bot.slack.text import SlackMarkup
from bot.slack.web import asked, client
from bot.words import Words
from handlers.detection import Post, detect
from handlers.welcome import WorkspaceSeen, welcome
from storage.database import Database

SECONDS_TO_FINISH = 5.0
"""How long a stop waits for requests and sends under way; within the 10 s that a container gets."""

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Running:
    """The pieces of a bot that runs. `url` is where it listens."""

    url: str
    database: Database
    clock: Clock
    schedule: Schedule


@asynccontextmanager
async def running(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Running]:
    """Start all pieces, in the order in which they need each other; stop them in the reverse one.

    At the end no more requests are taken, those under way are answered, the letter under way is sent and settled, and
    what is still queued stays in the database for the next start.

    Raises `SettingsError` for a setting that is missing or that Slack refuses, `OSError` when the port is taken.
    """
    credentials = require_slack(settings)
    clock = clock or Clock()
    async with AsyncExitStack() as stack:
        database = Database(settings.database_url)
        stack.push_async_callback(database.close)
        session = await stack.enter_async_context(ClientSession())
        slack = client(credentials.bot_token, settings.slack_api_url, session)
        workspace = await _introduced(slack)
        await database.write(welcome, WorkspaceSeen(PLATFORM, workspace.team_id, workspace.team), clock.now())

        words = Words(SlackMarkup(), COMMAND)
        await asyncio.to_thread(detect, Post())  # reads the phrase books now rather than on the first message
        follow_ups = FollowUps()
        stack.push_async_callback(follow_ups.finish, SECONDS_TO_FINISH)
        messenger = SlackMessenger(lambda _workspace: slack, words)
        delivery = Delivery(database, {PLATFORM: messenger}, clock)
        schedule = Schedule(database, delivery, clock)
        stack.push_async_callback(schedule.finish, SECONDS_TO_FINISH)
        directory = Directory(slack)
        desk = Desk(database, clock, directory, words, schedule.wake, workspace.bot_user)
        front = Front(desk, directory, follow_ups)
        app = slack_app(front, slack)
        socket = SocketMode(app, credentials.app_token) if credentials.app_token is not None else None
        site = web_app(
            slack=None if socket else SlackEndpoint(app, credentials.signing_secret or "").handle,
            socket=socket,
            database=database,
            schedule=schedule,
            clock=clock,
            development=settings.development,
        )
        schedule.start()
        url = await _listening(stack, site, settings)
        if socket is not None:
            stack.push_async_callback(socket.close)
            await socket.connect()
        log.info("FirstCall is ready", url=url, workspace=workspace.team_id, over="Socket Mode" if socket else "HTTP")
        yield Running(url, database, clock, schedule)
        log.info("FirstCall stops")


async def run(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    async with running(settings):
        await stopped.wait()


async def _listening(stack: AsyncExitStack, site: web.Application, settings: Settings) -> str:
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=SECONDS_TO_FINISH)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, settings.host, settings.port).start()
    port = runner.addresses[0][1]
    return f"http://{settings.host}:{port}"


async def _introduced(slack: AsyncWebClient) -> Workspace:
    """Ask Slack whose token this is. Raises `SettingsError` when Slack refuses it or cannot be reached."""
    try:
        answer = await asked(slack.auth_test())
    except UnreachableError as error:
        raise SettingsError("SLACK_API_URL", f"SLACK_API_URL cannot be reached at the start: {error}.") from error
    except DeliveryError as error:
        raise SettingsError("SLACK_BOT_TOKEN", f"SLACK_BOT_TOKEN is refused by Slack: {error}.") from error
    return Workspace(team_id=str(answer["team_id"]), team=str(answer["team"]), bot_user=str(answer["user_id"]))
