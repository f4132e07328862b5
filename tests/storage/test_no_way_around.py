"""No code bypasses the mapped classes, which limit a query to its tenant; modules that query all tenants are listed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

BELOW_THE_ORM = {
    "engines.py",
    "health.py",
    "migrate.py",
    "planner_statistics.py",
    "poolers.py",
    "sqlite.py",
    "tenancy.py",
}
"""Files of `storage` that work on connections, below the mapped classes. So do the migrations."""

QUERY_ALL_TENANTS = {
    "storage/drafts.py",  # deletes drafts whose time is over
    "storage/inbound_events.py",  # deletes events that no platform delivers again
    "storage/message_versions.py",  # deletes versions of messages that no platform delivers again
    "storage/outbox.py",  # claims due rows of any tenant
    "storage/personal_links.py",  # finds whose link a secret one is, before anybody has said who they are
    "storage/tenant_move.py",  # moves deals from one tenant to another
}

BYPASSES = {
    "__table__",
    "exec_driver_sql",
    "bulk_save_objects",
    "bulk_insert_mappings",
    "bulk_update_mappings",
}
"""Attributes that bypass `storage.tenancy`."""


def sources() -> Iterator[Path]:
    for room in ("bot", "handlers", "storage"):
        yield from (path for path in sorted((ROOT / room).rglob("*.py")) if "migrations" not in path.parts)


def bypasses(source: str) -> list[str]:
    """The names in the source that bypass the mapped classes."""
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in BYPASSES:
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
def test_a_bypass_is_found(source: str, found: list[str]) -> None:
    assert bypasses(source) == found


def test_no_module_bypasses_the_mapped_classes() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): names
        for path in sources()
        if not (path.parent.name == "storage" and path.name in BELOW_THE_ORM) and (names := bypasses(path.read_text()))
    }

    assert found == {}


def test_only_the_listed_modules_query_all_tenants() -> None:
    querying = {
        path.relative_to(ROOT).as_posix()
        for path in sources()
        if path.name != "tenancy.py" and ("ALL_TENANTS" in path.read_text() or "all_tenants" in path.read_text())
    }

    assert querying == QUERY_ALL_TENANTS
