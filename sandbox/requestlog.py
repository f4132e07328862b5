"""The inspector's log: each request and answer of both directions, the newest ones only."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

NEWEST = 2_000
LARGEST_BODY = 48_000


@dataclass(slots=True)
class LoggedRequest:
    """One request. `at` is workspace time (ISO 8601, UTC), `refused` Slack's error name, `rang` who it would ring."""

    id: int
    at: str
    direction: str
    name: str
    status: int | None
    took_ms: float
    request: Any
    answer: Any
    refused: str | None
    attempt: int
    rang: list[str]


class RequestLog:
    """The newest requests; `listener` hears of each new one."""

    def __init__(self, iso_now: Callable[[], str]) -> None:
        self._entries: deque[LoggedRequest] = deque(maxlen=NEWEST)
        self._iso_now = iso_now
        self._last_id = 0
        self.listener: Callable[[LoggedRequest], None] | None = None

    def add(
        self,
        direction: str,
        name: str,
        *,
        status: int | None,
        took_ms: float,
        request: Any,
        answer: Any,
        refused: str | None = None,
        attempt: int = 1,
        rang: list[str] | None = None,
    ) -> LoggedRequest:
        """Write one down and give it back. The direction is `to_slack` or `to_bot`."""
        self._last_id += 1
        entry = LoggedRequest(
            self._last_id,
            self._iso_now(),
            direction,
            name,
            status,
            round(took_ms, 2),
            request,
            answer,
            refused,
            attempt,
            rang or [],
        )
        self._entries.append(entry)
        if self.listener is not None:
            self.listener(entry)
        return entry

    def after(self, entry_id: int) -> list[LoggedRequest]:
        """The requests with a higher id, oldest first."""
        return [each for each in self._entries if each.id > entry_id]

    def clear(self) -> None:
        """Forget all; ids go on rising."""
        self._entries.clear()


def shown(entry: LoggedRequest) -> dict[str, Any]:
    """The entry as the people side gives it; a huge body is shortened to its beginning."""
    body = asdict(entry)
    for name in ("request", "answer"):
        text = json.dumps(body[name], ensure_ascii=False, default=str)
        if len(text) > LARGEST_BODY:
            body[name] = {"shortened": text[:LARGEST_BODY], "characters": len(text)}
    return body
