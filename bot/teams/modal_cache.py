"""The sheets that were drawn last: when an entry is refused, its sheet is shown again with what was typed.

Teams does not send back the card that a button stood in. A sheet that is not here any more is asked for anew.
"""

from __future__ import annotations

from collections import OrderedDict

from bot.ui.components import Modal

MOST_KEPT = 2_000


class ModalCache:
    """By the nonce of their drawing."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Modal] = OrderedDict()

    def keep(self, nonce: str, modal: Modal) -> None:
        """Remember what was drawn; the oldest gives way."""
        self._kept[nonce] = modal
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)

    def find(self, nonce: str) -> Modal | None:
        """What was drawn with that nonce."""
        return self._kept.get(nonce)
