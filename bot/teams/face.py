"""Teams, put together: the check of tokens, the Bot Connector's client, the handling of turns, the messenger."""

from __future__ import annotations

from bot.face import Face, Ground
from bot.settings import TeamsCredentials
from bot.teams.adapter import TeamsAdapter
from bot.teams.client import Clients
from bot.teams.connector import Connector
from bot.teams.credentials import tokens_for
from bot.teams.endpoint import TeamsEndpoint
from bot.teams.front import TeamsFront
from bot.teams.introduction import Introduction
from bot.teams.keys import KeyStore
from bot.teams.messenger import TeamsMessenger
from bot.teams.plain import Plain
from bot.teams.tokens import TokenCheck
from bot.teams.trust import Trust
from bot.teams.turn import PLATFORM
from prompts.wording import Wording

OPENID_METADATA = "https://login.botframework.com/v1/.well-known/openidconfiguration"
SANDBOX_METADATA = "/v1/.well-known/openidconfiguration"


def face(credentials: TeamsCredentials, ground: Ground) -> Face:
    """Teams' face. Nobody is asked anything yet: Microsoft's keys are fetched when the first activity comes."""
    connector = Connector(Clients(ground.session, tokens_for(ground.session, credentials)))
    return Face(
        PLATFORM,
        TeamsMessenger(connector, ground.database, Plain(Wording())),
        posts={"/api/messages": endpoint(credentials, ground, connector).handle},
        told={"bot": credentials.app_id or "anonymous"},
    )


def endpoint(credentials: TeamsCredentials, ground: Ground, connector: Connector) -> TeamsEndpoint:
    """The way in: what the Bot Connector posts, checked and handed on."""
    front = TeamsFront(
        database=ground.database,
        clock=ground.clock,
        words=Wording(),
        follow_ups=ground.follow_ups,
        connector=connector,
        wake=ground.wake,
    )
    return TeamsEndpoint(
        _token_check(credentials, ground),
        Trust(credentials.tenants, loopback=not credentials.app_id or credentials.sandbox is not None),
        TeamsAdapter(connector, Introduction(front), credentials.app_id),
        front,
    )


def _token_check(credentials: TeamsCredentials, ground: Ground) -> TokenCheck | None:
    if not credentials.app_id:
        return None
    metadata = OPENID_METADATA if credentials.sandbox is None else f"{credentials.sandbox}{SANDBOX_METADATA}"
    keys = KeyStore(ground.session, metadata)
    ground.stack.push_async_callback(keys.close)
    return TokenCheck(keys, credentials.app_id)
