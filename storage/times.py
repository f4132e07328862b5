"""Times in the database: aware UTC in, aware UTC out (data rule 8)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import DateTime
from sqlalchemy.types import TypeDecorator

from storage.errors import NaiveDatetimeError

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time.

    In: an aware `datetime` of any zone; it is stored as UTC. A naive one raises `NaiveDatetimeError`.
    Out: always an aware `datetime` whose zone is `datetime.UTC`, with microseconds.

    PostgreSQL keeps `timestamptz`. SQLite has no such type and keeps text of a fixed width
    (`2026-03-01 09:00:00.000000`), so that `<` and `ORDER BY` on the column compare times.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse what has no zone; hand UTC to the driver."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise NaiveDatetimeError(value)
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give UTC back, whichever zone the connection speaks."""
        if value is None:
            return None
        return value.astimezone(UTC) if dialect.name == "postgresql" else value.replace(tzinfo=UTC)
