"""The state and services of one running sandbox."""

from __future__ import annotations

from sandbox.blocks import BlockKit
from sandbox.clock import WorkspaceClock
from sandbox.config import SandboxConfig
from sandbox.delivery import BotClient
from sandbox.events import Events
from sandbox.faults import Faults
from sandbox.live_updates import LiveUpdates
from sandbox.oauth import OAuthCodes
from sandbox.open_views import OpenViews
from sandbox.ratelimit import RateLimits
from sandbox.requestlog import Exchange, RequestLog
from sandbox.response_urls import ResponseUrls
from sandbox.seeds import seeded
from sandbox.socket_mode import SocketMode
from sandbox.triggers import Triggers
from sandbox.uploads import Uploads


class Simulation:
    """One simulated workspace with its app: the state, and the connections to the bot and to the open pages."""

    def __init__(self, config: SandboxConfig) -> None:
        self.config = config
        self.bot_clock_url = config.bot_clock_url
        self.block_kit = BlockKit()
        self.clock = WorkspaceClock(config.timezone)
        self.live = LiveUpdates()
        self.faults = Faults()
        self.limits = RateLimits(config.rate_limits)
        self.log = RequestLog(self.clock.iso)
        self.log.listener = self._logged
        self.oauth_codes = OAuthCodes()
        self.token_refused: str | None = None
        """The error that refuses the bot token while the app is uninstalled."""
        self._fill()
        self.sockets = SocketMode(self.workspace.app_id)
        self.bot_client = BotClient(
            config.bot_url, config.signing_secret, config.answer_within, self.faults, self.log, self.sockets
        )
        self.events = Events(self.workspace, self.clock, self.bot_client, self.faults, config.events)

    def _fill(self) -> None:
        self.workspace = seeded(self.config, self.clock)
        self.views = OpenViews(self.workspace)
        self.triggers = Triggers(self.config.trigger_lifetime)
        self.response_urls = ResponseUrls(self.clock)
        self.uploads = Uploads()

    def reset(self) -> None:
        """Restore the initial state: clock, people, messages, views, faults, rate limits and log."""
        self.clock.move("reset")
        self.faults.clear()
        self.limits.reset()
        self.events.forget()
        self.log.clear()
        self.token_refused = None
        self._fill()
        self.events.workspace = self.workspace

    async def start(self) -> None:
        """Start the HTTP client and the events."""
        await self.bot_client.start()
        await self.events.start()

    async def close(self) -> None:
        """Stop the events and the HTTP client."""
        await self.events.close()
        await self.bot_client.close()

    def _logged(self, entry: Exchange) -> None:
        self.live.publish({"type": "request", "id": entry.id, "direction": entry.direction, "name": entry.name})
