"""A database from before is opened: brought to today's tables, read to its last row, exported, and still evidence."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from handlers import export
from storage import migrate
from storage.database import Database
from storage.models import Base
from storage.tenancy import ALL_TENANTS
from tests.compat.left_behind import FOLDER, restore
from tests.compat.story import MID_CALL

REACHABLE = {"sighted", "open", "scheduled", "in_call", "aligned", "recapped", "dismissed"}
"""Where a deal of d13ecdc could stand; nothing led to the other stages yet."""


@pytest.fixture
def old(empty_database_url: str) -> Iterator[Database]:
    """The database, upgraded if it has to be."""
    restore(empty_database_url)
    migrate.upgrade(empty_database_url)
    database = Database(empty_database_url)
    yield database
    database.close_sync()


def column(database: Database, query: str) -> set[object]:
    return set(database.read_sync(lambda session: session.connection().exec_driver_sql(query).scalars().all()))


def test_it_ends_at_the_tables_of_today(old: Database) -> None:
    def differences(session: Session) -> list[object]:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(session.connection(), opts=options)
        return list(compare_metadata(context, Base.metadata))

    assert old.read_sync(migrate.is_current)
    assert old.read_sync(differences) == []


YOUNGER = {
    *("drafts", "message_versions", "next_steps", "order_changes", "own_words", "playbook_versions"),
    *("promise_outcomes", "challenge_steps", "challenges", "compliments"),
    *("deal_reviews", "referral_asks", "referrals", "self_checks"),
    *("delivery_contacts", "feasibility_asks", "feasibility_answers", "handoffs", "handoff_readings"),
    "covers",
    *("import_batches", "imported_deals", "personal_links"),
    *("announcements", "thanks"),
    "statement_notes",
    *("deal_members", "promise_keepers"),
}
"""Tables that later versions added."""


def test_every_row_can_be_read(old: Database) -> None:
    """As the classes read it: times, JSON and texts of each column."""

    def read(session: Session) -> dict[str, int]:
        found = {}
        for mapper in Base.registry.mappers:
            rows = session.scalars(select(mapper.class_), execution_options={ALL_TENANTS: True}).unique().all()
            names = [attribute.key for attribute in inspect(mapper.class_).column_attrs]
            assert all(len([getattr(row, name) for name in names]) for row in rows)
            found[str(mapper.local_table)] = len(rows)
        return found

    rows = old.read_sync(read)
    assert {table for table, count in rows.items() if not count} == YOUNGER


def test_it_holds_what_a_database_can_hold(old: Database) -> None:
    """A thinner one would hold less together than it seems to."""
    assert column(old, "SELECT stage FROM deals") == REACHABLE
    assert column(old, "SELECT doubt FROM deals") == {None, "deleted"}
    assert column(old, "SELECT state FROM outbox") == {"queued", "claimed", "sent", "folded", "cancelled", "dead"}
    assert column(old, "SELECT state FROM outbox WHERE kind = 'reminder'") == {
        *("queued", "sent", "folded", "cancelled", "dead")
    }
    assert column(old, "SELECT said FROM confirmations") == {"agreed", "corrected", "withdrawn"}
    assert column(old, "SELECT manner FROM confirmations") == {"each", "read_all"}
    assert column(old, "SELECT purpose FROM channels") == {"wins", "listen", "excluded"}
    assert column(old, "SELECT platform FROM tenants") == {"slack", "teams"}
    assert max(column(old, "SELECT version FROM statement_versions"), key=str) == 4


def test_every_deal_can_be_exported(old: Database) -> None:
    workspaces = old.read_sync(export.workspaces)
    deals = [deal for each in workspaces for deal in old.read_sync(export.page, each)]
    assert len(deals) == 20
    [under_way] = [deal for deal in deals if deal["customer"] == MID_CALL]
    assert [len(each["confirmations"]) for each in under_way["statements"]] == [1, 0, 0, 0]
    assert all(list(export.table(deal)) for deal in deals if deal["statements"])


def test_what_was_confirmed_cannot_be_changed(old: Database) -> None:
    def change(session: Session) -> None:
        session.connection().exec_driver_sql("UPDATE confirmations SET said = 'agreed'")

    with pytest.raises(DBAPIError, match="evidence"):
        old.write_sync(change)


def test_the_fixtures_are_small_enough_to_be_looked_through() -> None:
    assert sum(each.stat().st_size for each in FOLDER.iterdir()) < 400_000
