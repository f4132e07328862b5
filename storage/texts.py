"""Text in the database: whatever people and platforms send can be stored, on both databases alike."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

# NUL, which PostgreSQL cannot keep, and halves of a surrogate pair, which are no characters at all.
_NOT_TEXT = re.compile(r"[\x00\ud800-\udfff]")


class _Storable(TypeDecorator[str]):
    """Text without the few code points that no database keeps; they are left out."""

    impl: TypeEngine[str] | type[TypeEngine[str]] = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 (alike on both)
        return None if value is None else _NOT_TEXT.sub("", value)


class ShortText(_Storable):
    """A name or an id, up to 255 characters."""

    impl = String(255)
    cache_ok = True


class LongText(_Storable):
    """What a person wrote: a wording, a mail, a message."""

    cache_ok = True
