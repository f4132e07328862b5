"""Whether the bot can do its work now: what `/readyz` answers, and the log line when that changes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from bot.delivery.scheduler import Scheduler
from bot.ports.clock import Clock
from bot.ports.platform import Platform
from storage.database import Database

PROBE_SECONDS = 3.0
"""How long the database may take: Slack waits that long for an answer to an event."""
FRESH_SECONDS = 5.0
"""How long a good answer of the database is good enough; a bad one, for a second."""
STALE_SECONDS = 1.0

log = structlog.stdlib.get_logger(__name__)


class Readiness:
    """The checks by name: `database` takes a write, `sweep` looks at the outbox, and those of the platforms."""

    def __init__(self, database: Database, scheduler: Scheduler, platforms: Sequence[Platform], clock: Clock) -> None:
        self._database = database
        self._scheduler = scheduler
        self._platforms = platforms
        self._clock = clock
        self._probe: asyncio.Task[str | None] | None = None
        self._probed_at = float("-inf")
        self._logged = ""

    async def checks(self) -> dict[str, bool | str]:
        """Each part: True if it is ready, else False or why not. What is not ready is logged once, until it changes."""
        trouble = await self._database_trouble()
        checks: dict[str, bool | str] = {
            "sweep": self._scheduler.is_running and not self._scheduler.failing,
            "database": trouble is None,
        }
        for platform in self._platforms:
            for name, check in platform.readiness_checks.items():
                try:
                    checks[name] = await check()
                except Exception as error:  # noqa: BLE001 (any error here means "not ready", and is the reason)
                    if trouble is None:  # else the check met what is named already
                        checks[name] = type(error).__name__
        unready = " ".join(name for name, ready in checks.items() if ready is not True)
        if unready != self._logged:
            if unready:
                said = [str(ready) for ready in checks.values() if isinstance(ready, str)]
                log.warning("not ready", unready=unready, cause="; ".join([*filter(None, [trouble]), *said]) or None)
            else:
                log.info("ready again")
            self._logged = unready
        return checks

    async def close(self) -> None:
        """Forget a probe that still waits."""
        if self._probe is not None:
            self._probe.cancel()
            await asyncio.gather(self._probe, return_exceptions=True)

    async def _database_trouble(self) -> str | None:
        """Why the database takes no write, as found within the last seconds; None if it does. One probe at a time."""
        probe = self._probe
        if probe is None or (probe.done() and self._is_old(probe.result())):
            probe = self._probe = asyncio.create_task(self._ask())
        done, _ = await asyncio.wait({probe}, timeout=PROBE_SECONDS)
        return probe.result() if done else f"it did not answer within {PROBE_SECONDS:.0f} s"

    def _is_old(self, found: str | None) -> bool:
        return self._clock.monotonic() - self._probed_at > (FRESH_SECONDS if found is None else STALE_SECONDS)

    async def _ask(self) -> str | None:
        try:
            return await self._database.find_trouble()
        except Exception as error:  # noqa: BLE001 (any error here means "not ready", and is logged as the cause)
            return f"{type(error).__name__}: {str(getattr(error, 'orig', error)).partition(chr(10))[0]}"
        finally:
            self._probed_at = self._clock.monotonic()
