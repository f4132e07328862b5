"""A piece of work, and doing it on a connection whose transaction somebody else ends."""

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
"""What a caller of the seam wants done, with its arguments bound."""


class WorkSession(TenantSession):
    """The session that work gets. The transaction is not its to end: on SQLite others may share it."""

    def commit(self) -> NoReturn:
        """Refused: the seam commits, when the work has returned."""
        raise TransactionError

    def rollback(self) -> NoReturn:
        """Refused: the seam rolls back, when the work has raised."""
        raise TransactionError


def run(connection: Connection, work: Work[T]) -> T:
    """Run the work in a session of its own and flush it. An error leaves the (nested) transaction to be rolled back.

    Raises:
        AbortedWorkError: the work swallowed an error of a flush, which had undone the transaction.
        Whatever the work raises.
    """
    transaction = connection.get_nested_transaction() or connection.get_transaction()
    with WorkSession(connection, join_transaction_mode="rollback_only", expire_on_commit=False) as session:
        result = work(session)
        session.flush()
    if transaction is None or not transaction.is_active:
        raise AbortedWorkError
    return result
