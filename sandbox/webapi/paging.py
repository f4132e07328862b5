"""Slack's cursor-based pagination."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TypeVar

from sandbox.errors import SlackRefusal
from sandbox.webapi.call import Call

Item = TypeVar("Item")


def page(call: Call, items: Sequence[Item], default: int, most: int = 1_000) -> tuple[list[Item], str]:
    """The page at `cursor` with up to `limit` items, and the next page's cursor (empty at the end)."""
    limit = call.number("limit", default, most)
    start = decode(call.text("cursor"))
    end = start + limit
    return list(items[start:end]), encode(end) if end < len(items) else ""


def encode(position: int) -> str:
    """A cursor for a position."""
    return base64.b64encode(f"next:{position}".encode()).decode()


def decode(cursor: str | None) -> int:
    """The position of a cursor; refuses `invalid_cursor`."""
    if cursor is None:
        return 0
    try:
        name, _, position = base64.b64decode(cursor, validate=True).decode().partition(":")
        if name == "next" and position.isdecimal():
            return int(position)
    except ValueError:
        raise SlackRefusal("invalid_cursor") from None
    raise SlackRefusal("invalid_cursor")
