"""Letters to Teams: posts and updates messages where the stored conversation reference says."""

from __future__ import annotations

from typing import Protocol

from bot.ports.messenger import Receipt, RefusedError
from bot.teams.connector.connector import MESSAGE_IS_GONE, Connector
from bot.teams.connector.outbound_activity import OutboundActivity
from handlers.reminders.compose import OutboundMessage
from handlers.workspace import conversation_references
from handlers.workspace.conversation_references import Address, AddressRequest
from storage.database import Database
from storage.outbox import Tries


class Render(Protocol):
    """Draws a letter for whoever reads it."""

    async def __call__(self, letter: OutboundMessage, address: Address) -> OutboundActivity:
        """The card or the text. `address` is where it goes."""


class TeamsMessenger:
    """Sends by the Bot Connector itself: the SDK's `continue_conversation` returns as if a failed send were none."""

    def __init__(self, connector: Connector, database: Database, render: Render) -> None:
        self._connector = connector
        self._database = database
        self._render = render

    async def deliver(self, letter: OutboundMessage) -> Receipt:
        """Post the letter or update the message that it replaces; one that was deleted meanwhile is posted anew."""
        wanted = AddressRequest(letter.platform, letter.workspace, letter.channel or letter.person or "")
        address = await self._database.read(conversation_references.address_of, wanted)
        if address is None:
            raise RefusedError("FirstCall has not been let in there")
        if address.blocked_reason is not None:
            raise RefusedError(address.blocked_reason)
        message = await self._render(letter, address)
        if letter.replaces is not None:
            conversation, message_id = letter.replaces
            try:
                await self._connector.update(address.service_url, conversation, message_id, message)
                return Receipt(conversation, message_id)
            except RefusedError as refusal:
                if str(refusal) not in MESSAGE_IS_GONE:
                    raise
        conversation = address.conversation or await self._opened(wanted, address)
        return Receipt(conversation, await self._connector.send(address.service_url, conversation, message))

    async def find(self, letter: OutboundMessage, tries: Tries) -> Receipt | None:  # noqa: ARG002 (the port's)
        """Teams cannot be asked what a bot has posted, so nobody can tell.

        A new message whose first try ended without an answer is sent again, and may be there twice (docs/teams.md). An
        update may be sent twice without harm.
        """
        return None

    async def _opened(self, wanted: AddressRequest, address: Address) -> str:
        """Open the conversation with a person whom we met in a channel."""
        if address.user is None:
            raise RefusedError("FirstCall has not been let in there")
        conversation = await self._connector.open_personal(
            address.service_url, bot=address.bot, user=address.user, tenant=wanted.workspace
        )
        await self._database.write(conversation_references.conversation_opened, wanted, conversation)
        return conversation
