"""The bot adapter: runs the SDK's turn pipeline for an activity, and returns an invoke's response as a plain body.

The stock `CloudAdapter` cannot: it serializes each invoke response body twice, and so answers 500.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from botbuilder.core import CloudAdapterBase, InvokeResponse, TurnContext
from botbuilder.schema import Activity, ActivityTypes, ChannelAccount, ConversationAccount
from botframework.connector.auth import (
    AuthenticateRequestResult,
    BotFrameworkAuthentication,
    ClaimsIdentity,
)

from bot.teams.activity import CHANNEL_ID, IncomingActivity
from bot.teams.connector.access_tokens import RESOURCE
from bot.teams.connector.connector import Connector, OutboundActivity, sdk_activity
from bot.teams.connector.sdk_client import SdkClients


@dataclass(frozen=True, slots=True)
class InvokeResult:
    """The response to an invoke, in the form that Teams documents for the invoke's name. Teams waits 15 s for it."""

    body: dict[str, Any]
    status: int = 200


class Reply(Protocol):
    """Replies in the conversation of a turn, in its thread."""

    async def __call__(self, message: OutboundActivity) -> str:
        """Post a message; returns its id. Raises like `bot.teams.connector.connector.Connector`."""


class TurnHandler(Protocol):
    """Handles one turn. Its effects are committed when it returns; slow work runs as a background task."""

    async def __call__(self, activity: IncomingActivity, reply: Reply) -> InvokeResult | None:
        """Handle the turn; returns a result for an invoke only. Raises `Refusal` for a friendly no."""


class TeamsAdapter(CloudAdapterBase):  # type: ignore[misc]  # the SDK has no types
    """Passes checked activities to a `TurnHandler`."""

    def __init__(self, connector: Connector, handler: TurnHandler, app_id: str) -> None:
        super().__init__(_NoAuthentication())
        self._connector = connector
        self._handler = handler
        self._authenticated = AuthenticateRequestResult()
        self._authenticated.audience = RESOURCE
        self._authenticated.claims_identity = ClaimsIdentity({"aud": app_id}, True)
        self._authenticated.connector_factory = connector.clients

    async def process(self, activity: IncomingActivity) -> InvokeResult | None:
        """Handle a turn; returns the result of an invoke. Raises what the handler raises."""

        async def logic(context: TurnContext) -> None:
            async def reply(message: OutboundActivity) -> str:
                sent = await self._connector.call(context.send_activity(sdk_activity(message)))
                return str(getattr(sent, "id", None) or "")

            result = await self._handler(activity, reply)
            if result is not None:
                response = InvokeResponse(status=result.status, body=result.body)
                await context.send_activity(Activity(type=ActivityTypes.invoke_response, value=response))

        response = await self.process_activity(self._authenticated, _sdk_activity(activity), logic)
        return None if response is None or response.body is None else InvokeResult(response.body, response.status)


def _sdk_activity(activity: IncomingActivity) -> Activity:
    """The fields that the SDK needs to reply. To deserialize all of it takes longer than the rest of the turn."""
    return Activity(
        type=activity.type,
        id=activity.id or None,
        channel_id=CHANNEL_ID,
        service_url=activity.service_url,
        conversation=ConversationAccount(id=activity.conversation, tenant_id=activity.tenant),
        from_property=ChannelAccount(id=activity.user, name=activity.person_name, aad_object_id=activity.person),
        recipient=ChannelAccount(id=activity.bot),
    )


class _NoAuthentication(BotFrameworkAuthentication):  # type: ignore[misc]  # the SDK has no types
    """The SDK requires one, but tokens are already checked (`jwt_validation`), and no user signs in."""

    async def authenticate_request(self, *_arguments: Any) -> AuthenticateRequestResult:
        raise PermissionError("activities reach the adapter after they were checked")

    async def authenticate_streaming_request(self, *_arguments: Any) -> AuthenticateRequestResult:
        raise PermissionError("streaming is not supported")

    def create_connector_factory(self, *_arguments: Any) -> SdkClients:
        raise PermissionError("proactive messages go through bot.teams.connector.connector")

    async def create_user_token_client(self, *_arguments: Any) -> None:
        """No user signs in."""
