"""Teams, put together: the check of tokens, the Bot Connector's client, the handling of turns, the messenger."""

from __future__ import annotations

from bot.ports.platform import Face, Ground
from bot.settings import TeamsCredentials
from bot.teams.conversation import Conversation
from bot.teams.endpoint import TeamsEndpoint
from bot.teams.front import TeamsFront
from bot.teams.letters import Letters
from bot.teams.messenger import TeamsMessenger
from bot.teams.turn import PLATFORM
from bot.teams.wire.adapter import TeamsAdapter
from bot.teams.wire.client import Clients
from bot.teams.wire.connector import Connector
from bot.teams.wire.credentials import tokens_for
from bot.teams.wire.keys import KeyStore
from bot.teams.wire.tokens import TokenCheck
from bot.teams.wire.trust import Trust
from prompts.wording import Wording

OPENID_METADATA = "https://login.botframework.com/v1/.well-known/openidconfiguration"
SANDBOX_METADATA = "/v1/.well-known/openidconfiguration"


def face(credentials: TeamsCredentials, ground: Ground) -> Face:
    """Teams' face. Nobody is asked anything yet: Microsoft's keys are fetched when the first activity comes."""
    at = front(credentials, ground)
    return Face(
        PLATFORM,
        TeamsMessenger(at.connector, ground.database, Letters(at)),
        posts={"/api/messages": endpoint(credentials, ground, at).handle},
        told={"bot": credentials.app_id or "anonymous"},
    )


def front(credentials: TeamsCredentials, ground: Ground) -> TeamsFront:
    """What all turns share."""
    return TeamsFront(
        database=ground.database,
        clock=ground.clock,
        words=Wording(),
        follow_ups=ground.follow_ups,
        connector=Connector(Clients(ground.session, tokens_for(ground.session, credentials))),
        wake=ground.wake,
        playground=not credentials.app_id,
        admins=credentials.admins,
    )


def endpoint(credentials: TeamsCredentials, ground: Ground, at: TeamsFront) -> TeamsEndpoint:
    """The way in: what the Bot Connector posts, checked and handed on."""
    return TeamsEndpoint(
        _token_check(credentials, ground),
        Trust(credentials.tenants, loopback=not credentials.app_id or credentials.sandbox is not None),
        TeamsAdapter(at.connector, Conversation(at), credentials.app_id),
        at,
    )


def _token_check(credentials: TeamsCredentials, ground: Ground) -> TokenCheck | None:
    if not credentials.app_id:
        return None
    metadata = OPENID_METADATA if credentials.sandbox is None else f"{credentials.sandbox}{SANDBOX_METADATA}"
    keys = KeyStore(ground.session, metadata)
    ground.stack.push_async_callback(keys.close)
    return TokenCheck(keys, credentials.app_id)
