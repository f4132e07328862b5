"""`update_statistics` tells SQLite's query planner how many rows the columns of its indexes share."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from storage.database import Database
from storage.planner_statistics import update_statistics
from tests.storage.given import a_tenant


def known_tables(session: Session) -> set[str]:
    return set(session.connection().exec_driver_sql("SELECT tbl FROM sqlite_stat1").scalars())


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
async def test_sqlite_knows_the_tables_that_have_rows(database: Database) -> None:
    await database.write(a_tenant, "T1")

    await database.write(update_statistics)
    await database.write(update_statistics)

    assert "tenants" in await database.read(known_tables)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
async def test_postgresql_does_so_by_itself(database: Database) -> None:
    await database.write(update_statistics)

    assert await database.write(a_tenant, "T1")
