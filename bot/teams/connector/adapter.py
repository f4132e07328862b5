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

from bot.teams.activity import CHANNEL_ID, Turn
from bot.teams.connector.access_tokens import RESOURCE
from bot.teams.connector.connector import Connector
from bot.teams.connector.contract import Answer, Dispatch
from bot.teams.connector.outbound_activity import Message, activity_of
from bot.teams.connector.sdk_client import Clients


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

    async def take(self, turn: Turn) -> Answer | None:
        """Handle a turn; gives what an invoke is answered with. Raises what `dispatch` raises."""

        async def logic(context: TurnContext) -> None:
            async def reply(message: Message) -> str:
                sent = await self._connector.asked(context.send_activity(activity_of(message)))
                return str(sent.id)

            answer = await self._dispatch(turn, reply)
            if answer is not None:
                response = InvokeResponse(status=answer.status, body=answer.body)
                await context.send_activity(Activity(type=ActivityTypes.invoke_response, value=response))

        response = await self.process_activity(self._authenticated, _activity(turn), logic)
        return None if response is None or response.body is None else Answer(response.body, response.status)


def _activity(turn: Turn) -> Activity:
    """What the SDK needs of it to reply. Its own reading of the whole takes longer than all else that we do."""
    return Activity(
        type=turn.kind,
        id=turn.id or None,
        channel_id=CHANNEL_ID,
        service_url=turn.service_url,
        conversation=ConversationAccount(id=turn.conversation, tenant_id=turn.tenant),
        from_property=ChannelAccount(id=turn.user, name=turn.person_name, aad_object_id=turn.person),
        recipient=ChannelAccount(id=turn.bot),
    )


class _CheckedAlready(BotFrameworkAuthentication):  # type: ignore[misc]  # the SDK has no types
    """The SDK asks for one. Tokens are checked before (`jwt_validation`), and nobody signs in."""

    async def authenticate_request(self, *_asked: Any) -> AuthenticateRequestResult:
        raise PermissionError("turns come here after they were checked")

    async def authenticate_streaming_request(self, *_asked: Any) -> AuthenticateRequestResult:
        raise PermissionError("nothing is streamed")

    def create_connector_factory(self, *_asked: Any) -> Clients:
        raise PermissionError("what is sent without a turn goes through bot.teams.connector.connector")

    async def create_user_token_client(self, *_asked: Any) -> None:
        """Nobody signs in."""
