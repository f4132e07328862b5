"""`script/migration` generates a migration that leads to the changed models, keeps the rows, and passes the linters."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from storage import migrate
from storage.database import Database
from storage.models import AuditEntry
from tests.storage.given import NOON, a_deal, a_tenant

pytestmark = pytest.mark.scripts

ROOT = Path(__file__).parents[2]

MESSAGE = 'The mood, as "C:\\new" tells it.'

CHANGES = '''
"""What the next version adds."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models import EVIDENCE, AuditEntry, Base, Deal, Person
from storage.tenancy import TenantOwned


class Mood(TenantOwned, Base):
    __tablename__ = "moods"
    __table_args__ = (
        CheckConstraint("level > 0", name="level_above_zero"), Index(None, "tenant_id", "at"), {"info": EVIDENCE}
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(ForeignKey("deals.id"), index=True)
    said: Mapped[str]
    level: Mapped[int | None]
    detail: Mapped[dict[str, Any]]
    at: Mapped[datetime]


Deal.mood = mapped_column(String(20), nullable=True)
Deal.mood_at = mapped_column(Base.type_annotation_map[datetime], nullable=True, index=True)
Deal.liked = mapped_column(default=True, type_=Deal.reminded.type, nullable=False)
Deal.smiles = mapped_column(default=3, type_=Deal.id.type, nullable=False)
Deal.cheer = mapped_column(default="three's", type_=String(9), nullable=False)
AuditEntry.mood_id = mapped_column(ForeignKey("moods.id"), nullable=True)
Deal.__table__.c.customer_key.nullable = True
Person.__table__.c.days.type = Text()
Person.__table__.append_constraint(CheckConstraint("replan_after > 0", name="replans_later"))
[rule] = [each for each in Base.metadata.tables["dismissed_shapes"].constraints if isinstance(each, CheckConstraint)]
rule.sqltext.text = "count >= 1"
'''

COMPARE = """
import json, sys

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, inspect

from storage import migrate
from storage.database import Database
from storage.models import Base


def compare(session):
    connection = session.connection()
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    checks = inspect(connection).get_multi_check_constraints()
    tables = Base.metadata.tables
    return {
        "differences": [str(each) for each in compare_metadata(context, Base.metadata)],
        "checks": sorted([table, each["name"]] for (_, table), found in checks.items() for each in found),
        "wanted": sorted(
            [name, each.name] for name in tables for each in tables[name].constraints
            if isinstance(each, CheckConstraint)
        ),
    }


applied = migrate.upgrade(sys.argv[1])
database = Database(sys.argv[1])
print(json.dumps({"applied": applied, **database.read_sync(compare)}))
database.close_sync()
"""


def project(folder: Path) -> Path:
    """A copy of what the script needs of the project, with this environment."""
    for name in ("storage", "prompts", "script"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    # Everything is already installed.
    python.write_text(f'#!/bin/sh\ncase "$*" in *"-m pip "*) exit 0 ;; esac\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    return folder


def change(folder: Path, text: str) -> None:
    """Change the models of the project in this folder."""
    models = folder / "storage" / "models"
    (models / "next.py").write_text(text)
    with (models / "__init__.py").open("a") as module:
        module.write("from storage.models import next as next\n")


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=120
    )


def migrations(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "storage" / "migrations" / "versions").glob("[0-9]*.py"))


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project(tmp_path_factory.mktemp("unchanged"))


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with changed models and the migration generated for them."""
    folder = project(tmp_path_factory.mktemp("changed"))
    change(folder, CHANGES)
    result = run(folder, "script/migration", MESSAGE)
    assert result.returncode == 0, result.stderr
    assert (
        result.stdout
        == f"Wrote storage/migrations/versions/{migrations(folder)[-1]}. Read it, then run it: firstcall migrate\n"
    )
    return folder


@pytest.fixture
def written(changed: Path) -> Path:
    return changed / "storage" / "migrations" / "versions" / migrations(changed)[-1]


def rows(session: Session) -> None:
    tenant = a_tenant(session)
    deal = a_deal(session, tenant)
    session.add(AuditEntry(tenant_id=tenant, deal_id=deal, action="heard", detail={}, at=NOON))


def test_the_migration_has_the_next_number_and_its_message(written: Path) -> None:
    number = f"{int(migrate.head()) + 1:04}"
    assert written.name.startswith(f"{number}_the_mood_as_")
    text = written.read_text()
    assert text.startswith('"""The mood, as "C:\\\\new" tells it."""\n')
    assert f'revision = "{number}"\ndown_revision = "{migrate.head()}"\n' in text


def test_the_migration_passes_the_linters(changed: Path, written: Path) -> None:
    for command in (("ruff", "check"), ("ruff", "format", "--check"), ("mypy", "--strict")):
        result = run(changed, sys.executable, "-m", *command, str(written))
        assert result.returncode == 0, result.stdout
    assert "# ###" not in written.read_text()


def test_the_migration_uses_only_generic_sqlalchemy_types(written: Path) -> None:
    text = written.read_text()
    assert "storage.models" not in text
    assert "dialects" not in text
    assert 'sa.Column("mood_at", sa.DateTime(timezone=True), nullable=True)' in text


def test_a_database_with_rows_is_upgraded_to_the_models(changed: Path, database_url: str, database: Database) -> None:
    database.write_sync(rows)

    result = run(changed, sys.executable, "-W", "error", "-c", COMPARE, database_url)

    assert result.returncode == 0, result.stderr
    report = json.loads(result.stdout)
    assert report["applied"] == [f"{int(migrate.head()) + 1:04}"]
    assert report["differences"] == []
    assert report["checks"] == report["wanted"]


def test_existing_rows_get_the_defaults_and_evidence_stays_append_only(
    changed: Path, database_url: str, database: Database
) -> None:
    database.write_sync(rows)
    assert run(changed, sys.executable, "-W", "error", "-c", COMPARE, database_url).returncode == 0

    def filled(session: Session) -> tuple[object, ...]:
        return tuple(session.connection().exec_driver_sql("SELECT liked, smiles, cheer FROM deals").one())

    def sql(text: str) -> Callable[[Session], object]:
        return lambda session: session.connection().exec_driver_sql(text)

    assert database.read_sync(filled) == (True, 3, "three's")
    with pytest.raises(DBAPIError, match="audit_log is evidence"):
        database.write_sync(sql("UPDATE audit_log SET action = 'forged'"))
    columns = "deal_id, said, level, detail, at, tenant_id"
    add = f"INSERT INTO moods ({columns}) VALUES (1, 'fine', {{}}, '[]', '2026-01-01', 1)"
    database.write_sync(sql(add.format(1)))
    with pytest.raises(DBAPIError, match="moods is evidence"):
        database.write_sync(sql("UPDATE moods SET said = 'forged'"))
    with pytest.raises(DBAPIError, match="ck_moods_level_above_zero"):
        database.write_sync(sql(add.format(0)))
    with pytest.raises(DBAPIError, match="ck_dismissed_shapes_count_not_negative"):
        database.write_sync(sql("INSERT INTO dismissed_shapes (shape, count, tenant_id) VALUES ('x', 0, 1)"))


def test_after_the_migration_nothing_is_left_to_write(changed: Path) -> None:
    before = migrations(changed)
    result = run(changed, "script/migration", "once more")
    assert (result.returncode, result.stdout) == (0, "Nothing to write: the migrations match the models.\n")
    assert migrations(changed) == before


def test_without_a_difference_nothing_is_written(unchanged: Path) -> None:
    before = migrations(unchanged)
    result = run(unchanged, "script/migration", "nothing at all")
    assert (result.returncode, result.stdout) == (0, "Nothing to write: the migrations match the models.\n")
    assert migrations(unchanged) == before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "Missing argument 'MESSAGE'"),
        ([""], "Say what the migration does"),
        ([" ?! "], "Say what the migration does"),
        (["x" * 101], "at most 100 characters; these are 101"),
        (["the", "mood"], "unexpected extra argument"),
    ],
)
def test_a_migration_without_a_message_is_refused(words: list[str], says: str, unchanged: Path) -> None:
    before = migrations(unchanged)
    result = run(unchanged, "script/migration", *words)
    assert result.returncode == 2
    assert says in result.stderr
    assert migrations(unchanged) == before


def test_columns_without_a_value_in_existing_rows_are_listed(tmp_path: Path) -> None:
    folder = project(tmp_path)
    change(
        folder,
        '"""One more."""\n\nfrom sqlalchemy import Integer\nfrom sqlalchemy.orm import mapped_column\n\n'
        "from storage.models import Deal\n\nDeal.mood = mapped_column(Integer, nullable=False)\n"
        "Deal.__table__.c.currency.nullable = False\n",
    )
    result = run(folder, "script/migration", "a mood")
    assert result.returncode == 0
    assert [line.split(" may be empty")[0] for line in result.stderr.splitlines() if "may be empty" in line] == [
        "deals.mood",
        "deals.currency",
    ]
