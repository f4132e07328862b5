"""Sends to a person in their personal chat with the bot. It is opened first if needed, and anew if Teams refuses it."""

from __future__ import annotations

import structlog

from bot.ports.messenger import RefusedError, UnreachableError
from bot.teams.connector.connector import CONVERSATION_IS_GONE, NOT_IN_CONVERSATION, Connector, OutboundActivity
from handlers.workspace import conversation_references
from handlers.workspace.conversation_references import AddressRequest
from storage.database import Database

log = structlog.stdlib.get_logger(__name__)


class PersonalChats:
    """Opens chats through the Bot Connector, and stores them as the conversation reference of the person."""

    def __init__(self, connector: Connector, database: Database) -> None:
        self._connector = connector
        self._database = database

    async def send(
        self,
        person: AddressRequest,
        message: OutboundActivity,
        *,
        service_url: str,
        bot: str,
        user: str,
        conversation: str | None,
    ) -> tuple[str, str]:
        """Post the message; returns the ids of the conversation and of the message.

        `user` is the person's Teams id, `conversation` their chat as far as known. Raises like `Connector`; a chat that
        was opened just now and cannot be found may be found later, so that is an `UnreachableError`.
        """
        if conversation is not None:
            try:
                return conversation, await self._connector.send(service_url, conversation, message)
            except RefusedError as refusal:
                if str(refusal) not in CONVERSATION_IS_GONE | NOT_IN_CONVERSATION:
                    raise
                log.info("opening a personal chat anew", person=person.external_id, reason=str(refusal))
        opened = await self._connector.open_personal(service_url, bot=bot, user=user, tenant=person.workspace)
        await self._database.write(conversation_references.conversation_opened, person, opened)
        try:
            return opened, await self._connector.send(service_url, opened, message)
        except RefusedError as refusal:
            if str(refusal) not in CONVERSATION_IS_GONE:
                raise
            raise UnreachableError(f"Teams does not find the chat that it has just opened: {refusal}") from refusal
