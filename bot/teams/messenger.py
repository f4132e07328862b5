"""Sends outbound messages to Teams: posts or updates them where the stored conversation reference says."""

from __future__ import annotations

from typing import Protocol

from bot.ports.messenger import ExternalReadersError, Receipt, RefusedError
from bot.teams.accounts import Accounts
from bot.teams.connector.connector import MESSAGE_IS_GONE, Connector, OutboundActivity
from bot.teams.personal_chats import PersonalChats
from handlers.reminders.compose import OutboundMessage
from handlers.screens.outgoing import FOR_OWN_COMPANY
from handlers.team.closed_channels import Closed
from handlers.workspace import conversation_references
from handlers.workspace.conversation_references import NOT_INSTALLED, Address, AddressRequest
from storage.database import Database
from storage.outbox import Tries

DEACTIVATED = "their account is deactivated"
"""Why a message is not sent; an admin reads it."""


class Render(Protocol):
    """Renders an outbound message for its reader."""

    async def __call__(self, message: OutboundMessage, address: Address) -> OutboundActivity:
        """The activity to send to `address`."""


class TeamsMessenger:
    """Sends through the Bot Connector itself: the SDK's `continue_conversation` hides failed sends."""

    def __init__(
        self,
        connector: Connector,
        database: Database,
        render: Render,
        admins: tuple[str, ...] = (),
        accounts: Accounts | None = None,
    ) -> None:
        self._admins = admins
        self._accounts = accounts
        self._connector = connector
        self._database = database
        self._chats = PersonalChats(connector, database)
        self._render = render

    async def deliver(self, message: OutboundMessage) -> Receipt:
        """Post the message, or update the one that it replaces; if that was deleted, post it again."""
        request = AddressRequest(message.platform, message.workspace, message.channel or message.person or "")
        address = await self._database.read(conversation_references.address_of, request)
        if address is None:
            raise RefusedError(NOT_INSTALLED)
        if address.blocked_reason is not None:
            raise RefusedError(address.blocked_reason, closed=Closed.LEFT)
        await self._refuse_external_readers(message, address)
        try:
            return await self._post_or_update(message, request, address)
        except RefusedError as refusal:
            if await self._is_gone(message, refusal):
                raise RefusedError(DEACTIVATED) from refusal
            if refusal.closed is not None:
                await self._database.write(conversation_references.refused, request, str(refusal))
            raise

    async def _is_gone(self, message: OutboundMessage, refusal: RefusedError) -> bool:
        """Whether the recipient's account is gone: a refusal alone does not say so."""
        if self._accounts is None or message.person is None or refusal.whole_workspace:
            return False
        return message.person in await self._accounts.notice(message.workspace, [message.person])

    async def _post_or_update(self, message: OutboundMessage, request: AddressRequest, address: Address) -> Receipt:
        activity = await self._render(message, address)
        if message.replaces is not None:
            conversation, message_id = message.replaces
            try:
                await self._connector.update(address.service_url, conversation, message_id, activity)
                return Receipt(conversation, message_id)
            except RefusedError as refusal:
                if str(refusal) not in MESSAGE_IS_GONE:
                    raise
                if message.only_if_there:
                    return Receipt(conversation, message_id)
        return await self._send(request, address, activity, message.thread)

    async def _refuse_external_readers(self, message: OutboundMessage, address: Address) -> None:
        """Raises `ExternalReadersError` before wins or promises reach another company; an admin may allow wins."""
        if not isinstance(message.screen, FOR_OWN_COMPANY) or message.external_readers or address.conversation is None:
            return
        async for member in self._connector.members(address.service_url, address.conversation):
            if member.is_external(message.workspace):
                raise ExternalReadersError(await self._reachable_admins(message))

    async def _reachable_admins(self, message: OutboundMessage) -> tuple[str, ...]:
        """The admins that the settings name by object id, and that the bot can write to."""
        requests = [AddressRequest(message.platform, message.workspace, admin) for admin in self._admins]
        found = [await self._database.read(conversation_references.address_of, request) for request in requests]
        return tuple(admin for admin, address in zip(self._admins, found, strict=True) if address is not None)

    async def find(self, message: OutboundMessage, tries: Tries) -> Receipt | None:  # noqa: ARG002 (the port's)
        """None: a bot cannot ask Teams for what it has posted.

        A new message whose first try got no answer is sent again, and may appear twice (docs/teams.md). Repeating an
        update does no harm.
        """
        return None

    async def _send(
        self, request: AddressRequest, address: Address, activity: OutboundActivity, thread: str | None
    ) -> Receipt:
        if address.user is not None:
            sent = await self._chats.send(
                request,
                activity,
                service_url=address.service_url,
                bot=address.bot,
                user=address.user,
                conversation=address.conversation,
            )
            return Receipt(*sent)
        if address.conversation is None:
            raise RefusedError(NOT_INSTALLED)
        if thread is not None:
            reply = f"{address.conversation};messageid={thread}"
            try:
                return Receipt(reply, await self._connector.send(address.service_url, reply, activity))
            except RefusedError as refusal:
                if str(refusal) not in MESSAGE_IS_GONE:
                    raise
        message_id = await self._connector.send(address.service_url, address.conversation, activity)
        return Receipt(address.conversation, message_id)
