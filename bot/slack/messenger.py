"""Letters to Slack: posts and updates messages, and can ask whether an earlier try arrived."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.messenger import Receipt, RefusedError
from bot.slack.views import card, notes
from bot.slack.views.card import Message
from bot.slack.web import asked
from bot.slack.words import SlackWords
from handlers.outgoing import Letter
from handlers.screens import CallReminder, DealCard, HandedOver, OutgoingScreen, WinSummary

METADATA_TYPE = "firstcall_message"
MESSAGE_IS_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found"})
ASKED_BACK = 50
"""How many of a channel's newest messages are looked through for a message that may have arrived."""


class SlackMessenger:
    """Sends as the app. `client_for` gives the client of a workspace, made per send because tokens rotate."""

    def __init__(self, client_for: Callable[[str], AsyncWebClient], words: SlackWords) -> None:
        self._client_for = client_for
        self._words = words

    async def deliver(self, letter: Letter) -> Receipt:
        """Post the letter or update the message that it replaces; one that was deleted meanwhile is posted anew."""
        client = self._client_for(letter.workspace)
        message = self._render(letter.screen)
        content: dict[str, Any] = {
            "text": message.text,
            "blocks": message.blocks,
            "metadata": {"event_type": METADATA_TYPE, "event_payload": {"row": str(letter.row_id)}},
        }
        if letter.replaces is not None:
            channel, ts = letter.replaces
            try:
                await asked(client.chat_update(channel=channel, ts=ts, **content))
                return Receipt(channel, ts)
            except RefusedError as refusal:
                if str(refusal) not in MESSAGE_IS_GONE:
                    raise
        address = letter.channel or letter.person or ""  # Slack opens the DM for a person's id
        answer = await asked(
            client.chat_postMessage(channel=address, unfurl_links=False, unfurl_media=False, **content)
        )
        return Receipt(str(answer["channel"]), str(answer["ts"]))

    async def find(self, letter: Letter) -> Receipt | None:
        """Look for the letter's row id in the metadata of the channel's newest messages."""
        if letter.replaces is not None:
            return None  # an update can be sent twice without harm
        client = self._client_for(letter.workspace)
        channel = letter.channel
        if channel is None:
            opened = await asked(client.conversations_open(users=[letter.person or ""]))
            channel = str(opened["channel"]["id"])
        answer = await asked(
            client.conversations_history(
                channel=channel,
                include_all_metadata=True,
                oldest=str(letter.first_tried_at.timestamp()),
                limit=ASKED_BACK,
            )
        )
        for message in answer["messages"]:
            metadata = message.get("metadata") or {}
            payload = metadata.get("event_payload") or {}
            if metadata.get("event_type") == METADATA_TYPE and payload.get("row") == str(letter.row_id):
                return Receipt(channel, str(message["ts"]))
        return None

    def _render(self, screen: OutgoingScreen) -> Message:
        match screen:
            case DealCard():
                return card.render(screen, self._words)
            case CallReminder():
                return notes.reminder(screen, self._words)
            case HandedOver():
                return notes.handed_over(screen, self._words)
            case WinSummary():
                return notes.summary(screen, self._words)
