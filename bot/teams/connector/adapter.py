"""A turn through the SDK: its pipeline and turn context around our handling, and the answer back as a plain body.

The stock CloudAdapter cannot do it: it answers 500 to each invoke that has a body, because it serializes it twice.
"""

from __future__ import annotations

from typing import Any

from botbuilder.core import CloudAdapterBase, InvokeResponse, TurnContext
from botbuilder.schema import Activity, ActivityTypes, ChannelAccount, ConversationAccount
from botframework.connector.auth import (
    AuthenticateRequestResult,
    BotFrameworkAuthentication,
    ClaimsIdentity,
)

from bot.teams.activity import CHANNEL_ID, IncomingActivity
from bot.teams.connector.access_tokens import RESOURCE
from bot.teams.connector.connector import Connector
from bot.teams.connector.contract import Dispatch, InvokeResult
from bot.teams.connector.outbound_activity import OutboundActivity, activity_json
from bot.teams.connector.sdk_client import SdkClients


class TeamsAdapter(CloudAdapterBase):  # type: ignore[misc]  # the SDK has no types
    """Hands turns that were checked to `dispatch`."""

    def __init__(self, connector: Connector, dispatch: Dispatch, app_id: str) -> None:
        super().__init__(_CheckedAlready())
        self._connector = connector
        self._dispatch = dispatch
        self._authenticated = AuthenticateRequestResult()
        self._authenticated.audience = RESOURCE
        self._authenticated.claims_identity = ClaimsIdentity({"aud": app_id}, True)
        self._authenticated.connector_factory = connector.clients

    async def process(self, activity: IncomingActivity) -> InvokeResult | None:
        """Handle a turn; gives what an invoke is answered with. Raises what `dispatch` raises."""

        async def logic(context: TurnContext) -> None:
            async def reply(message: OutboundActivity) -> str:
                sent = await self._connector.call(context.send_activity(activity_json(message)))
                return str(sent.id)

            answer = await self._dispatch(activity, reply)
            if answer is not None:
                response = InvokeResponse(status=answer.status, body=answer.body)
                await context.send_activity(Activity(type=ActivityTypes.invoke_response, value=response))

        response = await self.process_activity(self._authenticated, _activity(activity), logic)
        return None if response is None or response.body is None else InvokeResult(response.body, response.status)


def _activity(activity: IncomingActivity) -> Activity:
    """What the SDK needs of it to reply. Its own reading of the whole takes longer than all else that we do."""
    return Activity(
        type=activity.kind,
        id=activity.id or None,
        channel_id=CHANNEL_ID,
        service_url=activity.service_url,
        conversation=ConversationAccount(id=activity.conversation, tenant_id=activity.tenant),
        from_property=ChannelAccount(id=activity.user, name=activity.person_name, aad_object_id=activity.person),
        recipient=ChannelAccount(id=activity.bot),
    )


class _CheckedAlready(BotFrameworkAuthentication):  # type: ignore[misc]  # the SDK has no types
    """The SDK asks for one. Tokens are checked before (`jwt_validation`), and nobody signs in."""

    async def authenticate_request(self, *_asked: Any) -> AuthenticateRequestResult:
        raise PermissionError("turns come here after they were checked")

    async def authenticate_streaming_request(self, *_asked: Any) -> AuthenticateRequestResult:
        raise PermissionError("nothing is streamed")

    def create_connector_factory(self, *_asked: Any) -> SdkClients:
        raise PermissionError("what is sent without a turn goes through bot.teams.connector.connector")

    async def create_user_token_client(self, *_asked: Any) -> None:
        """Nobody signs in."""
