"""What can go wrong in the storage, and what was kept.

FirstCallError                 (prompts.errors) the root of every error that the product raises on purpose
└── StorageError               something that the storage refuses or could not do
    └── NaiveDatetimeError     a time without a zone was about to be stored
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import DontWrapMixin

from prompts.errors import FirstCallError

if TYPE_CHECKING:
    from datetime import datetime


class StorageError(FirstCallError):
    """Something that the storage refuses or could not do."""


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
