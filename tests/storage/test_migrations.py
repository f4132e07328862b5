"""The migrations create exactly the models' tables, on both databases, also when run concurrently or repeatedly."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, func, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from storage import migrate
from storage.database import Database
from storage.errors import DatabaseUrlError, SchemaError
from storage.models import Base, Tenant
from tests.storage.given import a_deal, a_tenant

pytestmark = pytest.mark.both_databases

ROOT = Path(__file__).parents[2]


def sql(session: Session, *statements: str) -> None:
    for statement in statements:
        session.connection().exec_driver_sql(statement)


def revisions() -> list[str]:
    """Every revision there is, the oldest first."""
    return [each.name[:4] for each in sorted((ROOT / "storage" / "migrations" / "versions").glob("[0-9]*.py"))]


def differences(session: Session) -> list[object]:
    context = MigrationContext.configure(
        session.connection(), opts={"compare_type": True, "compare_server_default": True}
    )
    return list(compare_metadata(context, Base.metadata))


def checks(session: Session) -> set[tuple[str, str | None, str]]:
    """Table, name and condition of each CHECK; without conditions on PostgreSQL, which rewrites them."""
    found = inspect(session.connection())
    verbatim = found.dialect.name == "sqlite"
    return {
        (table, check["name"], check["sqltext"] if verbatim else "")
        for table in Base.metadata.tables
        for check in found.get_check_constraints(table)
    }


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Database]:
    database = Database(empty_database_url)
    yield database
    database.close_sync()


def test_the_migrations_create_the_models_tables(empty_database_url: str, empty: Database) -> None:
    assert migrate.upgrade(empty_database_url)[-1] == migrate.head()

    assert empty.read_sync(differences) == []


def test_the_check_constraints_which_alembic_does_not_compare_are_there(database_kind: str, database: Database) -> None:
    wanted = {
        (table.name, str(each.name), str(each.sqltext) if database_kind == "sqlite" else "")
        for table in Base.metadata.sorted_tables
        for each in table.constraints
        if isinstance(each, CheckConstraint)
    }

    assert database.read_sync(checks) == wanted


def test_no_foreign_key_is_deferred_to_the_commit() -> None:
    """Writes share a commit on SQLite: a check that fails there would fail all of them."""
    assert not [key for table in Base.metadata.tables.values() for key in table.foreign_keys if key.deferrable]


def test_every_constraint_has_a_name() -> None:
    """A later migration must be able to name the constraint, on both databases."""
    assert all(each.name for table in Base.metadata.tables.values() for each in table.constraints)


def test_a_second_upgrade_finds_nothing_to_do(database_url: str, database: Database) -> None:
    assert migrate.upgrade(database_url) == []
    assert database.read_sync(migrate.current) == migrate.head()


def test_the_revision_of_a_database(empty_database_url: str, empty: Database) -> None:
    assert empty.read_sync(migrate.current) is None
    assert not empty.read_sync(migrate.is_current)
    with pytest.raises(SchemaError, match="no tables of FirstCall yet: run `firstcall migrate`") as caught:
        empty.read_sync(migrate.require_current)
    assert (caught.value.found, caught.value.wanted) == (None, migrate.head())

    migrate.upgrade(empty_database_url)

    assert empty.read_sync(migrate.current) == migrate.head()
    assert empty.read_sync(migrate.is_current)
    empty.read_sync(migrate.require_current)


def test_a_database_of_a_newer_firstcall_is_refused(database_url: str, database: Database) -> None:
    database.write_sync(sql, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(SchemaError, match="a newer one has migrated it") as caught:
        migrate.upgrade(database_url)
    assert caught.value.found == "9999"
    with pytest.raises(SchemaError, match="9999"):
        database.read_sync(migrate.require_current)
    assert not database.read_sync(migrate.is_current)


def test_a_failed_upgrade_is_rolled_back(empty_database_url: str, empty: Database) -> None:
    # The last table of the first migration exists already.
    last = [*Base.metadata.sorted_tables][-1].name
    empty.write_sync(sql, f"CREATE TABLE {last} (id INTEGER)")

    with pytest.raises(DBAPIError, match="already exists"):
        migrate.upgrade(empty_database_url)

    assert empty.read_sync(lambda session: inspect(session.connection()).get_table_names()) == [last]
    assert empty.read_sync(migrate.current) is None


def test_processes_that_start_together_take_turns(empty_database_url: str, empty: Database) -> None:
    program = "import sys; from storage.migrate import upgrade; print(upgrade(sys.argv[1]))"
    starting = [
        subprocess.Popen(
            [sys.executable, "-c", program, empty_database_url],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for _ in range(3)
    ]

    ended = [(*process.communicate(timeout=60), process.returncode) for process in starting]

    assert [code for *_, code in ended] == [0] * 3, ended
    assert sorted(out.strip() for out, *_ in ended) == [str(revisions()), "[]", "[]"]
    assert empty.read_sync(differences) == []


@pytest.fixture
def add_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Adds a migration after the last one, for this test."""

    def add(body: str) -> None:
        head = migrate.head()
        shutil.copytree(migrate.MIGRATIONS, tmp_path / "migrations")
        (tmp_path / "migrations" / "versions" / "next.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import op\n"
            "from storage.migrations.operations import alter_table, refuse_updates\n"
            f"revision, down_revision = 'next', {head!r}\n\ndef upgrade():\n    {body}\n"
        )
        monkeypatch.setattr(migrate, "MIGRATIONS", tmp_path / "migrations")

    return add


def a_deal_of(session: Session) -> None:
    a_deal(session, a_tenant(session))


def test_a_later_migration_keeps_rows_and_references(
    database_url: str, database: Database, add_migration: Callable[[str], None]
) -> None:
    database.write_sync(a_deal_of)
    add_migration(
        "with op.batch_alter_table('people') as people:\n"
        "        people.add_column(sa.Column('mood', sa.String(9), nullable=False, server_default='calm'))\n"
        "        people.alter_column('external_id', existing_type=sa.String(255), type_=sa.String(99))"
    )

    assert not database.read_sync(migrate.is_current)
    with pytest.raises(
        SchemaError, match=f"stands at revision {revisions()[-1]} and this FirstCall needs next: run `firstcall mig"
    ):
        database.read_sync(migrate.require_current)
    assert migrate.upgrade(database_url) == ["next"]

    def moods_of_owners(session: Session) -> list[tuple[str, str]]:
        joined = "SELECT deals.customer, people.mood FROM deals JOIN people ON people.id = deals.owner_id"
        return [tuple(row) for row in session.connection().exec_driver_sql(joined)]

    assert database.read_sync(moods_of_owners) == [("Northwind Dental", "calm")]


def test_altering_a_table_keeps_its_triggers_and_reuses_no_id(
    database_url: str, database: Database, add_migration: Callable[[str], None]
) -> None:
    add = "INSERT INTO audit_log (action, detail, at, tenant_id) VALUES ('heard', '{}', '2026-03-01', 1)"
    database.write_sync(a_deal_of)
    database.write_sync(sql, add, add, add, "DELETE FROM audit_log WHERE id > 1")
    add_migration(
        "with alter_table('audit_log') as batch:\n"
        "        batch.alter_column('action', existing_type=sa.String(255), type_=sa.String(99))"
    )

    assert migrate.upgrade(database_url) == ["next"]

    with pytest.raises(DBAPIError, match="audit_log is evidence"):
        database.write_sync(sql, "UPDATE audit_log SET action = 'forged'")
    database.write_sync(sql, add)
    assert database.read_sync(ids_of_the_audit_log) == [1, 4]


def test_altering_an_emptied_table_reuses_no_id(
    database_url: str, database: Database, add_migration: Callable[[str], None]
) -> None:
    add = "INSERT INTO audit_log (action, detail, at, tenant_id) VALUES ('heard', '{}', '2026-03-01', 1)"
    database.write_sync(a_deal_of)
    database.write_sync(sql, add, add, "DELETE FROM audit_log")
    add_migration(
        "with alter_table('audit_log') as batch:\n"
        "        batch.alter_column('action', existing_type=sa.String(255), type_=sa.String(99))"
    )

    migrate.upgrade(database_url)

    database.write_sync(sql, add)
    assert database.read_sync(ids_of_the_audit_log) == [3]


def ids_of_the_audit_log(session: Session) -> list[int]:
    return list(session.connection().exec_driver_sql("SELECT id FROM audit_log ORDER BY id").scalars())


def test_a_table_that_a_migration_makes_append_only_refuses_updates(
    database_url: str, database: Database, add_migration: Callable[[str], None]
) -> None:
    database.write_sync(a_deal_of)
    add_migration("refuse_updates('deals')")

    migrate.upgrade(database_url)

    with pytest.raises(DBAPIError, match="deals is evidence: rows are added, never changed"):
        database.write_sync(sql, "UPDATE deals SET customer = 'Other'")
    database.write_sync(sql, "DELETE FROM deals")


def test_a_migration_that_breaks_a_foreign_key_is_rolled_back(
    database_url: str, database: Database, add_migration: Callable[[str], None]
) -> None:
    database.write_sync(a_deal_of)
    add_migration("op.execute('DELETE FROM people')")

    with pytest.raises((SchemaError, DBAPIError), match=r"refers to nothing in people|foreign key"):
        migrate.upgrade(database_url)

    assert database.read_sync(migrate.current) == revisions()[-1]
    assert database.read_sync(lambda session: session.scalar(select(func.count()).select_from(Tenant))) == 1


def test_an_upgrade_works_in_a_folder_with_a_percent_sign(tmp_path: Path) -> None:
    folder = tmp_path / "50% off"
    folder.mkdir()

    assert migrate.upgrade(f"sqlite:///{folder / 'firstcall.db'}")


def test_a_database_in_memory_cannot_be_migrated() -> None:
    with pytest.raises(DatabaseUrlError):
        migrate.upgrade("sqlite://")
