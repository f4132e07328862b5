"""The ground that every table stands on: names of constraints, and the few column types that all share."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, MetaData
from sqlalchemy.orm import DeclarativeBase

from storage.column_types import ShortText, UtcDateTime

# One rule for all names, so that a migration can name what it changes on both databases.
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
"""Table info: rows are only ever added; the database refuses an UPDATE (DESIGN, data rule 6)."""
