"""Sends outbound messages to Teams: posts or updates them where the stored conversation reference says."""

from __future__ import annotations

from typing import Protocol

from bot.ports.messenger import Receipt, RefusedError
from bot.teams.connector.connector import MESSAGE_IS_GONE, Connector, OutboundActivity
from handlers.reminders.compose import OutboundMessage
from handlers.team.closed_channels import Closed
from handlers.workspace import conversation_references
from handlers.workspace.conversation_references import NOT_INSTALLED, Address, AddressRequest
from storage.database import Database
from storage.outbox import Tries


class Render(Protocol):
    """Renders an outbound message for its reader."""

    async def __call__(self, message: OutboundMessage, address: Address) -> OutboundActivity:
        """The activity to send to `address`."""


class TeamsMessenger:
    """Sends through the Bot Connector itself: the SDK's `continue_conversation` hides failed sends."""

    def __init__(self, connector: Connector, database: Database, render: Render) -> None:
        self._connector = connector
        self._database = database
        self._render = render

    async def deliver(self, message: OutboundMessage) -> Receipt:
        """Post the message, or update the one that it replaces; if that was deleted, post it again."""
        request = AddressRequest(message.platform, message.workspace, message.channel or message.person or "")
        address = await self._database.read(conversation_references.address_of, request)
        if address is None:
            raise RefusedError(NOT_INSTALLED)
        if address.blocked_reason is not None:
            raise RefusedError(address.blocked_reason, closed=Closed.LEFT)
        try:
            return await self._send(message, request, address)
        except RefusedError as refusal:
            if refusal.closed is not None:
                await self._database.write(conversation_references.refused, request, str(refusal))
            raise

    async def _send(self, message: OutboundMessage, request: AddressRequest, address: Address) -> Receipt:
        activity = await self._render(message, address)
        if message.replaces is not None:
            conversation, message_id = message.replaces
            try:
                await self._connector.update(address.service_url, conversation, message_id, activity)
                return Receipt(conversation, message_id)
            except RefusedError as refusal:
                if str(refusal) not in MESSAGE_IS_GONE:
                    raise
        conversation = address.conversation or await self._open_personal(request, address)
        return Receipt(conversation, await self._connector.send(address.service_url, conversation, activity))

    async def find(self, message: OutboundMessage, tries: Tries) -> Receipt | None:  # noqa: ARG002 (the port's)
        """None: a bot cannot ask Teams for what it has posted.

        A new message whose first try got no answer is sent again, and may appear twice (docs/teams.md). Repeating an
        update does no harm.
        """
        return None

    async def _open_personal(self, request: AddressRequest, address: Address) -> str:
        """Open the personal chat with a person who was only seen in a channel."""
        if address.user is None:
            raise RefusedError(NOT_INSTALLED)
        conversation = await self._connector.open_personal(
            address.service_url, bot=address.bot, user=address.user, tenant=request.workspace
        )
        await self._database.write(conversation_references.conversation_opened, request, conversation)
        return conversation
