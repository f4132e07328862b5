"""What a person asked for and cannot have now. Each refusal is a wording; nothing was changed when one is raised.

Refusal
├── NoSuchDealError      the deal is gone, or was never theirs to see
├── NotYoursError        somebody else owns the deal
├── NotNowError          the deal is not at a stage where this is possible
└── InvalidEntryError    what was typed cannot be taken; names the field, what was typed stays on the screen
"""

from __future__ import annotations

from prompts.errors import FirstCallError
from prompts.wording import Wording


class Refusal(FirstCallError):  # noqa: N818 (a refusal is an answer, not a failure)
    """A friendly no. `key` names the wording, `values` what is put into it."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def sentence(self, words: Wording) -> str:
        """What the person reads."""
        return words(self.key, **self.values)


class NoSuchDealError(Refusal):
    """The deal is unknown in this workspace."""

    def __init__(self) -> None:
        super().__init__("refusal.no_such_deal")


class NotYoursError(Refusal):
    """Somebody else owns the deal (docs/privacy.md); not even its customer is told."""

    def __init__(self) -> None:
        super().__init__("refusal.not_yours")


class NotNowError(Refusal):
    """The deal's stage does not allow it. `key` says why and what can be done instead."""


class InvalidEntryError(Refusal):
    """An entry cannot be taken.

    Attributes:
        field: the screen's field that it was typed in.
    """

    def __init__(self, field: str, key: str, **values: object) -> None:
        super().__init__(key, **values)
        self.field = field
