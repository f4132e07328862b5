"""Teams, put together: the check of tokens, the Bot Connector's client, the handling of turns, the messenger."""

from __future__ import annotations

from bot.ports.platform import Face, Ground
from bot.settings import TeamsCredentials
from bot.teams.activity import PLATFORM
from bot.teams.activity_handler import Conversation
from bot.teams.connector.access_tokens import tokens_for
from bot.teams.connector.adapter import TeamsAdapter
from bot.teams.connector.allowlist import Trust
from bot.teams.connector.connector import Connector
from bot.teams.connector.jwt_validation import TokenCheck
from bot.teams.connector.sdk_client import Clients
from bot.teams.connector.signing_keys import KeyStore
from bot.teams.context import TeamsFront
from bot.teams.endpoint import TeamsEndpoint
from bot.teams.messenger import TeamsMessenger
from bot.teams.outbound_cards import Letters
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
