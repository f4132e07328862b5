"""The inspector's log: requests and responses in both directions, only the newest ones."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MAX_ENTRIES = 2_000
MAX_BYTES = 64_000_000
SHOWN_CHARACTERS = 48_000


@dataclass(slots=True)
class Exchange:
    """One request with its response.

    `direction` is `to_slack` or `to_bot`, `status` is None without a response, `refused` is the error name (Slack's, or
    why the bot could not be reached), `broadcasts` are the broadcast mentions in the text, `size` is the approximate
    number of bytes. The log sets `id` and `at` (workspace time, ISO 8601 in UTC).
    """

    direction: str
    name: str
    status: int | None
    took_ms: float
    request: Any
    answer: Any
    refused: str | None = None
    attempt: int = 1
    broadcasts: list[str] = field(default_factory=list)
    size: int = 0
    id: int = 0
    at: str = ""

    def shown(self) -> dict[str, Any]:
        """The entry as the user API returns it; a huge body is cut to its beginning."""
        return {
            "id": self.id,
            "at": self.at,
            "direction": self.direction,
            "name": self.name,
            "status": self.status,
            "took_ms": round(self.took_ms, 2),
            "request": _shortened(self.request),
            "answer": _shortened(self.answer),
            "refused": self.refused,
            "attempt": self.attempt,
            "rang": self.broadcasts,
        }


class RequestLog:
    """The newest exchanges, at most 2,000 and about 64 MB; `listener` is called with each new one."""

    def __init__(self, iso_now: Callable[[], str]) -> None:
        self._entries: deque[Exchange] = deque()
        self._iso_now = iso_now
        self._last_id = 0
        self._bytes = 0
        self.listener: Callable[[Exchange], None] | None = None

    def add(self, exchange: Exchange) -> Exchange:
        """Add an exchange and return it with its id."""
        self._last_id += 1
        exchange.id = self._last_id
        exchange.at = self._iso_now()
        self._entries.append(exchange)
        self._bytes += exchange.size
        while len(self._entries) > MAX_ENTRIES or self._bytes > MAX_BYTES:
            self._bytes -= self._entries.popleft().size
        if self.listener is not None:
            self.listener(exchange)
        return exchange

    def after(self, exchange_id: int) -> list[Exchange]:
        """The exchanges with a higher id, oldest first."""
        return [each for each in self._entries if each.id > exchange_id]

    def clear(self) -> None:
        """Delete all; ids keep increasing."""
        self._entries.clear()
        self._bytes = 0


def _shortened(body: Any) -> Any:
    text = json.dumps(body, ensure_ascii=False, default=str)
    return body if len(text) <= SHOWN_CHARACTERS else {"shortened": text[:SHOWN_CHARACTERS], "characters": len(text)}
