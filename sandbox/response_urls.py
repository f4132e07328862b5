"""Response URLs of commands and actions: five uses within thirty minutes of workspace time."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass

from sandbox.clock import WorkspaceClock
from sandbox.errors import SlackRefusal

USES = 5
LIFETIME = 30 * 60
REMEMBERED = 5_000


@dataclass(slots=True)
class ResponseUrl:
    """Who and where a response goes to, and which message it may replace."""

    user_id: str
    channel_id: str
    expires_at: float
    message_ts: str | None = None
    thread_ts: str | None = None
    uses_left: int = USES


class ResponseUrls:
    """The newest few thousand response URLs."""

    def __init__(self, clock: WorkspaceClock) -> None:
        self._clock = clock
        self._known: OrderedDict[str, ResponseUrl] = OrderedDict()

    def issue(self, user_id: str, channel_id: str, message_ts: str | None = None, thread_ts: str | None = None) -> str:
        """A new id for `/response/<id>`."""
        key = secrets.token_urlsafe(16)
        self._known[key] = ResponseUrl(user_id, channel_id, self._clock.now() + LIFETIME, message_ts, thread_ts)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return key

    def use(self, key: str) -> ResponseUrl:
        """Spend one use. Refuses `not_found`, `expired_url` and `used_url`, each with status 404."""
        known = self.peek(key)
        if self._clock.now() > known.expires_at:
            raise SlackRefusal("expired_url", status=404)
        if known.uses_left <= 0:
            raise SlackRefusal("used_url", status=404)
        known.uses_left -= 1
        return known

    def peek(self, key: str) -> ResponseUrl:
        """The response URL, without spending a use."""
        known = self._known.get(key)
        if known is None:
            raise SlackRefusal("not_found", status=404)
        return known
