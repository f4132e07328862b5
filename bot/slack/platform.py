"""Assembles the Slack platform: the Web API client, the Bolt app, HTTP or Socket Mode, the messenger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from slack_sdk.web.async_client import AsyncWebClient

from bot.ports.context import Context
from bot.ports.messenger import DeliveryError, UnreachableError
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
from bot.slack.socket_mode import SocketMode
from bot.slack.web_api import call_slack, web_client
from bot.ui.texts import Texts
from handlers.workspace.installed import WorkspaceInstalled, workspace_installed


async def slack_platform(credentials: SlackCredentials, api_url: str, deps: PlatformDeps) -> Platform:
    """The Slack platform. Raises `SettingsError` if Slack refuses the token or cannot be reached."""
    client = web_client(credentials.bot_token, api_url, deps.session)
    installation = await _token_installation(client)
    installed = WorkspaceInstalled(PLATFORM, installation.workspace, installation.team)
    await deps.database.write(workspace_installed, installed, deps.clock.now())
    slack = slack_context(client, installation, deps)
    app = slack_app(slack, client)
    messenger = SlackMessenger(lambda _workspace: client, slack.context.texts, slack.directory)
    log_fields = {"workspace": installation.workspace}
    if credentials.app_token is None:
        endpoint = SlackEndpoint(app, credentials.signing_secret or "")
        return Platform(
            PLATFORM, messenger, routes={"/slack/events": endpoint.handle}, log_fields={**log_fields, "over": "HTTP"}
        )
    socket = SocketMode(app, credentials.app_token)

    async def connect() -> None:
        deps.exit_stack.push_async_callback(socket.close)
        await socket.connect()

    return Platform(
        PLATFORM,
        messenger,
        readiness_checks={"socket": socket.connected},
        connect=connect,
        log_fields={**log_fields, "over": "Socket Mode"},
    )


def slack_context(client: AsyncWebClient, installation: Installation, deps: PlatformDeps) -> SlackContext:
    """What all listeners share."""
    directory = SlackDirectory(client, installation=installation)
    context = Context(
        database=deps.database,
        clock=deps.clock,
        wake=deps.wake,
        directory=directory,
        texts=Texts(SlackMarkup(), COMMAND),
        bot_user=installation.bot_user,
    )
    return SlackContext(context, directory, deps.background, installation)


async def _token_installation(client: AsyncWebClient) -> Installation:
    """Ask Slack whose token this is. Raises `SettingsError` if Slack refuses it or cannot be reached."""
    try:
        answer = await call_slack(client.auth_test())
    except UnreachableError as error:
        raise SettingsError("SLACK_API_URL", f"SLACK_API_URL cannot be reached at the start: {error}.") from error
    except DeliveryError as error:
        raise SettingsError("SLACK_BOT_TOKEN", f"SLACK_BOT_TOKEN is refused by Slack: {error}.") from error
    return Installation.from_auth_test(cast("Mapping[str, Any]", answer.data))
