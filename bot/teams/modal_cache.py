"""The modals that were drawn last: when an entry is refused, its modal is shown again with what was typed.

Teams does not send back the card that a button stood in. A modal that is not here any more is drawn from the database.
"""

from __future__ import annotations

from cachetools import LRUCache

from bot.ui.components import Modal

MOST_KEPT = 2_000


class ModalCache:
    """By the nonce of their drawing; the one that was used longest ago gives way."""

    def __init__(self) -> None:
        self._modals: LRUCache[str, Modal] = LRUCache(MOST_KEPT)

    def keep(self, nonce: str, modal: Modal) -> None:
        """Remember what was drawn."""
        self._modals[nonce] = modal

    def find(self, nonce: str) -> Modal | None:
        """What was drawn with that nonce."""
        return self._modals.get(nonce)
