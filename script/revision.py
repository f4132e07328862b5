"""Run by `script/migration`: generate the next migration from the difference between the models and the migrations.

It runs the migrations on a temporary SQLite file, which Alembic compares with the models. The generated migration works
on both databases: it uses SQLAlchemy's generic column types, and `storage.migrations.operations` to alter tables.
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

MAX_MESSAGE_LENGTH = 100
"""Characters. The message is the first line of the migration."""


class AlterTable(ops.ModifyTableOps):
    """Changes to one table, rendered as `with alter_table(...)`."""


class RefuseUpdates(ops.MigrateOperation):
    """Make a table append-only, rendered as `refuse_updates(...)`."""

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
    """Generate the next migration.

    Args:
        message: what it does, as returned by `sentence`.

    Returns:
        The file, and the columns (`deals.mood`) that still need a value in existing rows; None if the migrations match
        the models.
    """
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/migrations.db"
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
    scripts = ScriptDirectory(migrate.MIGRATIONS, file_template="%(rev)s_%(slug)s", messaging_opts={"quiet": True})
    script = scripts.generate_revision(number, _docstring(message), upgrades=_without_comments(code))
    if script is None:
        raise click.ClickException(f"migration {number} cannot be loaded")
    _format(script.path)
    return Path(script.path), _columns_to_fill(changes)


def sentence(message: str) -> str:
    """The message as a sentence without its full stop.

    Raises:
        click.UsageError: the message is empty or too long.
    """
    stripped = " ".join(message.split()).rstrip(".")
    if not any(letter.isalnum() for letter in stripped):
        raise click.UsageError('Say what the migration does: script/migration "the rep\'s mood on a deal"')
    if len(stripped) > MAX_MESSAGE_LENGTH:
        raise click.UsageError(f"Say it in at most {MAX_MESSAGE_LENGTH} characters; these are {len(stripped)}.")
    return stripped[0].upper() + stripped[1:]


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
    changes = [change for each in (found.ops if found else []) for change in _adapted(each)]
    return [*changes, *_changed_checks(connection)]


def _changed_checks(connection: sa.Connection) -> Iterator[ops.MigrateOperation]:
    """Replace each CHECK whose condition has changed under the same name; Alembic only compares names."""
    inspector = sa.inspect(connection)
    for table in Base.metadata.sorted_tables:
        if not inspector.has_table(table.name):
            continue
        conditions = {each["name"]: each["sqltext"] for each in inspector.get_check_constraints(table.name)}
        changed = [
            each
            for each in table.constraints
            if isinstance(each, sa.CheckConstraint)
            and conditions.get(str(each.name), str(each.sqltext)) != str(each.sqltext)
        ]
        if changed:
            dropped = [ops.DropConstraintOp.from_constraint(each) for each in changed]
            yield AlterTable(table.name, [*dropped, *map(ops.AddConstraintOp.from_constraint, changed)])


def _adapted(change: ops.MigrateOperation) -> Iterator[ops.MigrateOperation]:
    """The change, adapted to both databases and to this project's rules."""
    match change:
        case ops.CreateTableOp():
            # SQLite would reuse a deleted row's id, and ids are in cards that stay in chats.
            change.kw["sqlite_autoincrement"] = True
            evidence = change.info.pop("append_only", False)
            yield change
            if evidence:
                yield RefuseUpdates(change.table_name)
        case ops.ModifyTableOps():
            filled = [_fill_with_default(each) for each in change.ops]
            yield AlterTable(change.table_name, [_portable(each) for each in change.ops])
            if any(filled):
                yield AlterTable(change.table_name, [each for each in filled if each])
        case _:
            yield change


def _portable(change: ops.MigrateOperation) -> ops.MigrateOperation:
    if isinstance(change, ops.AlterColumnOp) and change.existing_type is not None:
        change.existing_type = change.existing_type.as_generic()
    return change


def _fill_with_default(change: ops.MigrateOperation) -> ops.MigrateOperation | None:
    """Give a new column with a default a server default for existing rows; return the operation that drops it again."""
    if not isinstance(change, ops.AddColumnOp):
        return None
    column = change.column
    default = column.default.arg if isinstance(column.default, sa.ColumnDefault) else None
    if column.nullable or column.server_default is not None or not isinstance(default, bool | int | str):
        return None
    # Both databases accept a quoted number for each of these types.
    column.server_default = sa.DefaultClause(str(int(default)) if isinstance(default, bool) else str(default))
    return ops.AlterColumnOp(
        change.table_name,
        column.name,
        existing_type=column.type,
        existing_nullable=False,
        modify_server_default=None,
    )


def _columns_to_fill(changes: list[ops.MigrateOperation]) -> list[str]:
    """Columns that may be null in existing rows, but not after the migration."""
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
    """Render this project's column types as the SQLAlchemy type below, so a migration does not change with them."""
    return f"sa.{item.impl_instance!r}" if kind == "type" and isinstance(item, TypeDecorator) else False


def _docstring(message: str) -> str:
    return message.replace("\\", "\\\\").replace('"""', "'''")


def _without_comments(code: str) -> str:
    return "\n".join(line for line in code.splitlines() if not line.lstrip().startswith("# ###")).strip()


def _format(path: str) -> None:
    """Format, and remove unused imports of the template. Only formatted lines are short enough for the check."""
    for command in (["format", "--quiet"], ["check", "--fix", "--quiet"], ["format", "--quiet"]):
        subprocess.run([sys.executable, "-m", "ruff", *command, path], check=True)


@click.command()
@click.argument("message")
def main(message: str) -> None:
    """Generate the next migration from the models. MESSAGE says what it does."""
    written = write(sentence(message))
    if written is None:
        click.echo("Nothing to write: the migrations match the models.")
        return
    path, columns = written
    click.echo(f"Wrote {path.relative_to(Path.cwd())}. Read it, then run it: firstcall migrate")
    for column in columns:
        click.echo(f"{column} may be empty in existing rows: fill it in the migration.", err=True)


if __name__ == "__main__":
    main(prog_name="script/migration")
