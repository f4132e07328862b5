"""What SQLite's query planner knows of the rows. Without that, any index that begins with the tenant will do for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

ROWS_READ = 10_000
"""Of each index: more than a query asks for at once, so that all of a tenant never looks like less than that."""


def update_statistics(session: Session) -> None:
    """Have SQLite count how many rows the columns of its indexes share. For `database.write`.

    PostgreSQL does so by itself. Connections that are open know it from the first time on, and what changed later when
    they are opened anew.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.connection().execute(text(f"PRAGMA analysis_limit = {ROWS_READ}"))
        session.connection().execute(text("ANALYZE"))
