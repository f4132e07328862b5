"""Nobody reaches around the classes that hold a query to its tenant, and who asks for all tenants is on a list."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SEAM = {"engines.py", "migrate.py", "sqlite.py", "tenancy.py"}
"""Files of `storage` that work on connections, below the classes. The migrations do, too."""

ASK_FOR_ALL_TENANTS = {
    "storage/inbound_events.py",  # deletes events that no platform delivers again
    "storage/outbox.py",  # claims what is due, whosever it is
}

AROUND = {
    "__table__",
    "exec_driver_sql",
    "bulk_save_objects",
    "bulk_insert_mappings",
    "bulk_update_mappings",
}
"""Attributes that lead past `storage.tenancy`."""


def sources() -> Iterator[Path]:
    for room in ("bot", "handlers", "storage"):
        yield from (path for path in sorted((ROOT / room).rglob("*.py")) if "migrations" not in path.parts)


def ways_around(source: str) -> list[str]:
    """What in the source leads past the classes."""
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in AROUND:
            found.append(node.attr)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("session.connection"):
            found.append("session.connection()")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
            found += [name.name for name in node.names if name.name in {"text", "Table", "table"}]
    return found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("session.connection().exec_driver_sql('DELETE FROM deals')", ["exec_driver_sql", "session.connection()"]),
        ("session.execute(select(Deal.__table__))", ["__table__"]),
        ("from sqlalchemy import select, text", ["text"]),
        ("session.bulk_insert_mappings(Deal, rows)", ["bulk_insert_mappings"]),
        ("from sqlalchemy import select\nsession.scalars(select(Deal))", []),
    ],
)
def test_a_way_around_is_found(source: str, found: list[str]) -> None:
    assert ways_around(source) == found


def test_nobody_reaches_around_the_classes() -> None:
    around = {
        path.relative_to(ROOT).as_posix(): ways
        for path in sources()
        if not (path.parent.name == "storage" and path.name in SEAM) and (ways := ways_around(path.read_text()))
    }

    assert around == {}


def test_who_asks_for_all_tenants_is_on_the_list() -> None:
    asking = {
        path.relative_to(ROOT).as_posix()
        for path in sources()
        if path.name != "tenancy.py" and ("ALL_TENANTS" in path.read_text() or "all_tenants" in path.read_text())
    }

    assert asking == ASK_FOR_ALL_TENANTS
