"""A piece of work, and doing it on a connection whose transaction somebody else ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from sqlalchemy.orm import Session

from storage.tenancy import TenantSession

if TYPE_CHECKING:
    from sqlalchemy import Connection

T = TypeVar("T")

Work: TypeAlias = Callable[[Session], T]
"""What a caller of the seam wants done, with its arguments bound."""


def do(connection: Connection, work: Work[T]) -> T:
    """Run the work in a session of its own and flush it. An error leaves the (nested) transaction to be rolled back.

    The session never commits: `session.commit()` inside the work only flushes.
    """
    with TenantSession(connection, join_transaction_mode="rollback_only", expire_on_commit=False) as session:
        result = work(session)
        session.flush()
        return result
