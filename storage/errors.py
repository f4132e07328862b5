"""The errors of the storage, and what was kept when they are raised.

FirstCallError                  (prompts.errors) the root of the product's errors
└── StorageError                the database refused or failed to do something
    ├── DatabaseUrlError        DATABASE_URL cannot be used; nothing was opened
    ├── DatabaseFileError       the SQLite file cannot be created or opened; nothing was kept
    ├── DatabaseClosedError     the database is closed; nothing was kept
    ├── TransactionError        work called commit or rollback itself; nothing was kept
    ├── AbortedWorkError        work continued after a failed statement; nothing was kept
    ├── DatabaseReplacedError   the SQLite file was deleted or replaced; nothing was kept
    ├── CommitFailedError       the shared commit failed; nothing was kept
    ├── CommitUnknownError      the connection broke during COMMIT; the write was kept or not
    ├── SchemaError             the database's tables do not fit this code
    ├── UnscopedQueryError      a query on tenants' rows named no tenant; it was not sent
    ├── ForeignTenantError      a session touched a row of another tenant; nothing was kept
    ├── MessagesInFlightError   a bot is just sending messages of what was to be moved; nothing was kept
    └── NaiveDatetimeError      a datetime without a time zone; nothing was kept
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sqlalchemy.exc import DontWrapMixin

from prompts.errors import FirstCallError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


class StorageError(FirstCallError):
    """The database refused or failed to do something."""


class MessagesInFlightError(StorageError):
    """A bot is just sending messages of the workspace whose deals were to be moved. Nothing was kept."""

    def __init__(self) -> None:
        super().__init__("a bot is just sending messages of that workspace: stop it, or try again in two minutes")


class DatabaseUrlError(StorageError):
    """DATABASE_URL does not name a database that FirstCall can use. Nothing was opened."""


class DatabaseFileError(StorageError):
    """The SQLite file cannot be created or opened; `__cause__` is the system's error. Nothing was kept."""

    def __init__(self, file: Path, error: OSError) -> None:
        super().__init__(not_writable(file, error.strerror or str(error)))


def not_writable(file: Path, reason: str) -> str:
    """What to do about an SQLite file that cannot be written to. SQLite writes two more files beside it."""
    user = f" (user id {os.getuid()})" if os.name == "posix" else ""
    return (
        f"the database file {file} cannot be written to ({reason}): make it and its folder {file.absolute().parent} "
        f"writable for the user that FirstCall runs as{user}, or name another file in DATABASE_URL"
    )


class DatabaseClosedError(StorageError):
    """The database is closed or closing. The work was not started; nothing was kept."""

    def __init__(self) -> None:
        super().__init__("the database is closed; nothing was written: try again after the restart")


class TransactionError(StorageError):
    """Work called `session.commit()` or `session.rollback()`. Nothing was kept."""

    def __init__(self) -> None:
        super().__init__(
            "the database ends the transaction: return to commit, raise to roll back, "
            "and use session.begin_nested() to roll back a part"
        )


class AbortedWorkError(StorageError):
    """Work swallowed a database error that had rolled it back, and continued. Nothing was kept."""

    def __init__(self) -> None:
        super().__init__(
            "this write continued after a failed statement, which had rolled it back; nothing was kept: "
            "wrap what may fail in session.begin_nested()"
        )


class DatabaseReplacedError(StorageError):
    """The SQLite file was deleted, moved or replaced while it was open. What was just written is not in the new one.

    The connections are opened again: with the file back at its place, the next write succeeds.
    """

    def __init__(self) -> None:
        super().__init__("the database file was deleted or replaced; nothing of this write was kept: put it back")


class CommitFailedError(StorageError):
    """The commit that this write shared with others failed and was rolled back; `__cause__` says why."""

    def __init__(self) -> None:
        super().__init__("the database could not commit; nothing of this write was kept: try again")


class CommitUnknownError(StorageError):
    """The connection broke during COMMIT: the write was kept completely, or not at all.

    It is never retried automatically. Applying an inbound event again is safe, because its unique key is written with
    its effect (data rule 2); for anything else, check first.
    """

    def __init__(self) -> None:
        super().__init__(
            "the connection to the database broke during the commit, so the write may or may not be kept: "
            "check before trying again"
        )


class SchemaError(StorageError):
    """The database's tables do not fit this code.

    Attributes:
        found: the revision of the database; None if it was never migrated.
        wanted: the newest revision of this code.
    """

    def __init__(self, message: str, *, found: str | None, wanted: str) -> None:
        super().__init__(message)
        self.found = found
        self.wanted = wanted


class UnscopedQueryError(StorageError):
    """A query on tenants' rows named no tenant (data rule 7). It was not sent."""


class ForeignTenantError(StorageError):
    """A session was about to read or write a row of another tenant. Nothing was kept."""


class NaiveDatetimeError(StorageError, DontWrapMixin, ValueError):
    """A naive datetime (without a time zone) was about to be stored. Nothing was kept.

    Attributes:
        value: the naive datetime.
    """

    def __init__(self, value: datetime) -> None:
        super().__init__(
            f"{value.isoformat()} has no time zone, so it is not a point in time: "
            "pass an aware datetime, for example datetime.now(UTC)"
        )
        self.value = value
