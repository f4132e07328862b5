"""Many deals without the minutes that it takes to make them: copies of some, with all rows that belong to them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Table, UniqueConstraint, func, insert, select
from sqlalchemy.orm import Session

from storage.models import Base


def copy_deals(session: Session, deal_ids: Collection[int], times: int) -> None:
    """Add `times` copies of each of these deals, each with copies of its statements, messages and whatever it has."""
    connection = session.connection()
    originals: dict[str, list[dict[str, Any]]] = {}
    for table in Base.metadata.sorted_tables:
        rows = [dict(row._mapping) for row in connection.execute(select(table).order_by(*table.primary_key))]
        kept = [row for row in rows if _belongs(table, row, deal_ids, originals)]
        if kept:
            originals[table.name] = kept
    for _ in range(times):
        new_ids: dict[str, dict[int, int]] = {}
        for name, rows in originals.items():
            table = Base.metadata.tables[name]
            highest = connection.execute(select(func.max(table.c.id))).scalar_one()
            new_ids[name] = {row["id"]: highest + place for place, row in enumerate(rows, 1)}
            connection.execute(insert(table), [_copy(table, row, new_ids) for row in rows])


def _belongs(
    table: Table, row: dict[str, Any], deal_ids: Collection[int], originals: dict[str, list[dict[str, Any]]]
) -> bool:
    if table.name == "deals":
        return row["id"] in deal_ids
    owners = [(key.column.table.name, key.parent.name) for key in table.foreign_keys if key.column.table is not table]
    return any(row[column] in {each["id"] for each in originals[name]} for name, column in owners if name in originals)


def _copy(table: Table, row: dict[str, Any], new_ids: dict[str, dict[int, int]]) -> dict[str, Any]:
    copied = {**row, "id": new_ids[table.name][row["id"]]}
    for key in table.foreign_keys:
        known = new_ids.get(key.column.table.name, {})
        copied[key.parent.name] = known.get(row[key.parent.name], row[key.parent.name])
    for unique in table.constraints:
        owned = any(each.foreign_keys and each.name != "tenant_id" for each in unique.columns)
        texts = [each.name for each in unique.columns if isinstance(row[each.name], str)]
        if isinstance(unique, UniqueConstraint) and texts and not owned:
            copied[texts[-1]] = f"{row[texts[-1]]}+{copied['id']}"
    return copied
