"""What `script/migration` runs: write the next step from how the models differ from the steps that there are.

The steps are taken on an SQLite file that is thrown away, and Alembic compares it with the models. What it writes then
runs on both databases: column types are named as SQLAlchemy names them for any database, tables are changed by
`storage.migrations.operations`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import click
import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.render import renderers
from alembic.migration import MigrationContext
from alembic.operations import ops
from alembic.script import ScriptDirectory
from sqlalchemy.types import TypeDecorator

from storage import migrate
from storage.models import Base

LONGEST = 100
"""Characters of a message: it is the first line of the step."""


class AlterTable(ops.ModifyTableOps):
    """Changes of one table, written as `with alter_table(...)`."""


class RefuseUpdates(ops.MigrateOperation):
    """Make a table append-only, written as `refuse_updates(...)`."""

    def __init__(self, table: str) -> None:
        self.table = table


@renderers.dispatch_for(AlterTable)
def _alter_table(context: AutogenContext, change: AlterTable) -> list[str]:
    lines: list[str] = renderers.dispatch(ops.ModifyTableOps)(context, change)
    return [f"with alter_table({change.table_name!r}) as batch_op:", *lines[1:]]


@renderers.dispatch_for(RefuseUpdates)
def _refuse_updates(_context: AutogenContext, change: RefuseUpdates) -> str:
    return f"refuse_updates({change.table!r})"


def write(message: str) -> tuple[Path, list[str]] | None:
    """Write the step that is missing.

    Args:
        message: what it does, as `sentence` gives it back.

    Returns:
        The file, and the columns (`deals.mood`) for which somebody has to choose a value in the rows that are there;
        None when the models say what the steps make.
    """
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/steps.db"
        migrate.upgrade(url)
        engine = sa.create_engine(url)
        try:
            with engine.connect() as connection:
                changes = _changes(connection)
        finally:
            engine.dispose()
    if not changes:
        return None
    number = f"{int(migrate.head()) + 1:04}"
    code = render_python_code(ops.UpgradeOps(changes), render_as_batch=True, render_item=_column_type)
    steps = ScriptDirectory(migrate.STEPS, file_template="%(rev)s_%(slug)s", messaging_opts={"quiet": True})
    step = steps.generate_revision(number, _docstring(message), upgrades=_without_remarks(code))
    if step is None:
        raise click.ClickException(f"step {number} cannot be read")
    _tidy(step.path)
    return Path(step.path), _unfilled(changes)


def sentence(message: str) -> str:
    """The message as a sentence without its full stop.

    Raises:
        click.UsageError: it says nothing, or too much.
    """
    said = " ".join(message.split()).rstrip(".")
    if not any(letter.isalnum() for letter in said):
        raise click.UsageError('Say what the step does: script/migration "the rep\'s mood on a deal"')
    if len(said) > LONGEST:
        raise click.UsageError(f"Say it in at most {LONGEST} characters; these are {len(said)}.")
    return said[0].upper() + said[1:]


def _changes(connection: sa.Connection) -> list[ops.MigrateOperation]:
    context = MigrationContext.configure(
        connection,
        opts={
            "compare_type": True,
            "compare_server_default": True,
            "autogenerate_plugins": ["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"],
        },
    )
    found = produce_migrations(context, Base.metadata).upgrade_ops
    changes = [change for each in (found.ops if found else []) for change in _ours(each)]
    return [*changes, *_reworded(connection)]


def _reworded(connection: sa.Connection) -> Iterator[ops.MigrateOperation]:
    """The CHECKs whose rule is another one under the same name, which Alembic does not compare."""
    inspector = sa.inspect(connection)
    for table in Base.metadata.sorted_tables:
        if not inspector.has_table(table.name):
            continue
        rules = {each["name"]: each["sqltext"] for each in inspector.get_check_constraints(table.name)}
        changed = [
            each
            for each in table.constraints
            if isinstance(each, sa.CheckConstraint)
            and rules.get(str(each.name), str(each.sqltext)) != str(each.sqltext)
        ]
        if changed:
            dropped = [ops.DropConstraintOp.from_constraint(each) for each in changed]
            yield AlterTable(table.name, [*dropped, *map(ops.AddConstraintOp.from_constraint, changed)])


def _ours(change: ops.MigrateOperation) -> Iterator[ops.MigrateOperation]:
    """The change as our steps make it."""
    match change:
        case ops.CreateTableOp():
            # SQLite would give a deleted row's id to the next one, and ids are written on cards that stay.
            change.kw["sqlite_autoincrement"] = True
            evidence = change.info.pop("append_only", False)
            yield change
            if evidence:
                yield RefuseUpdates(change.table_name)
        case ops.ModifyTableOps():
            filled = [_filled(each) for each in change.ops]
            yield AlterTable(change.table_name, [_portable(each) for each in change.ops])
            if any(filled):
                yield AlterTable(change.table_name, [each for each in filled if each])
        case _:
            yield change


def _portable(change: ops.MigrateOperation) -> ops.MigrateOperation:
    if isinstance(change, ops.AlterColumnOp) and change.existing_type is not None:
        change.existing_type = change.existing_type.as_generic()
    return change


def _filled(change: ops.MigrateOperation) -> ops.MigrateOperation | None:
    """Give a new column its default in the rows that are there, when it has one, and the change that ends that."""
    if not isinstance(change, ops.AddColumnOp):
        return None
    column = change.column
    default = column.default.arg if isinstance(column.default, sa.ColumnDefault) else None
    if column.nullable or column.server_default is not None or not isinstance(default, bool | int | str):
        return None
    # A quoted number is understood by both databases, for each of these types.
    column.server_default = sa.DefaultClause(str(int(default)) if isinstance(default, bool) else str(default))
    return ops.AlterColumnOp(
        change.table_name,
        column.name,
        existing_type=column.type,
        existing_nullable=False,
        modify_server_default=None,
    )


def _unfilled(changes: list[ops.MigrateOperation]) -> list[str]:
    """Columns that may be empty in the rows that are there, and must not be after the step."""
    found = []
    for change in [one for table in changes if isinstance(table, AlterTable) for one in table.ops]:
        match change:
            case ops.AddColumnOp(column=sa.Column(nullable=False, server_default=None, name=name)):
                found.append(f"{change.table_name}.{name}")
            case ops.AlterColumnOp(modify_nullable=False, column_name=name):
                found.append(f"{change.table_name}.{name}")
            case _:
                pass
    return found


def _column_type(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Our own column types as what they keep, so that a step stays what it was when they change."""
    return f"sa.{item.impl_instance!r}" if kind == "type" and isinstance(item, TypeDecorator) else False


def _docstring(message: str) -> str:
    return message.replace("\\", "\\\\").replace('"""', "'''")


def _without_remarks(code: str) -> str:
    return "\n".join(line for line in code.splitlines() if not line.lstrip().startswith("# ###")).strip()


def _tidy(path: str) -> None:
    """Leave out what is not needed of the template, and format."""
    for command in (["check", "--fix", "--quiet"], ["format", "--quiet"]):
        subprocess.run([sys.executable, "-m", "ruff", *command, path], check=True)


@click.command()
@click.argument("message")
def main(message: str) -> None:
    """Write the next step from the models. MESSAGE says what it does."""
    written = write(sentence(message))
    if written is None:
        click.echo("Nothing to write: the models say what the steps make.")
        return
    path, unfilled = written
    click.echo(f"Wrote {path.relative_to(Path.cwd())}. Read it, then take it: firstcall migrate")
    for column in unfilled:
        click.echo(f"{column} may be empty in the rows that are there: have the step fill it.", err=True)


if __name__ == "__main__":
    main(prog_name="script/migration")
