"""Insert a row unless it exists: the unique key decides, however many transactions try at the same time."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from sqlalchemy import literal_column
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.models import Base

Row = TypeVar("Row", bound=Base)


def insert_or_ignore(session: Session, model: type[Row], unique: tuple[str, ...], **values: Any) -> Row | None:
    """The new row, or None if one with the same `unique` columns exists.

    On PostgreSQL a second transaction waits until the first has ended; a query after that sees the first one's row.
    """
    insert = _insert_statement(model, unique, session.get_bind().dialect.name)
    row: Row | None = session.scalar(insert.returning(model), values)
    return row


def insert_if_new(session: Session, model: type[Row], unique: tuple[str, ...], **values: Any) -> bool:
    """Like `insert_or_ignore`, but only returns whether the row is new."""
    insert = _insert_statement(model, unique, session.get_bind().dialect.name)
    return session.scalar(insert.returning(literal_column("1")), values) is not None


@cache
def _insert_statement(model: type[Row], unique: tuple[str, ...], dialect: str) -> sqlite.Insert | postgresql.Insert:
    insert = sqlite.insert(model) if dialect == "sqlite" else postgresql.insert(model)
    return insert.on_conflict_do_nothing(index_elements=unique)
