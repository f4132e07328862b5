"""Letters to Slack: posts and updates messages, uploads files, and can ask whether an earlier try arrived."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from slack_sdk.errors import SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.ports.messenger import Receipt, RefusedError, UnreachableError
from bot.slack import blocks
from bot.slack.web_api import call_slack
from bot.ui.components import File, Message
from bot.ui.texts import Texts
from bot.views import render
from handlers.reminders.compose import OutboundMessage
from storage.outbox import Tries

METADATA_TYPE = "firstcall_message"
MESSAGE_IS_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found"})
NEAR = timedelta(minutes=10)
"""So near to its tries a message is looked for first: more than a send takes, or two clocks that are kept differ by."""
CLOCKS_APART = timedelta(days=1)
"""So long before its tries it is looked for then: nobody knows whose clock was wrong by how much."""
A_PAGE, MOST_PAGES = 200, 5
"""How many of the newest messages are looked through then."""


class SlackMessenger:
    """Sends as the app. `client_for` gives the client of a workspace, made per send because tokens rotate."""

    def __init__(self, client_for: Callable[[str], AsyncWebClient], texts: Texts) -> None:
        self._client_for = client_for
        self._words = texts

    async def deliver(self, letter: OutboundMessage) -> Receipt:
        """Post the letter or update the message that it replaces; one that was deleted meanwhile is posted anew."""
        client = self._client_for(letter.workspace)
        message = render.message(letter.screen, self._words)
        if isinstance(message, File):
            return await _upload(client, await _conversation(client, letter), message)
        content: dict[str, Any] = {
            **blocks.message(message),
            "metadata": {"event_type": METADATA_TYPE, "event_payload": {"row": str(letter.row_id)}},
        }
        if letter.replaces is not None:
            channel, ts = letter.replaces
            try:
                await call_slack(client.chat_update(channel=channel, ts=ts, **content))
                return Receipt(channel, ts)
            except RefusedError as refusal:
                if str(refusal) not in MESSAGE_IS_GONE:
                    raise
        address = letter.channel or letter.person or ""  # Slack opens the DM for a person's id
        answer = await call_slack(
            client.chat_postMessage(channel=address, unfurl_links=False, unfurl_media=False, **content)
        )
        return Receipt(str(answer["channel"]), str(answer["ts"]))

    async def find(self, letter: OutboundMessage, tries: Tries) -> Receipt | None:
        """Look for the letter around the time of its tries, then among the conversation's newest messages."""
        if letter.replaces is not None:
            return None  # an update can be sent twice without harm
        client = self._client_for(letter.workspace)
        channel = await _conversation(client, letter)
        drawn = render.message(letter.screen, self._words)
        near = _history(client, channel, tries.first - NEAR, tries.last + NEAR)
        newest = _history(client, channel, tries.first - CLOCKS_APART, pages=MOST_PAGES)
        for messages in (near, newest):
            async for message in messages:
                if _belongs_to(message, letter, drawn):
                    return Receipt(channel, str(message["ts"]))
        return None


async def _history(
    client: AsyncWebClient, channel: str, oldest: datetime, latest: datetime | None = None, *, pages: int | None = None
) -> AsyncIterator[dict[str, Any]]:
    """The messages of that time with their metadata, the newest first: all, or so many pages."""
    cursor: str | None = None
    for _ in count() if pages is None else range(pages):
        answer = await call_slack(
            client.conversations_history(
                channel=channel,
                include_all_metadata=True,
                oldest=str(oldest.timestamp()),
                latest=None if latest is None else str(latest.timestamp()),
                limit=A_PAGE,
                cursor=cursor,
            )
        )
        for message in answer["messages"]:
            yield message
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return


def _belongs_to(message: dict[str, Any], letter: OutboundMessage, drawn: Message | File) -> bool:
    """Whether the message is what became of the letter: by the row id in its metadata, a file by its name."""
    if isinstance(drawn, File):
        return any(file.get("name") == drawn.name for file in message.get("files") or ())
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return metadata.get("event_type") == METADATA_TYPE and payload.get("row") == str(letter.row_id)


async def _conversation(client: AsyncWebClient, letter: OutboundMessage) -> str:
    """The id of the conversation that the letter goes to; a DM is opened for it."""
    if letter.channel is not None:
        return letter.channel
    opened = await call_slack(client.conversations_open(users=[letter.person or ""]))
    return str(opened["channel"]["id"])


async def _upload(client: AsyncWebClient, channel: str, file: File) -> Receipt:
    """Share the file. Slack does not say which message it made of it, so the receipt has the file's id.

    Slack takes a file in three steps. Nobody sees anything before the third: a try that ends earlier may be repeated.
    """
    try:
        answer = await call_slack(
            client.files_upload_v2(
                channel=channel,
                filename=file.name,
                title=file.title,
                content=file.content,
                initial_comment=file.comment,
            )
        )
    except SlackRequestError as error:  # the second step, which is no method of the Web API
        raise UnreachableError("Slack did not take the file") from error
    return Receipt(channel, str(answer["files"][0]["id"]))
