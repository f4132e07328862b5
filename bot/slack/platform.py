"""Assembles the Slack platform: the Web API client, the Bolt app, HTTP or Socket Mode, the messenger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from slack_sdk.web.async_client import AsyncWebClient

from bot.interactions.profiles import note_presence, note_profile
from bot.ports.context import Context, HandlerContext, Member
from bot.ports.messenger import RefusedError, ThrottledError, UnreachableError
from bot.ports.platform import Platform, PlatformDeps
from bot.settings import SettingsError, SlackCredentials
from bot.slack.app import slack_app
from bot.slack.context import SlackContext
from bot.slack.directory import SlackDirectory
from bot.slack.endpoint import SlackEndpoint
from bot.slack.installation import Installation
from bot.slack.manifest import COMMAND
from bot.slack.messenger import SlackMessenger
from bot.slack.mrkdwn import SlackMarkup
from bot.slack.payload import PLATFORM
from bot.slack.pins import SlackPins
from bot.slack.socket_mode import SocketMode
from bot.slack.token_check import TokenCheck
from bot.slack.web_api import call_slack, web_client
from bot.ui.texts import Texts
from handlers.team.departures import PresenceSeen
from handlers.workspace.installed import WorkspaceInstalled, workspace_installed
from handlers.workspace.profile_changes import ProfileSeen, QuietSeen, quiet_seen


async def slack_platform(credentials: SlackCredentials, api_url: str, deps: PlatformDeps) -> Platform:
    """The Slack platform. Raises `SettingsError` or `UnreachableError` as `_token_installation` does."""
    client = web_client(credentials.bot_token, api_url, deps.session)
    installation = await _token_installation(client)
    installed = WorkspaceInstalled(PLATFORM, installation.workspace, installation.team)
    await deps.database.write(workspace_installed, installed, deps.clock.now())
    slack = slack_context(client, installation, deps)
    app = slack_app(slack, client, installation.authorization(credentials.bot_token))
    messenger = SlackMessenger(lambda _workspace: client, slack.context.texts, slack.directory)
    log_fields = {"workspace": installation.workspace}

    async def watch_token() -> None:
        deps.exit_stack.callback(slack.token.stop)
        slack.token.watch()

    async def refresh_profile(workspace: str, person: str) -> bool:
        if not await slack.directory.refresh(person):
            return False
        until = await slack.directory.quiet_until(person, deps.clock.now())
        await deps.database.write(quiet_seen, QuietSeen(PLATFORM, workspace, person, until), deps.clock.now())
        return True

    if credentials.app_token is None:
        endpoint = SlackEndpoint(app, credentials.signing_secret or "")
        return Platform(
            PLATFORM,
            messenger,
            routes={"/slack/events": endpoint.handle},
            readiness_checks={"slack_token": slack.token.ready},
            connect=watch_token,
            refresh_profile=refresh_profile,
            log_fields={**log_fields, "over": "HTTP"},
        )
    socket = SocketMode(app, credentials.app_token)

    async def connect() -> None:
        await watch_token()
        deps.exit_stack.push_async_callback(socket.close)
        await socket.connect()

    return Platform(
        PLATFORM,
        messenger,
        readiness_checks={"socket": socket.connected, "slack_token": slack.token.ready},
        connect=connect,
        refresh_profile=refresh_profile,
        log_fields={**log_fields, "over": "Socket Mode"},
    )


def slack_context(client: AsyncWebClient, installation: Installation, deps: PlatformDeps) -> SlackContext:
    """What all listeners share."""
    handlers = HandlerContext(deps.database, deps.clock, deps.wake)

    async def on_member(user_id: str, member: Member) -> None:
        await note_profile(handlers, ProfileSeen(PLATFORM, installation.workspace, user_id, member.profile))
        await note_presence(handlers, PresenceSeen(PLATFORM, installation.workspace, user_id, member.active))

    directory = SlackDirectory(client, installation=installation, on_member=on_member)
    context = Context(
        database=deps.database,
        clock=deps.clock,
        wake=deps.wake,
        directory=directory,
        texts=Texts(SlackMarkup(), COMMAND),
        bot_user=installation.bot_user,
        pin=SlackPins(client),
        public_url=deps.public_url,
    )
    token = TokenCheck(client, context, deps.background, installation.workspace)
    return SlackContext(context, directory, deps.background, installation, token)


async def _token_installation(client: AsyncWebClient) -> Installation:
    """Ask Slack whose token this is.

    Raises `SettingsError` if Slack refuses it or cannot be reached, `UnreachableError` if Slack takes no requests now.
    """
    try:
        answer = await call_slack(client.auth_test())
    except UnreachableError as error:
        raise SettingsError("SLACK_API_URL", f"SLACK_API_URL cannot be reached at the start: {error}.") from error
    except ThrottledError as error:
        raise UnreachableError(
            f"Slack takes no requests of this app for now (429): start again in {error.wait.total_seconds():.0f} s"
        ) from error
    except RefusedError as error:
        raise SettingsError("SLACK_BOT_TOKEN", f"SLACK_BOT_TOKEN is refused by Slack: {error}.") from error
    return Installation.from_auth_test(cast("Mapping[str, Any]", answer.data))
