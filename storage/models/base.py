"""The declarative base: constraint names, and the column types that all tables share."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, MetaData, literal_column
from sqlalchemy.orm import DeclarativeBase

from storage.column_types import ShortText, UtcDateTime

# One naming convention, so a migration can name a constraint on both databases.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The declarative base. `str` is short text (255); `datetime` is aware UTC; `dict` is JSON."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy reads it from the class)
        str: ShortText(),
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
    }


EVIDENCE = {"append_only": True}
"""Table info: append-only; the database refuses an UPDATE (data rule 6)."""


def index_of(name: str, *columns: str, only: str) -> Index:
    """An index of the rows for which a condition holds."""
    return Index(name, *columns, sqlite_where=literal_column(only), postgresql_where=literal_column(only))
