"""A platform as the composition root sees it: what it is given, and what it adds to the server and to delivery."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from aiohttp import ClientSession, web

from bot.ports.background import BackgroundTasks
from bot.ports.clock import Clock
from bot.ports.messenger import Messenger
from storage.database import Database

Handler = Callable[[web.Request], Awaitable[web.Response]]


async def no_op() -> None:
    """What a platform does that has nothing to do."""


@dataclass(frozen=True, slots=True)
class PlatformDeps:
    """What all platforms stand on; made once. `wake` tells the outbox that something may be due."""

    database: Database
    clock: Clock
    session: ClientSession
    background: BackgroundTasks
    wake: Callable[[], None]
    exit_stack: AsyncExitStack
    """What a platform opens is closed with the rest, in the reverse order."""


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform that is ready to be reached."""

    name: str
    messenger: Messenger
    routes: Mapping[str, Handler] = field(default_factory=dict)
    """Who answers what is posted to an address of ours."""
    readiness_checks: Mapping[str, Callable[[], Awaitable[bool]]] = field(default_factory=dict)
    """What must hold before this counts as ready, besides what always must."""
    connect: Callable[[], Awaitable[None]] = no_op
    """Called once the server listens."""
    log_fields: Mapping[str, str] = field(default_factory=dict)
    """What the log says of it at the start."""
