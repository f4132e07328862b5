"""Assembles the Teams platform: token validation, the Bot Connector, the activity handler, the messenger."""

from __future__ import annotations

from bot.ports.platform import Platform, PlatformDeps
from bot.settings import TeamsCredentials
from bot.teams.accounts import Accounts
from bot.teams.activity import PLATFORM
from bot.teams.activity_handler import ActivityHandler
from bot.teams.connector.access_tokens import access_tokens
from bot.teams.connector.adapter import TeamsAdapter
from bot.teams.connector.allowlist import Allowlist
from bot.teams.connector.connector import Connector
from bot.teams.connector.jwt_validation import TokenValidator
from bot.teams.connector.sdk_client import SdkClients
from bot.teams.connector.signing_keys import KeyStore
from bot.teams.context import TeamsContext
from bot.teams.endpoint import TeamsEndpoint
from bot.teams.messenger import TeamsMessenger
from bot.teams.outbound_cards import CardRenderer
from prompts.wording import Wording

OPENID_METADATA = "https://login.botframework.com/v1/.well-known/openidconfiguration"
SANDBOX_METADATA = "/v1/.well-known/openidconfiguration"


def teams_platform(credentials: TeamsCredentials, deps: PlatformDeps) -> Platform:
    """The Teams platform. It makes no request yet: Microsoft's keys are fetched when the first activity arrives."""
    teams = teams_context(credentials, deps)
    return Platform(
        PLATFORM,
        TeamsMessenger(
            teams.connector, deps.database, CardRenderer(teams), tuple(sorted(teams.admins)), Accounts(teams)
        ),
        routes={"/api/messages": teams_endpoint(credentials, deps, teams).handle},
        readiness_checks={"teams_token": teams.connector.clients.ready},
        log_fields={"bot": credentials.app_id or "anonymous"},
    )


def teams_context(credentials: TeamsCredentials, deps: PlatformDeps) -> TeamsContext:
    """What the handling of every activity shares."""
    tokens = access_tokens(deps.session, credentials)
    if tokens is not None:
        deps.exit_stack.push_async_callback(tokens.close)
    return TeamsContext(
        database=deps.database,
        clock=deps.clock,
        wake=deps.wake,
        wording=Wording(),
        background=deps.background,
        connector=Connector(SdkClients(deps.session, tokens)),
        playground=not credentials.app_id,
        admins=credentials.admins,
        public_url=deps.public_url,
    )


def teams_endpoint(credentials: TeamsCredentials, deps: PlatformDeps, teams: TeamsContext) -> TeamsEndpoint:
    """The endpoint that the Bot Connector posts activities to."""
    return TeamsEndpoint(
        _token_validator(credentials, deps),
        Allowlist(credentials.tenants, loopback=not credentials.app_id or credentials.sandbox is not None),
        TeamsAdapter(teams.connector, ActivityHandler(teams), credentials.app_id),
        teams,
    )


def _token_validator(credentials: TeamsCredentials, deps: PlatformDeps) -> TokenValidator | None:
    if not credentials.app_id:
        return None
    metadata = OPENID_METADATA if credentials.sandbox is None else f"{credentials.sandbox}{SANDBOX_METADATA}"
    keys = KeyStore(deps.session, metadata)
    deps.exit_stack.push_async_callback(keys.close)
    return TokenValidator(keys, credentials.app_id)
