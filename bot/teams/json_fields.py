"""Typed fields of JSON that Teams sent. `checked_*` raise for a wrong type, the others read it as empty."""

from __future__ import annotations

from typing import Any

from bot.teams.errors import MalformedActivityError

Json = dict[str, Any]
ID_LIMIT = 255
"""What the database can store of an id. Microsoft's are shorter."""


def text_field(holder: Json, name: str) -> str:
    """The text in a field; empty if it is missing or no text."""
    value = holder.get(name)
    return value if isinstance(value, str) else ""


def object_field(holder: Json, name: str) -> Json:
    """The object in a field; empty if it is missing or no object."""
    value = holder.get(name)
    return value if isinstance(value, dict) else {}


def object_list_field(holder: Json, name: str) -> list[Json]:
    """The objects in a list, without its other items; empty if it is missing or no list."""
    value = holder.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def checked_text(holder: Json, name: str) -> str:
    """Like `text_field`, but raises `MalformedActivityError` if it is neither missing nor a text."""
    if not isinstance(holder.get(name), str | None):
        raise MalformedActivityError(f"{name} is not a string")
    return text_field(holder, name)


def checked_object(holder: Json, name: str) -> Json:
    """Like `object_field`, but raises `MalformedActivityError` if it is neither missing nor an object."""
    if not isinstance(holder.get(name), dict | None):
        raise MalformedActivityError(f"{name} is not an object")
    return object_field(holder, name)


def checked_object_list(holder: Json, name: str) -> list[Json]:
    """Like `object_list_field`, but raises `MalformedActivityError` if it is neither missing nor a list."""
    if not isinstance(holder.get(name), list | None):
        raise MalformedActivityError(f"{name} is not a list")
    return object_list_field(holder, name)


def checked_id(holder: Json, name: str, *, required: bool = False) -> str:
    """An id, checked like a text. Raises `MalformedActivityError` if it is too long, or `required` and missing."""
    value = checked_text(holder, name)
    if required and not value:
        raise MalformedActivityError(f"{name} is missing")
    if len(value) > ID_LIMIT:
        raise MalformedActivityError(f"{name} is too long")
    return value
