"""Column types that mean the same on SQLite and PostgreSQL: text that can be stored, and times in UTC (data rule 8)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import DateTime, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from storage.errors import NaiveDatetimeError

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

# PostgreSQL cannot store NUL; a lone surrogate is not a character.
_NOT_STORABLE = re.compile(r"[\x00\ud800-\udfff]")


class _StorableText(TypeDecorator[str]):
    """Text; drops the few code points that a database cannot store."""

    impl: TypeEngine[str] | type[TypeEngine[str]] = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 (same on both)
        return None if value is None else _NOT_STORABLE.sub("", value)


class ShortText(_StorableText):
    """A name or an id, up to 255 characters."""

    impl = String(255)
    cache_ok = True


class LongText(_StorableText):
    """Text that a person wrote: a statement, an email, a message."""

    cache_ok = True


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time.

    In: an aware `datetime` in any zone; it is stored as UTC. A naive one raises `NaiveDatetimeError`.
    Out: always an aware `datetime` whose zone is `datetime.UTC`, with microseconds.

    PostgreSQL stores `timestamptz`. SQLite has no such type and stores text of fixed width
    (`2026-03-01 09:00:00.000000`), so `<` and `ORDER BY` on the column compare times.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time; pass UTC to the driver."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise NaiveDatetimeError(value)
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return UTC, whatever zone the connection uses."""
        if value is None:
            return None
        return value.astimezone(UTC) if dialect.name == "postgresql" else value.replace(tzinfo=UTC)
