"""Calling the Bot Connector: what we send and ask, and its failures in the terms of the messenger port."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp import ClientError
from botbuilder.schema import Activity, ChannelAccount, ConversationParameters
from msrest.exceptions import ClientException, HttpOperationError

from bot.ports.messenger import DeliveryError, RefusedError, ThrottledError, UnreachableError
from bot.teams.activity import LONGEST_ID, LONGEST_NAME
from bot.teams.connector.outbound_activity import OutboundActivity, activity_json
from bot.teams.connector.sdk_client import SdkClients

TENANT_IS_GONE = frozenset({"BotDisabledByAdmin", "BotNotRegistered", "TenantNotFound"})
"""Nothing can be sent to the tenant until its administrator allows FirstCall again."""
MESSAGE_IS_GONE = frozenset({"ActivityNotFoundInConversation", "MessageNotFound", "NotFound", "404"})
"""What an update is answered with when somebody has deleted the message, or the old chat with it."""
WORTH_ANOTHER_TRY = frozenset({401, 408, 412})
"""401: our token has ended early, or the secret has; 412: two wrote to the conversation at once, says Microsoft."""
DEFAULT_WAIT = timedelta(seconds=30)
A_PAGE = 200
MOST_CHANNELS = 1_000
"""Of a team: so many can be made, says Microsoft. The list comes in one piece."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a conversation: Teams' id, the object id in Entra, the name, the mail address.

    `principal` is the user principal name that they sign in by. Unlike the mail address it is nobody else's.
    """

    user: str
    person: str | None
    name: str | None
    mail: str | None
    principal: str | None


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel of a team. The first one has the team's id and no name: the clients name it themselves."""

    id: str
    name: str | None


class Connector:
    """All that we ask of the Bot Connector.

    Every method raises `ThrottledError`, `RefusedError` (its text is Microsoft's name of the error) or
    `UnreachableError`, and no post is ever sent twice. Service addresses are ones that `Trust` has let pass.
    """

    def __init__(self, clients: SdkClients) -> None:
        self.clients = clients

    async def send(self, service_url: str, conversation: str, message: OutboundActivity) -> str:
        """Post a message into a conversation; gives its id."""
        conversations = self.clients.at(service_url).conversations
        answer = await self.call(conversations.send_to_conversation(conversation, activity_json(message)))
        return _id_of(answer)

    async def update(self, service_url: str, conversation: str, message_id: str, message: OutboundActivity) -> None:
        """Put a message in the place of one of ours."""
        activity: Activity = activity_json(message)
        activity.id = message_id
        conversations = self.clients.at(service_url).conversations
        await self.call(conversations.update_activity(conversation, message_id, activity))

    async def open_personal(self, service_url: str, *, bot: str, user: str, tenant: str) -> str:
        """The conversation between a person and us, made if there is none; gives its id."""
        wanted = ConversationParameters(
            is_group=False,
            bot=ChannelAccount(id=bot),
            members=[ChannelAccount(id=user)],
            tenant_id=tenant,
            channel_data={"tenant": {"id": tenant}},
        )
        return _id_of(await self.call(self.clients.at(service_url).conversations.create_conversation(wanted)))

    async def member(self, service_url: str, conversation: str, user: str) -> Member:
        """One member, by Teams' id or by the object id in Entra."""
        conversations = self.clients.at(service_url).conversations
        return _member(await self.call(conversations.get_conversation_member(conversation, user)))

    async def members(self, service_url: str, conversation: str) -> AsyncIterator[Member]:
        """All members, asked for page by page."""
        conversations = self.clients.at(service_url).conversations
        token: str | None = None
        while True:
            page = await self.call(
                conversations.get_conversation_paged_members(conversation, page_size=A_PAGE, continuation_token=token)
            )
            for account in page.members or ():
                yield _member(account)
            token = page.continuation_token
            if not token:
                return

    async def channels(self, service_url: str, team: str) -> list[Channel]:
        """The channels of a team that we are in, those that were there before us, too."""
        listed = await self.call(self.clients.at(service_url).team_channels(team))
        channels = getattr(listed, "conversations", None) or ()
        return [_channel(each) for each in channels if each.id and len(each.id) <= LONGEST_ID][:MOST_CHANNELS]

    async def call(self, call: Awaitable[Any]) -> Any:
        """The answer of a call of the SDK's, with its failures as those of the port."""
        try:
            return await call
        except HttpOperationError as error:
            failure = _failure(error)
            if error.response.status_code == 401:
                self.clients.refused()
            raise failure from error
        except (ClientError, ClientException, OSError, TimeoutError, ValueError) as error:
            raise UnreachableError(f"Teams did not answer: {type(error).__name__}") from error


def _failure(error: HttpOperationError) -> DeliveryError:
    status = error.response.status_code
    reason = _reason(error.response.body(), status)
    if status == 429:
        seconds = {name.lower(): value for name, value in error.response.headers.items()}.get("retry-after", "")
        return ThrottledError(timedelta(seconds=int(seconds)) if seconds.isdecimal() else DEFAULT_WAIT)
    if status >= 500 or status in WORTH_ANOTHER_TRY:
        return UnreachableError(f"Teams answered {status} {reason}")
    return RefusedError(reason, whole_workspace=reason in TENANT_IS_GONE)


def _reason(body: bytes, status: int) -> str:
    """Microsoft's name of the error; the status when it gives none."""
    try:
        error = json.loads(body)["error"]
        named = str(error["code"])
        told = str(error.get("message", ""))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return str(status)
    # Some errors have a general code, and the cause inside the message.
    return next((name for name in sorted(TENANT_IS_GONE) if name in told), named[:80] or str(status))


def _id_of(answer: Any) -> str:
    found = getattr(answer, "id", None)
    if not found:
        raise UnreachableError("Teams' answer could not be read")
    return str(found)


def _channel(info: Any) -> Channel:
    return Channel(info.id, (info.name or "").strip()[:LONGEST_NAME] or None)


def _member(account: Any) -> Member:
    more = account.additional_properties or {}
    person = account.aad_object_id or more.get("objectId")
    return Member(account.id, person, account.name, more.get("email"), more.get("userPrincipalName"))
