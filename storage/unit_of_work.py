"""A unit of work: a function that runs its queries in a transaction which the caller commits or rolls back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn, TypeAlias, TypeVar

from sqlalchemy.orm import Session

from storage.errors import AbortedWorkError, TransactionError
from storage.tenancy import TenantSession

if TYPE_CHECKING:
    from sqlalchemy import Connection

T = TypeVar("T")

Work: TypeAlias = Callable[[Session], T]
"""A function of a session, as passed to `Database.write` or `read`, with its other arguments bound."""


class WorkSession(TenantSession):
    """The session passed to the work. It cannot end the transaction, which other writes may share on SQLite."""

    def commit(self) -> NoReturn:
        """Refused: the database commits after the work has returned."""
        raise TransactionError

    def rollback(self) -> NoReturn:
        """Refused: the database rolls back after the work has raised."""
        raise TransactionError


def run(connection: Connection, work: Work[T]) -> T:
    """Run the work in its own session and flush it. On an error, the caller rolls back the (nested) transaction.

    Raises:
        AbortedWorkError: the work swallowed a failed flush, which had rolled back the transaction.
        Whatever the work raises.
    """
    transaction = connection.get_nested_transaction() or connection.get_transaction()
    with WorkSession(connection, join_transaction_mode="rollback_only", expire_on_commit=False) as session:
        result = work(session)
        session.flush()
    if transaction is None or not transaction.is_active:
        raise AbortedWorkError
    return result
