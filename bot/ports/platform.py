"""The platform port: what the composition root passes to a platform, and what it gets back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from aiohttp import ClientSession, web

from bot.ports.background import BackgroundTasks
from bot.ports.clock import Clock
from bot.ports.messenger import Messenger
from storage.database import Database

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


RefreshProfile = Callable[[str, str], Awaitable[bool]]
"""Looks a person of a workspace up, by the platform's ids, and stores what is new. Returns whether it could."""


async def no_op() -> None:
    """No-op hook."""


@dataclass(frozen=True, slots=True)
class PlatformDeps:
    """Dependencies of every platform. `wake` makes the delivery worker check the outbox."""

    database: Database
    clock: Clock
    session: ClientSession
    background: BackgroundTasks
    wake: Callable[[], None]
    exit_stack: AsyncExitStack
    """Closes what a platform opens, together with the rest, in reverse order."""
    public_url: str | None = None
    """Where browsers and calendars reach the web server, without a slash at the end; None if they cannot."""


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform that is ready for requests."""

    name: str
    messenger: Messenger
    routes: Mapping[str, Handler] = field(default_factory=dict)
    """POST handlers by path."""
    readiness_checks: Mapping[str, Callable[[], Awaitable[bool | str]]] = field(default_factory=dict)
    """What `/readyz` checks besides the database and the sweep. Each returns True, or False or why it is not ready."""
    connect: Callable[[], Awaitable[None]] = no_op
    """Called once the server listens."""
    refresh_profile: RefreshProfile | None = None
    """Called before a reminder is sent; None if the platform tells a person's time zone only with what they do."""
    log_fields: Mapping[str, str] = field(default_factory=dict)
    """Added to the log line at startup."""
