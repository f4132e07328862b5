"""Insert a row unless it is there: the unique key decides, however many transactions try at the same moment."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from sqlalchemy import literal_column
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.models import Base

Row = TypeVar("Row", bound=Base)


def insert_or_ignore(session: Session, model: type[Row], unique: tuple[str, ...], **values: Any) -> Row | None:
    """The new row, or None when one with the same `unique` columns is there already.

    On PostgreSQL a transaction that comes second waits for the first one's end; after it, a query sees that one's row.
    """
    insert = _insert(model, unique, session.get_bind().dialect.name)
    row: Row | None = session.scalar(insert.returning(model), values)
    return row


def insert_if_new(session: Session, model: type[Row], unique: tuple[str, ...], **values: Any) -> bool:
    """`insert_once` for who only wants to know whether the row is new."""
    insert = _insert(model, unique, session.get_bind().dialect.name)
    return session.scalar(insert.returning(literal_column("1")), values) is not None


@cache
def _insert(model: type[Row], unique: tuple[str, ...], dialect: str) -> sqlite.Insert | postgresql.Insert:
    insert = sqlite.insert(model) if dialect == "sqlite" else postgresql.insert(model)
    return insert.on_conflict_do_nothing(index_elements=unique)
