"""Calls to the Bot Connector: sending and looking up, with failures as errors of the messenger port."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from typing import Any

from botbuilder.schema import Activity, Attachment, ChannelAccount, ConversationParameters
from msrest.exceptions import ClientException, HttpOperationError

from bot.ports.messenger import DeliveryError, RefusedError, ThrottledError, UnreachableError
from bot.ports.retry_after import retry_after
from bot.teams.activity import CHANNEL_TYPES, NAME_LIMIT, SHARED
from bot.teams.connector.sdk_client import SdkClients
from bot.teams.json_fields import ID_LIMIT
from handlers.team.closed_channels import Closed

ADAPTIVE_CARD = "application/vnd.microsoft.card.adaptive"
"""The content type of an Adaptive Card."""

TENANT_IS_GONE = frozenset({"BotDisabledByAdmin", "BotNotRegistered", "TenantNotFound"})
"""Nothing can be sent to the tenant until its administrator allows FirstCall again."""
CONVERSATION_IS_GONE = frozenset({"ConversationNotFound", "NotFound", "404"})
"""Teams knows no conversation with this id, now and then without a reason. Opening it again gives its id of today."""
NOT_IN_CONVERSATION = frozenset({"BotNotInConversationRoster", "ForbiddenOperationException", "Forbidden", "403"})
"""The bot may not write to this conversation; it may if the app was installed anew since, which gives a new one."""
BOT_IS_OUT = frozenset({"BotNotInConversationRoster", "ConversationBlockedByUser", "ForbiddenOperationException"})
"""The bot was removed from the conversation, or the person has blocked it: until they let it in again."""
MESSAGE_IS_GONE = CONVERSATION_IS_GONE | {"ActivityNotFoundInConversation", "MessageNotFound"}
"""The errors of an update after somebody deleted the message, or the chat that it was in."""
RETRYABLE = frozenset({401, 408, 412})
"""401: the access token, or the secret, expired early; 412: concurrent writes to the conversation (Microsoft)."""
PAGE_SIZE = 200
GUEST_NAME = "#ext#"
GUEST_ROLES = frozenset({"guest", "anonymous"})
CHANNEL_LIMIT = 1_000
"""Microsoft's limit for a team. The list comes on one page."""


@dataclass(frozen=True, slots=True)
class OutboundActivity:
    """A message to send: plain text, or an Adaptive Card of at most 25 kB.

    Next to a card, `text` is what the notification and the chat list show.
    """

    text: str
    card: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a conversation: `user` is the Teams id, `person` the Entra object id.

    `principal` is the user principal name that they sign in with. Unlike the mail address it is unique.
    """

    user: str
    person: str | None
    name: str | None
    mail: str | None
    principal: str | None
    tenant: str | None = None
    """The Entra tenant of their account, in lower case; None if Teams does not say."""
    role: str | None = None
    """`user`, `guest` or `anonymous`; None if Teams does not say."""

    def is_external(self, tenant: str) -> bool:
        """Whether their account is not one of the tenant's own: a guest, somebody of another company, or nobody known.

        The user principal name of a guest says that they are one.
        """
        foreign = self.tenant is not None and self.tenant != tenant
        return foreign or self.role in GUEST_ROLES or GUEST_NAME in (self.principal or "").lower()


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel of a team. The first one has the team's id and no name: clients translate "General" themselves."""

    id: str
    name: str | None
    shared: bool = False
    """Whether people of other teams and companies can be in it."""


class Connector:
    """The Bot Connector's REST API.

    Every method raises `ThrottledError`, `RefusedError` (its text is Microsoft's error code) or `UnreachableError`.
    A post is never retried. Service addresses must have passed the `Allowlist`.
    """

    def __init__(self, clients: SdkClients) -> None:
        self.clients = clients

    async def send(self, service_url: str, conversation: str, message: OutboundActivity) -> str:
        """Post a message into a conversation; returns its id."""
        conversations = self.clients.at(service_url).conversations
        answer = await self.call(conversations.send_to_conversation(conversation, sdk_activity(message)))
        return _id_of(answer)

    async def update(self, service_url: str, conversation: str, message_id: str, message: OutboundActivity) -> None:
        """Replace a message of the bot."""
        activity: Activity = sdk_activity(message)
        activity.id = message_id
        conversations = self.clients.at(service_url).conversations
        await self.call(conversations.update_activity(conversation, message_id, activity))

    async def open_personal(self, service_url: str, *, bot: str, user: str, tenant: str) -> str:
        """Get or create the personal chat with a user; returns its id."""
        parameters = ConversationParameters(
            is_group=False,
            bot=ChannelAccount(id=bot),
            members=[ChannelAccount(id=user)],
            tenant_id=tenant,
            channel_data={"tenant": {"id": tenant}},
        )
        return _id_of(await self.call(self.clients.at(service_url).conversations.create_conversation(parameters)))

    async def member(self, service_url: str, conversation: str, user: str) -> Member:
        """One member, by Teams id or by Entra object id."""
        conversations = self.clients.at(service_url).conversations
        return _member(await self.call(conversations.get_conversation_member(conversation, user)))

    async def members(self, service_url: str, conversation: str) -> AsyncIterator[Member]:
        """All members, page by page."""
        conversations = self.clients.at(service_url).conversations
        token: str | None = None
        while True:
            page = await self.call(
                conversations.get_conversation_paged_members(
                    conversation, page_size=PAGE_SIZE, continuation_token=token
                )
            )
            for account in page.members or ():
                yield _member(account)
            token = page.continuation_token
            if not token:
                return

    async def channels(self, service_url: str, team: str) -> list[Channel]:
        """All channels of a team that has installed the bot."""
        listed = await self.call(self.clients.at(service_url).team_channels(team))
        channels = getattr(listed, "conversations", None) or ()
        return [_channel(each) for each in channels if each.id and len(each.id) <= ID_LIMIT][:CHANNEL_LIMIT]

    async def call(self, call: Awaitable[Any]) -> Any:
        """Await an SDK call, and translate its errors to those of the messenger port."""
        try:
            return await call
        except HttpOperationError as error:
            failure = _delivery_error(error)
            if error.response.status_code == 401:
                self.clients.token_refused()
            raise failure from error
        except (ClientException, OSError, ValueError, AttributeError, TypeError, KeyError) as error:
            # The SDK reads answers field by field; one with fields of other types fails anywhere in it.
            raise UnreachableError(f"Teams' answer could not be read: {type(error).__name__}") from error


def sdk_activity(message: OutboundActivity) -> Activity:
    """The message as the SDK's type."""
    if message.card is None:
        return Activity(type="message", text=message.text, text_format="plain")
    attachment = Attachment(content_type=ADAPTIVE_CARD, content=message.card)
    return Activity(type="message", summary=message.text, attachments=[attachment])


def _delivery_error(error: HttpOperationError) -> DeliveryError:
    status = error.response.status_code
    reason = _reason(error.response.body(), status)
    header = {name.lower(): value for name, value in error.response.headers.items()}.get("retry-after")
    if status == 429:
        return ThrottledError(retry_after(header))
    if status >= 500 or status in RETRYABLE:
        return UnreachableError(f"Teams answered {status} {reason}", None if header is None else retry_after(header))
    closed = Closed.LEFT if reason in BOT_IS_OUT else None
    return RefusedError(reason, whole_workspace=reason in TENANT_IS_GONE, closed=closed)


def _reason(body: bytes, status: int) -> str:
    """Microsoft's error code; the HTTP status if there is none."""
    try:
        error = json.loads(body)["error"]
        code = str(error["code"])
        message = str(error.get("message", ""))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return str(status)
    # Some errors have a general code, and the specific one in the message.
    return next((name for name in sorted(TENANT_IS_GONE | BOT_IS_OUT) if name in message), code[:80] or str(status))


def _id_of(answer: Any) -> str:
    id_ = getattr(answer, "id", None)
    if not isinstance(id_, str) or not id_:
        raise UnreachableError("Teams' answer could not be read: it has no id")
    return id_


def _channel(info: Any) -> Channel:
    properties = {"type": getattr(info, "type", None), **(info.additional_properties or {})}
    shared = SHARED in (str(properties.get(name)).lower() for name in CHANNEL_TYPES)
    return Channel(info.id, (info.name or "").strip()[:NAME_LIMIT] or None, shared)


def _member(account: Any) -> Member:
    if account is None or not account.id:
        raise UnreachableError("Teams' answer could not be read: a member without an id")
    properties = account.additional_properties or {}
    person = account.aad_object_id or properties.get("objectId")
    tenant, role = properties.get("tenantId"), properties.get("userRole")
    return Member(
        account.id,
        person,
        account.name,
        properties.get("email"),
        properties.get("userPrincipalName"),
        str(tenant).lower() if tenant else None,
        str(role).lower() if role else None,
    )
