"""What we say in Teams: a text, or a card with the text that stands for it in a notification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botbuilder.schema import Activity, Attachment

CARD = "application/vnd.microsoft.card.adaptive"


@dataclass(frozen=True, slots=True)
class OutboundActivity:
    """`text` is plain. Beside a card it is the line of the notification and of the chat list.

    `card` is an Adaptive Card as JSON, at most 25 kB of it.
    """

    text: str
    card: dict[str, Any] | None = None


def activity_json(message: OutboundActivity) -> Activity:
    """The message in the SDK's terms."""
    if message.card is None:
        return Activity(type="message", text=message.text, text_format="plain")
    return Activity(
        type="message", summary=message.text, attachments=[Attachment(content_type=CARD, content=message.card)]
    )
