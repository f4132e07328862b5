"""Notify the open pages of changes: only ids, enough to know what to fetch again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

BACKLOG = 500


class LiveUpdates:
    """The subscribed pages, each with the person that it shows the workspace as."""

    def __init__(self) -> None:
        self._listeners: dict[asyncio.Queue[dict[str, Any]], str | None] = {}

    @contextmanager
    def subscribe(self, user_id: str | None) -> Iterator[asyncio.Queue[dict[str, Any]]]:
        """A queue of changes for one page. A page that cannot keep up loses the oldest ones, and fetches again."""
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(BACKLOG)
        self._listeners[queue] = user_id
        try:
            yield queue
        finally:
            del self._listeners[queue]

    def publish(self, change: dict[str, Any], seen_by: set[str] | None = None) -> None:
        """Send a change to every page, or to the pages of these people."""
        for queue, user_id in self._listeners.items():
            if seen_by is not None and user_id is not None and user_id not in seen_by:
                continue
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(change)

    def notice(self, text: str, to: str | None = None) -> None:
        """Show a sentence to one person, or on every page."""
        self.publish({"type": "notice", "text": text}, None if to is None else {to})
