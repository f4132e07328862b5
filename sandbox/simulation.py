"""Everything that one running sandbox holds, put together once."""

from __future__ import annotations

from sandbox.blocks import BlockKit
from sandbox.clock import WorkspaceClock
from sandbox.config import SandboxConfig
from sandbox.delivery import BotLine
from sandbox.events import Events
from sandbox.faults import Faults
from sandbox.live_updates import Live
from sandbox.oauth import Installs
from sandbox.open_views import ViewBoard
from sandbox.ratelimit import RateLimits
from sandbox.requestlog import Exchange, RequestLog
from sandbox.response_urls import ResponseUrls
from sandbox.seeds import seeded
from sandbox.socket_mode import SocketMode
from sandbox.triggers import Triggers
from sandbox.uploads import Uploads


class Simulation:
    """One simulated workspace with its app: the state, and the lines to the bot and to the open pages."""

    def __init__(self, config: SandboxConfig) -> None:
        self.config = config
        self.bot_clock_url = config.bot_clock_url
        self.block_kit = BlockKit()
        self.clock = WorkspaceClock(config.timezone)
        self.live = Live()
        self.faults = Faults()
        self.limits = RateLimits(config.rate_limits)
        self.log = RequestLog(self.clock.iso)
        self.log.listener = self._logged
        self.installs = Installs()
        self._fill()
        self.sockets = SocketMode(self.workspace.app_id)
        self.line = BotLine(
            config.bot_url, config.signing_secret, config.answer_within, self.faults, self.log, self.sockets
        )
        self.events = Events(self.workspace, self.clock, self.line, self.faults, config.events)

    def _fill(self) -> None:
        self.workspace = seeded(self.config, self.clock)
        self.views = ViewBoard(self.workspace)
        self.triggers = Triggers(self.config.trigger_lifetime)
        self.response_urls = ResponseUrls(self.clock)
        self.uploads = Uploads()

    def reset(self) -> None:
        """The starting workspace again: clock, people, messages, views, faults, budgets and log."""
        self.clock.move("reset")
        self.faults.clear()
        self.limits.reset()
        self.events.forget()
        self.log.clear()
        self._fill()
        self.events.workspace = self.workspace

    async def start(self) -> None:
        """Open the line to the bot."""
        await self.line.start()
        await self.events.start()

    async def close(self) -> None:
        """End all that runs."""
        await self.events.close()
        await self.line.close()

    def _logged(self, entry: Exchange) -> None:
        self.live.tell({"type": "request", "id": entry.id, "direction": entry.direction, "name": entry.name})
