"""`firstcall import`: what a file brings, what is refused and why, and a batch that can be taken out again."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.database import Database
from storage.models import AuditEntry, Contact, Deal, ImportedDeal, NextStep, OutboxRow, Person, Tenant
from storage.tenancy import scope
from tests.cli.conftest import CommandLine

pytestmark = pytest.mark.both_databases

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HEADER = "customer,amount,currency,period,kind,closed_at,rep,contact,source id\n"


@pytest.fixture(autouse=True)
def _berlin(database: Database, monkeypatch: pytest.MonkeyPatch, database_url: str) -> None:
    """A workspace in Berlin that knows Ada."""

    def given(session: Session) -> None:
        tenant = Tenant(platform="slack", external_id="T1", zone="Europe/Berlin", created_at=NOON)
        session.add(tenant)
        session.flush()
        scope(session, tenant.id)
        session.add(Person(external_id="U0ADA", name="Ada Okoro", created_at=NOON))

    database.write_sync(given)
    monkeypatch.setenv("DATABASE_URL", database_url)


def write(text: str, encoding: str = "utf-8") -> None:
    Path("won.csv").write_bytes(text.encode(encoding))


def stored(database: Database) -> list[tuple[str, int | None, str | None, str]]:
    """Customer, amount, currency and the moment of each deal, by id."""

    def read(session: Session) -> list[tuple[str, int | None, str | None, str]]:
        scope(session, 1)
        deals = session.scalars(select(Deal).order_by(Deal.id))
        return [(d.customer, d.amount_minor, d.currency, f"{d.closed_at:%Y-%m-%d %H:%M}") for d in deals]

    return database.read_sync(read)


def count(database: Database, model: type[Deal | OutboxRow | AuditEntry | Contact | ImportedDeal]) -> int:
    def read(session: Session) -> int:
        scope(session, 1)
        return session.execute(select(func.count(model.id))).scalar_one()

    return database.read_sync(read)


def test_a_dry_run_changes_nothing_and_applying_is_idempotent(firstcall: CommandLine, database: Database) -> None:
    write(
        HEADER
        + 'Northwind,"45,000.50",usd,Annual,New Business,2025-11-03,Ada Okoro,Olga Kim,006A\n'
        + '"Harbor\n Lights",300,EUR,,,2025-12-24 09:30,U0BEN12345,,006B\n'
        + "Contoso,1,EUR,,,2999-01-01,U0ADA,,\n"
    )
    dry = firstcall("import", "won.csv")
    assert (dry.exit_code, stored(database)) == (0, [])
    assert "2 new, 0 known already, 1 refused" in dry.output
    assert "line 5: closed_at “2999-01-01” is still to come" in dry.output

    refused = firstcall("import", "won.csv", "--apply")
    assert (refused.exit_code, stored(database)) == (1, [])

    applied = firstcall("import", "won.csv", "--apply", "--skip-refused")
    assert "Batch 1: 2 deals stored." in applied.output
    assert stored(database) == [
        ("Northwind", 4_500_050, "USD", "2025-11-03 11:00"),
        ("Harbor Lights", 30_000, "EUR", "2025-12-24 08:30"),
    ]
    assert count(database, OutboxRow) == 0, "nobody hears of the past"
    again = firstcall("import", "won.csv", "--apply", "--skip-refused")
    assert "0 new, 2 known already" in again.output
    assert (again.exit_code, len(stored(database))) == (1, 2)
    assert "1  " in firstcall("import", "--list").output


def test_a_batch_is_taken_out_but_not_what_people_worked_on(firstcall: CommandLine, database: Database) -> None:
    write(HEADER + "Northwind,1,EUR,,,2025-11-03,U0ADA,Olga,\nContoso,2,EUR,,,2025-11-03,U0ADA,Kim,\n")
    firstcall("import", "won.csv", "--apply")

    def work(session: Session) -> None:
        scope(session, 1)
        session.add(NextStep(deal_id=1, step="Visit", recorded_by=1, at=NOON))

    database.write_sync(work)
    undone = firstcall("import", "--undo", "1")
    assert "1 deal taken out" in undone.output
    assert "deal 1: Northwind" in undone.output
    assert [customer for customer, *_ in stored(database)] == ["Northwind"]
    assert (count(database, Contact), count(database, ImportedDeal)) == (1, 1)
    assert "1 of 2 deals, undone" in firstcall("import", "--list").output
    assert firstcall("import", "--undo", "7").exit_code == 1
    back = firstcall("import", "won.csv", "--apply")
    assert "1 deal stored" in back.output, "what was taken out can be imported again"


def test_a_deal_that_was_heard_is_known(firstcall: CommandLine, database: Database) -> None:
    """By customer, day in the workspace's zone, and amount; other ids of the source are other deals."""

    def heard(session: Session) -> None:
        scope(session, 1)
        late = datetime(2025, 11, 2, 23, 30, tzinfo=UTC)
        session.add(
            Deal(
                owner_id=1, customer="Northwind GmbH", customer_key="northwind", amount_minor=100, currency="EUR",
                stage="open", stage_since=late, closed_at=late, heard_at=late,
            )
        )  # fmt: skip

    database.write_sync(heard)
    rows = ["Northwind,1.00,EUR,,,2025-11-03,U0ADA,,A"] + [f"Contoso,5,EUR,,,2025-11-03,U0ADA,,{n}" for n in "BCB"]
    write(HEADER + "\n".join(rows))
    assert "2 new, 2 known already, 0 refused" in firstcall("import", "won.csv").output


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_however_a_program_writes_it(firstcall: CommandLine, database: Database, encoding: str, separator: str) -> None:
    cells = [
        ["Close Date", "Account Name", "Amount", "Opportunity Owner"],
        ["31/12/2025", "Bäckerei Zoë – Süd", '"1.234,50"', "ada okoro"],
        ["03/04/2025", "'=cmd|' /C calc'!A0", '"45.000"', "U0ADA"],
    ]
    write("\r\n".join(separator.join(row) for row in cells), encoding)
    assert firstcall("import", "won.csv", "--apply").exit_code == 0
    assert stored(database) == [
        ("Bäckerei Zoë – Süd", 123_450, None, "2025-12-31 11:00"),
        ("=cmd|' /C calc'!A0", 4_500_000, None, "2025-04-03 10:00"),
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Acme,1,EUR,,,03/04/2025,U0ADA,,", "could be two days"),
        ("Acme,1,EUR,,,03/04/25,U0ADA,,", "two digits"),
        ("Acme,1,EUR,,,45932,U0ADA,,", "spreadsheet's number"),
        ("Acme,1,EUR,,,2025-02-30,U0ADA,,", "is no date"),
        ("Acme,45.000,EUR,,,2025-02-03,U0ADA,,", "could be thousands or a decimal"),
        ("Acme,-5,EUR,,,2025-02-03,U0ADA,,", "is no sum of money"),
        ("Acme,1e999,EUR,,,2025-02-03,U0ADA,,", "is no sum of money"),
        ("Acme,1,Taler,,,2025-02-03,U0ADA,,", "names no currency"),
        ("Acme,5 USD,EUR,,,2025-02-03,U0ADA,,", "disagree"),
        ("Acme,1,EUR,weekly,,2025-02-03,U0ADA,,", "period “weekly” is none of year, quarter, month, total"),
        ("Acme,1,EUR,,,2025-02-03,ada@example.com,,", 'say --rep "ada@example.com=ID"'),
        ("Acme,1,EUR,,,2025-02-03,,,", "without a rep: say --rep ID"),
        (",1,EUR,,,2025-02-03,U0ADA,,", "customer is empty"),
        ("Acme,1,EUR", "the row has 3 cells"),
        ('Acme,"1,EUR,,,2025-02-03,U0ADA,,', "never closed"),
    ],
)
def test_a_row_that_is_refused_says_why(firstcall: CommandLine, row: str, reason: str) -> None:
    write(HEADER + row)
    result = firstcall("import", "won.csv")
    assert "0 new, 0 known already, 1 refused" in result.output
    assert "line 2: " in result.output
    assert reason in result.output


def test_the_caller_says_what_the_file_does_not(firstcall: CommandLine, database: Database) -> None:
    write("customer;amount;closed_at;rep\nAcme;45.000;03/04/2025;ada@example.com\nBolt;5;04/03/2025;\n")
    said = ("--rep", "ada@example.com=U0ADA", "--rep", "U0BEN12345", "--dates", "month-first", "--decimal", "point")
    assert firstcall("import", "won.csv", "--apply", *said).exit_code == 0
    assert [each[1:] for each in stored(database)] == [
        (4500, None, "2025-03-04 11:00"),
        (500, None, "2025-04-03 10:00"),
    ]


def test_a_rep_must_be_an_id_or_somebody_known(firstcall: CommandLine) -> None:
    write("customer,closed_at\nAcme,2025-01-01\n")
    assert firstcall("import", "won.csv", "--rep", "Wilhelmina").exit_code == 1
    assert firstcall("import", "won.csv", "--rep", "U0ADA").exit_code == 0


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no first line"),
        (b"name,when\nAcme,2025-01-01\n", "no column is called customer"),
        (b"company,account,closed_at\n", "both look like customer"),
        (b"PK\x03\x04rest", "is a spreadsheet"),
        (b"customer,closed_at\nAcm\x81,2025-01-01\n", "neither UTF-8"),
    ],
)
def test_a_file_that_is_refused_says_why(firstcall: CommandLine, content: bytes, reason: str) -> None:
    Path("won.csv").write_bytes(content)
    result = firstcall("import", "won.csv")
    assert (result.exit_code, reason in result.output) == (1, True), result.output
