"""The composition root: takes the settings and starts every part of the bot. Nothing is created anywhere else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import structlog
from aiohttp import ClientSession, TCPConnector, web
from aiohttp.log import server_logger

from bot.delivery.scheduler import Scheduler
from bot.delivery.worker import DeliveryWorker
from bot.http.connections import SECONDS_TO_LINGER, ServerLog, listen
from bot.http.personal_links import PersonalLinkPages
from bot.http.readiness import Readiness
from bot.http.server import web_app
from bot.ports.background import BackgroundTasks
from bot.ports.clock import Clock
from bot.ports.http_calls import CONNECTIONS
from bot.ports.messenger import Messenger
from bot.ports.platform import Platform, PlatformDeps, RefreshProfile
from bot.settings import Platforms, Settings, require_platforms
from bot.stopping import StopTime, run_until_stopped
from handlers.detection import Post, detect
from handlers.method.vagueness import rules as coach_rules
from prompts.brief import brief_book
from prompts.cadence import cadence
from prompts.measures import measures
from prompts.playbook import playbook
from prompts.recap_rules import recap_rules
from prompts.time_words import appointment_words
from prompts.wording import raw_words
from storage import outbox
from storage.database import Database

REQUEST_SECONDS = 2.0
"""How long a shutdown waits for running requests, before it cancels them and the platform sends them again."""

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Running:
    """A running bot. `url` is the address it listens on."""

    url: str
    database: Database
    clock: Clock
    scheduler: Scheduler


@asynccontextmanager
async def running(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Running]:
    """Start all parts in the order of their dependencies, and stop them in the reverse order.

    A shutdown accepts no new requests, answers the running ones, and sends and settles the messages in progress. What
    is still queued stays in the database for the next start.

    Raises `SettingsError` if a setting is missing or a platform rejects it, and `OSError` if the port is taken.
    """
    configured = require_platforms(settings)
    clock = clock or Clock()
    stop_time = StopTime()
    async with AsyncExitStack() as stack:
        database = Database(settings.database_url)
        stop_time.push(stack, "database", database.close)
        await database.write(outbox.lift_all_pauses)
        session = await stack.enter_async_context(ClientSession(connector=TCPConnector(limit=CONNECTIONS)))
        await asyncio.to_thread(_load_texts)
        background = BackgroundTasks()
        stop_time.push(stack, "background tasks", background.shutdown)
        messengers: dict[str, Messenger] = {}
        refreshers: dict[str, RefreshProfile] = {}
        scheduler = Scheduler(database, DeliveryWorker(database, messengers, clock, refreshers), clock)
        stop_time.push(stack, "scheduler", scheduler.shutdown)
        deps = PlatformDeps(database, clock, session, background, scheduler.wake, stack, settings.public_url)
        platforms = await _start_platforms(configured, settings, deps)
        messengers.update({platform.name: platform.messenger for platform in platforms})
        refreshers.update(
            {platform.name: platform.refresh_profile for platform in platforms if platform.refresh_profile}
        )
        readiness = Readiness(database, scheduler, platforms, clock)
        stack.push_async_callback(readiness.close)
        app = web_app(
            platforms=platforms,
            readiness=readiness,
            scheduler=scheduler,
            clock=clock,
            links=PersonalLinkPages(database, clock),
            development=settings.development,
        )
        scheduler.start()
        url = await _listen(stack, stop_time, app, settings)
        for platform in platforms:
            await platform.connect()
            log.info("FirstCall is ready", url=url, platform=platform.name, **platform.log_fields)
        yield Running(url, database, clock, scheduler)
        log.info("FirstCall stops")


def _load_texts() -> None:
    """Load the phrase books and the other texts now. The first message or form would take half a second longer.

    And a mistake in a text would end a rep's click instead of the start. The sample must sound like a win, because
    small talk is dropped before the phrase books are needed.

    Raises:
        PlaybookError: a file is missing or wrong.
    """
    detect(Post(text="Just closed Example Inc! $45k ARR"))
    coach_rules()
    for load in (appointment_words, brief_book, cadence, measures, playbook, recap_rules, raw_words):
        load("en")


async def _start_platforms(configured: Platforms, settings: Settings, deps: PlatformDeps) -> list[Platform]:
    """Import and start only what is configured: the Teams SDK takes a second and 40 MB."""
    platforms = []
    if configured.slack is not None:
        from bot.slack import platform as slack  # noqa: PLC0415 (see above)

        platforms.append(await slack.slack_platform(configured.slack, settings.slack_api_url, deps))
    if configured.teams is not None:
        from bot.teams import platform as teams  # noqa: PLC0415 (see above)

        platforms.append(teams.teams_platform(configured.teams, deps))
    return platforms


async def run(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT."""

    async def serve(started: asyncio.Event, stopped: asyncio.Event) -> None:
        async with running(settings):
            started.set()
            await stopped.wait()

    await run_until_stopped(serve)


async def _listen(stack: AsyncExitStack, stop_time: StopTime, app: web.Application, settings: Settings) -> str:
    runner = web.AppRunner(
        app,
        access_log=None,
        shutdown_timeout=REQUEST_SECONDS,
        logger=ServerLog(server_logger),
        lingering_time=SECONDS_TO_LINGER,
    )
    stop_time.push(stack, "web server", lambda _seconds: runner.cleanup())
    server = await listen(runner, settings.host, settings.port)
    stack.callback(server.close)
    port = server.sockets[0].getsockname()[1]
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{port}"
