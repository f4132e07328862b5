"""Run work on PostgreSQL: a pool of threads, and retries for failures that certainly kept nothing."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar, cast

from psycopg.pq import TransactionStatus
from sqlalchemy.exc import DBAPIError

from storage.engines import postgresql_engine
from storage.errors import AbortedWorkError, CommitUnknownError
from storage.unit_of_work import Work, run

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy import URL, Connection

T = TypeVar("T")

CONNECTIONS = 8

MAX_ATTEMPTS = 5

BACKOFF_SECONDS = 0.01
"""The longest first backoff. It doubles with each retry, and is randomized so that conflicting writes part."""

SERIALIZATION_FAILURE, DEADLOCK_DETECTED = "40001", "40P01"


class PostgresqlStore:
    """Runs work on a PostgreSQL database, on `CONNECTIONS` threads.

    Work is attempted up to `MAX_ATTEMPTS` times if PostgreSQL certainly kept nothing of it: after a deadlock or a
    serialization failure (also at COMMIT, since the server reports it), or if the connection broke before COMMIT was
    sent. If the connection breaks during COMMIT, the outcome is unknown: `CommitUnknownError`, and no retry.
    """

    def __init__(self, url: URL) -> None:
        self._engine = postgresql_engine(url, connections=CONNECTIONS)
        self._read_engine = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._threads = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="postgresql")

    def write(self, work: Work[T]) -> Future[T]:
        """Queue a write; the future resolves after the commit."""
        return self._threads.submit(_with_retries, self._write, work)

    def read(self, work: Work[T]) -> Future[T]:
        """Run a read on a snapshot of its own."""
        return self._threads.submit(_with_retries, self._read, work)

    def stop(self) -> None:
        """Stop the threads once their queue is empty."""
        self._threads.shutdown(wait=False)

    def disconnect(self) -> None:
        """Close the connections. No work may be running."""
        self._engine.dispose()

    def _read(self, work: Work[T]) -> T:
        with self._read_engine.begin() as connection:
            return run(connection, work)

    def _write(self, work: Work[T]) -> T:
        with self._engine.connect() as connection:
            transaction = connection.begin()
            result = run(connection, work)
            _require_open_transaction(connection)
            try:
                transaction.commit()
            except DBAPIError as error:
                if error.connection_invalidated:
                    raise CommitUnknownError from error
                raise
            return result


def _require_open_transaction(connection: Connection) -> None:
    # After a failed statement, PostgreSQL silently turns COMMIT into ROLLBACK.
    driver = cast("psycopg.Connection[object]", connection.connection.driver_connection)
    if driver.info.transaction_status is TransactionStatus.INERROR:
        raise AbortedWorkError


def _with_retries(attempt: Callable[[Work[T]], T], work: Work[T]) -> T:
    for attempts in range(1, MAX_ATTEMPTS):
        try:
            return attempt(work)
        except DBAPIError as error:
            if not _is_retryable(error):
                raise
        time.sleep(random.uniform(0, BACKOFF_SECONDS * 2 ** (attempts - 1)))  # noqa: S311 (no secret, only jitter)
    return attempt(work)


def _is_retryable(error: DBAPIError) -> bool:
    sqlstate = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or sqlstate in (SERIALIZATION_FAILURE, DEADLOCK_DETECTED)
