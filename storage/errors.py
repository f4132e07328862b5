"""What can go wrong in the storage, and what was kept.

FirstCallError                  (prompts.errors) the root of every error that the product raises on purpose
└── StorageError                something that the storage refuses or could not do
    ├── DatabaseUrlError        the URL names no database that could keep evidence
    ├── DatabaseClosedError     the call came too late; nothing of it was kept
    ├── TransactionError        work tried to commit or roll back by itself; nothing of it was kept
    ├── AbortedWorkError        the work went on after a statement had failed; nothing of it was kept
    ├── CommitFailedError       the commit that several writes shared failed; nothing of them was kept
    ├── CommitUnknownError      the connection broke during COMMIT; it was kept, or it was not
    ├── SchemaError             the database's tables are not those of this code
    ├── UnscopedQueryError      a query on tenants' rows named no tenant
    ├── ForeignTenantError      one tenant's session touched a row of another one
    └── NaiveDatetimeError      a time without a zone was about to be stored
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import DontWrapMixin

from prompts.errors import FirstCallError

if TYPE_CHECKING:
    from datetime import datetime


class StorageError(FirstCallError):
    """Something that the storage refuses or could not do."""


class DatabaseUrlError(StorageError):
    """DATABASE_URL names no database that FirstCall can use. Nothing was opened."""


class DatabaseClosedError(StorageError):
    """The database is closed or closing; the call was not begun and nothing of it was kept."""

    def __init__(self) -> None:
        super().__init__("the database is closed; nothing was written: do it again after the restart")


class TransactionError(StorageError):
    """The work called `session.commit()` or `session.rollback()`. Nothing of it was kept."""

    def __init__(self) -> None:
        super().__init__(
            "the transaction is ended for you: return to commit, raise to roll back, "
            "and undo a part with session.begin_nested()"
        )


class AbortedWorkError(StorageError):
    """The work swallowed an error that had undone it, and went on. Nothing of it was kept."""

    def __init__(self) -> None:
        super().__init__(
            "this write went on after a statement had failed and the database had undone it; nothing of it was kept: "
            "wrap what may fail in session.begin_nested()"
        )


class CommitFailedError(StorageError):
    """The commit that this write shared with others failed and was rolled back; its `__cause__` says why."""

    def __init__(self) -> None:
        super().__init__("the database could not commit; nothing of this write was kept: it can be done again")


class CommitUnknownError(StorageError):
    """The connection broke while COMMIT was under way: the write was kept as a whole, or not at all.

    Nobody repeats it by itself. What applies an inbound event is safe to repeat, because the event's unique key is
    written with its effect (data rule 2); anything else looks first.
    """

    def __init__(self) -> None:
        super().__init__(
            "the connection to the database broke during the commit, so the write may or may not be kept: "
            "look before doing it again"
        )


class SchemaError(StorageError):
    """The database's tables are not those of this code.

    Attributes:
        found: the revision of the database; None when it was never migrated.
        wanted: the newest revision of this code.
    """

    def __init__(self, message: str, *, found: str | None, wanted: str) -> None:
        super().__init__(message)
        self.found = found
        self.wanted = wanted


class UnscopedQueryError(StorageError):
    """A query on tenants' rows named no tenant (data rule 7). It was not sent to the database."""


class ForeignTenantError(StorageError):
    """One tenant's session was about to read or write a row of another one. It was stopped before the database."""


class NaiveDatetimeError(StorageError, DontWrapMixin, ValueError):
    """A time without a zone was about to be stored; nothing was written.

    Attributes:
        value: the naive time.
    """

    def __init__(self, value: datetime) -> None:
        super().__init__(
            f"{value.isoformat()} has no time zone, so nobody can say when it is: "
            "pass an aware datetime, for example datetime.now(UTC)"
        )
        self.value = value
