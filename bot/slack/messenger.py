"""Sends outbound messages to Slack: posts and updates messages, uploads files, and finds messages sent earlier."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.ports.affiliation import Affiliation
from bot.ports.messenger import DeliveryError, ExternalReadersError, Receipt, RefusedError
from bot.slack import blocks
from bot.slack.directory import SlackDirectory
from bot.slack.web_api import call_slack
from bot.ui.components import File, Message
from bot.ui.texts import Texts
from bot.views import render
from handlers.reminders.compose import OutboundMessage
from handlers.screens.outgoing import FOR_OWN_COMPANY
from storage.outbox import Tries

log = structlog.stdlib.get_logger(__name__)

METADATA_TYPE = "firstcall_message"
OTHER_COMPANY = "they work at another company"
DEACTIVATED = "their account is deactivated"
"""Why a message is not sent; an admin reads it."""
MESSAGE_IS_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found"})
THREAD_IS_CLOSED = frozenset(
    {
        *("thread_not_found", "invalid_thread_ts", "cannot_reply_to_message"),
        *("restricted_action_thread_locked", "restricted_action_non_threadable_channel"),
    }
)
"""The errors of a reply to a message that is gone, or that nobody may answer: it is posted in the channel then."""
NEAR = timedelta(minutes=10)
"""How far around its tries a message is searched first: longer than a send, or the difference of two synced clocks."""
CLOCKS_APART = timedelta(days=1)
"""How far before its tries it is searched next, in case a clock was wrong by an unknown amount."""
PAGE_SIZE, MAX_PAGES = 200, 5
"""How many of the newest messages are searched then."""


class SlackMessenger:
    """Sends as the app. `client_for` returns the client of a workspace; called per send, because tokens rotate."""

    def __init__(self, client_for: Callable[[str], AsyncWebClient], texts: Texts, directory: SlackDirectory) -> None:
        self._client_for = client_for
        self._texts = texts
        self._directory = directory

    async def deliver(self, message: OutboundMessage) -> Receipt:
        """Post the message, or update the one that it replaces; if that was deleted, post it again."""
        await self._refuse_recipient(message)
        await self._refuse_external_readers(message)
        client = self._client_for(message.workspace)
        rendered = render.message(message.screen, self._texts)
        if isinstance(rendered, File):
            receipt = await _upload(client, await _conversation(client, message), rendered)
            if message.replaces is not None:
                await _remove_file(client, *message.replaces)
            return receipt
        content: dict[str, Any] = {
            **blocks.message(rendered),
            "metadata": {"event_type": METADATA_TYPE, "event_payload": {"row": str(message.row_id)}},
        }
        if message.replaces is not None:
            channel, ts = message.replaces
            try:
                await call_slack(client.chat_update(channel=channel, ts=ts, **content))
                return Receipt(channel, ts)
            except RefusedError as refusal:
                if str(refusal) not in MESSAGE_IS_GONE:
                    raise
                if message.only_if_there:
                    return Receipt(channel, ts)
        address = message.channel or message.person or ""  # posting to a user id opens the DM
        content |= {"channel": address, "unfurl_links": False, "unfurl_media": False}
        try:
            answer = await call_slack(client.chat_postMessage(thread_ts=message.thread, **content))
        except RefusedError as refusal:
            if message.thread is None or str(refusal) not in THREAD_IS_CLOSED:
                raise
            answer = await call_slack(client.chat_postMessage(**content))
        return Receipt(str(answer["channel"]), str(answer["ts"]))

    async def _refuse_recipient(self, message: OutboundMessage) -> None:
        """Raises `RefusedError` for a direct message to a rep who has left, or works at another company by now.

        Slack itself takes a message to a deactivated account, and nobody would read it.
        """
        if message.person is None:
            return
        if await self._directory.affiliation(message.person) is Affiliation.EXTERNAL:
            raise RefusedError(OTHER_COMPANY)
        member = await self._directory.member(message.person)
        if member is not None and not member.active:
            raise RefusedError(DEACTIVATED)

    async def _refuse_external_readers(self, message: OutboundMessage) -> None:
        """Raises `ExternalReadersError` before wins or promises reach another company; an admin may allow wins."""
        if not isinstance(message.screen, FOR_OWN_COMPANY) or message.external_readers or message.channel is None:
            return
        if not await self._directory.has_external_readers(message.channel):
            return
        try:
            admins = await self._directory.admins()
        except DeliveryError as error:  # the channel's manager is asked instead
            log.warning("listing admins failed", reason=str(error))
            admins = ()
        raise ExternalReadersError(admins)

    async def find(self, message: OutboundMessage, tries: Tries) -> Receipt | None:
        """Search the conversation around the time of the tries, then its newest messages."""
        if message.replaces is not None:
            return None  # repeating an update does no harm
        client = self._client_for(message.workspace)
        channel = await _conversation(client, message)
        rendered = render.message(message.screen, self._texts)
        near = _history(client, channel, tries.first - NEAR, tries.last + NEAR)
        newest = _history(client, channel, tries.first - CLOCKS_APART, pages=MAX_PAGES)
        replies = [] if message.thread is None else [_replies(client, channel, message.thread)]
        for messages in (*replies, near, newest):
            async for posted in messages:
                if _is_from(message, rendered, posted):
                    return Receipt(channel, str(posted["ts"]))
        return None


async def _history(
    client: AsyncWebClient,
    channel: str,
    oldest: datetime | None,
    latest: datetime | None = None,
    *,
    pages: int | None = None,
) -> AsyncIterator[dict[str, Any]]:
    """The messages of that period with their metadata, the newest first; at most `pages` pages, if given."""
    cursor: str | None = None
    for _ in count() if pages is None else range(pages):
        answer = await call_slack(
            client.conversations_history(
                channel=channel,
                include_all_metadata=True,
                oldest=None if oldest is None else str(oldest.timestamp()),
                latest=None if latest is None else str(latest.timestamp()),
                limit=PAGE_SIZE,
                cursor=cursor,
            )
        )
        for message in answer["messages"]:
            if isinstance(message, dict):
                yield message
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return


async def _replies(client: AsyncWebClient, channel: str, thread: str) -> AsyncIterator[dict[str, Any]]:
    """The messages of a thread, which the channel's history leaves out; none if it is gone."""
    cursor: str | None = None
    for _ in range(MAX_PAGES):
        replies = client.conversations_replies(
            channel=channel, ts=thread, include_all_metadata=True, limit=PAGE_SIZE, cursor=cursor
        )
        try:
            answer = await call_slack(replies)
        except RefusedError as refusal:
            if str(refusal) in THREAD_IS_CLOSED:
                return
            raise
        for message in answer["messages"]:
            if isinstance(message, dict):
                yield message
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return


def _is_from(message: OutboundMessage, rendered: Message | File, posted: dict[str, Any]) -> bool:
    """Whether `posted` came from the outbound message: by the row id in its metadata; a file by its name."""
    if isinstance(rendered, File):
        return any(file.get("name") == rendered.name for file in posted.get("files") or ())
    metadata = posted.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return metadata.get("event_type") == METADATA_TYPE and payload.get("row") == str(message.row_id)


async def _conversation(client: AsyncWebClient, message: OutboundMessage) -> str:
    """The id of the conversation to send to; for a person their DM, opened if needed."""
    if message.channel is not None:
        return message.channel
    answer = await call_slack(client.conversations_open(users=[message.person or ""]))
    return str(answer["channel"]["id"])


async def _upload(client: AsyncWebClient, channel: str, file: File) -> Receipt:
    """Share a file. Slack does not return the message that it posts for it, so the receipt has the file's id.

    An upload has three steps, and nobody sees the file before the third: a try that ends earlier can be repeated.
    """
    answer = await call_slack(
        client.files_upload_v2(
            channel=channel,
            filename=file.name,
            title=file.title,
            content=file.content,
            initial_comment=file.comment,
        )
    )
    return Receipt(channel, str(answer["files"][0]["id"]))


async def _remove_file(client: AsyncWebClient, channel: str, file_id: str) -> None:
    """Remove a file that was replaced, and the message that shared it. Slack cannot exchange a file's content.

    If that fails, the old file stays; its event has a lower SEQUENCE, so a calendar ignores it.
    """
    try:
        async for posted in _history(client, channel, None, pages=1):
            if any(file.get("id") == file_id for file in posted.get("files") or ()):
                await call_slack(client.chat_delete(channel=channel, ts=str(posted["ts"])))
        await call_slack(client.files_delete(file=file_id))
    except DeliveryError as error:
        log.info("a replaced file was not removed", channel=channel, reason=str(error))
