"""Refusals: what the app answers when a person asks for something that is not possible now.

FirstCallError               (prompts.errors) the root of the product's own errors
└── Refusal                  the request was not carried out
    ├── NoSuchDealError      the workspace has no such deal
    ├── NotYoursError        the deal belongs to another rep
    ├── NotNowError          the current state does not allow it
    └── InvalidEntryError    a form field is invalid; names the field

The handler's transaction is rolled back, so nothing of the request is kept, and the same event may be sent again.
"""

from __future__ import annotations

from prompts.errors import FirstCallError
from prompts.wording import Wording


class Refusal(FirstCallError):  # noqa: N818 (a refusal is an answer, not a failure)
    """The request was refused; nothing of it was kept.

    Attributes:
        key: the wording that tells the person why, and what they can do instead.
        values: what is filled into the wording.
    """

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def sentence(self, words: Wording) -> str:
        """The text shown to the person."""
        return words(self.key, **self.values)


class NoSuchDealError(Refusal):
    """The workspace has no such deal, or the deal has no such statement. Nothing was kept."""

    def __init__(self) -> None:
        super().__init__("refusal.no_such_deal")


class NotYoursError(Refusal):
    """Another rep owns the deal. Nothing was kept, and nothing about the deal is shown (docs/privacy.md)."""

    def __init__(self) -> None:
        super().__init__("refusal.not_yours")


class NotNowError(Refusal):
    """The current state does not allow it, such as the deal's stage. Everything stays as it was."""


class InvalidEntryError(Refusal):
    """A form field is invalid. Nothing was stored; what the person typed stays in the open form.

    Attributes:
        field: the name of the field that shows the error.
    """

    def __init__(self, field: str, key: str, **values: object) -> None:
        super().__init__(key, **values)
        self.field = field
