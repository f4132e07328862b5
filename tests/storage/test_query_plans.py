"""What is asked of a long history is found by an index, not by reading all that a tenant has (SQLite's own plan)."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event

from script import bench_growth, history
from storage.database import Database
from tests.handlers.world import World

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

DEALS = 600
LONG = ("deals", "statements", "sightings", "outbox", "audit_log")
"""The tables that grow with every deal."""
READS_ALL = re.compile(rf"SCAN (?:{'|'.join(LONG)})\b|SEARCH (?:{'|'.join(LONG)})\w* .*\(tenant_id=\?\)")
READS_A_PAGE = {"a page of the export"}
"""It takes hundreds of deals, so with few more than those the planner reads them all."""


@pytest.fixture
def asked() -> Iterator[list[tuple[str, Any]]]:
    """The statements that this process sends, with their parameters."""
    found: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        found.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


def test_no_everyday_operation_reads_the_whole_history(database: Database, asked: list[tuple[str, Any]]) -> None:
    world = World(database)
    history.write(world, DEALS)
    found: list[str] = []
    for name, work in bench_growth.operations(world):
        if name in READS_A_PAGE:
            continue
        asked.clear()
        work()
        connection = sqlite3.connect(str(database.url.database))
        for statement, parameters in asked:
            if statement.startswith(("SELECT", "UPDATE", "DELETE")):
                plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
                found += [f"{name}: {line}\n  {statement}" for line in plan if READS_ALL.search(line)]
        connection.close()
    assert not found, "\n".join(found)
