"""The composition root: takes settings, returns the running pieces. Nothing is created anywhere else."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import structlog
from aiohttp import ClientSession, web

from bot.delivery.scheduler import Scheduler
from bot.delivery.worker import DeliveryWorker
from bot.ports.background import BackgroundTasks
from bot.ports.clock import Clock
from bot.ports.messenger import Messenger
from bot.ports.platform import Platform, PlatformDeps
from bot.server import web_app
from bot.settings import Platforms, Settings, require_platforms
from handlers.detection import Post, detect
from handlers.method.vagueness import rules as coach_rules
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
    scheduler: Scheduler


@asynccontextmanager
async def running(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Running]:
    """Start all pieces, in the order in which they need each other; stop them in the reverse one.

    At the end no more requests are taken, those under way are answered, the letter under way is sent and settled, and
    what is still queued stays in the database for the next start.

    Raises `SettingsError` for a setting that is missing or that a platform refuses, `OSError` when the port is taken.
    """
    platforms = require_platforms(settings)
    clock = clock or Clock()
    async with AsyncExitStack() as stack:
        database = Database(settings.database_url)
        stack.push_async_callback(database.close)
        session = await stack.enter_async_context(ClientSession())
        await asyncio.to_thread(_load_phrases)
        follow_ups = BackgroundTasks()
        stack.push_async_callback(follow_ups.finish, SECONDS_TO_FINISH)
        messengers: dict[str, Messenger] = {}
        schedule = Scheduler(database, DeliveryWorker(database, messengers, clock), clock)
        stack.push_async_callback(schedule.finish, SECONDS_TO_FINISH)
        faces = await _platforms(
            platforms, settings, PlatformDeps(database, clock, session, follow_ups, schedule.wake, stack)
        )
        messengers.update({face.name: face.messenger for face in faces})
        site = web_app(faces=faces, database=database, schedule=schedule, clock=clock, development=settings.development)
        schedule.start()
        url = await _listen(stack, site, settings)
        for face in faces:
            await face.connect()
            log.info("FirstCall is ready", url=url, platform=face.name, **face.log_fields)
        yield Running(url, database, clock, schedule)
        log.info("FirstCall stops")


def _load_phrases() -> None:
    """Read the phrase books now rather than in somebody's first message or form, which would wait half a second.

    It takes a message that sounds like a win: idle talk is told without them.
    """
    detect(Post(text="Just closed Example Inc! $45k ARR"))
    coach_rules()


async def _platforms(platforms: Platforms, settings: Settings, deps: PlatformDeps) -> list[Platform]:
    """The platforms that are configured, each imported only then: the SDK for Teams takes a second and 40 MB."""
    faces = []
    if platforms.slack is not None:
        from bot.slack import platform as slack  # noqa: PLC0415 (see above)

        faces.append(await slack.slack_platform(platforms.slack, settings.slack_api_url, deps))
    if platforms.teams is not None:
        from bot.teams import platform as teams  # noqa: PLC0415 (see above)

        faces.append(teams.teams_platform(platforms.teams, deps))
    return faces


async def run(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    async with running(settings):
        await stopped.wait()


async def _listen(stack: AsyncExitStack, site: web.Application, settings: Settings) -> str:
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=SECONDS_TO_FINISH)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, settings.host, settings.port).start()
    port = runner.addresses[0][1]
    return f"http://{settings.host}:{port}"
