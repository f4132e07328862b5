"""The files behind an SQLite connection: whether they are still those at their path.

SQLite goes on writing into a file that was deleted or replaced, and reports no error; the writes end with the process.
"""

from __future__ import annotations

from pathlib import Path

from storage.errors import DatabaseReplacedError


class OpenFiles:
    """The database file that a connection opened, and its write-ahead log once there is one."""

    def __init__(self, database: Path) -> None:
        self._files = {database: _identity(database)}
        self._log = database.with_name(f"{database.name}-wal")

    def require_unchanged(self) -> None:
        """Call it before and after each write.

        Raises:
            DatabaseReplacedError: another file, or none, is at the path of one of them.
        """
        if self._files.get(self._log) is None:
            self._files[self._log] = _identity(self._log)
        if any(_identity(path) != identity for path, identity in self._files.items()):
            raise DatabaseReplacedError


def _identity(path: Path) -> tuple[int, int] | None:
    """The device and number of the file at the path; None if there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
