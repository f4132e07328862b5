"""Assembles the Slack platform: the Web API client, the Bolt app, HTTP or Socket Mode, the messenger."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.ports.context import Context
from bot.ports.messenger import DeliveryError, ThrottledError, UnreachableError
from bot.ports.platform import Platform, PlatformDeps
from bot.settings import SettingsError, SlackCredentials
from bot.slack.app import slack_app
from bot.slack.context import SlackContext
from bot.slack.directory import SlackDirectory
from bot.slack.endpoint import SlackEndpoint
from bot.slack.manifest import COMMAND
from bot.slack.messenger import SlackMessenger
from bot.slack.mrkdwn import SlackMarkup
from bot.slack.payload import PLATFORM
from bot.slack.socket_mode import SocketMode
from bot.slack.web_api import call_slack, web_client
from bot.ui.texts import Texts
from handlers.workspace.installed import WorkspaceInstalled, workspace_installed


@dataclass(frozen=True, slots=True)
class Workspace:
    """The workspace that the bot token belongs to."""

    team_id: str
    team: str
    bot_user: str


async def slack_platform(credentials: SlackCredentials, api_url: str, deps: PlatformDeps) -> Platform:
    """The Slack platform. Raises `SettingsError` or `UnreachableError` as `_token_workspace` does."""
    client = web_client(credentials.bot_token, api_url, deps.session)
    workspace = await _token_workspace(client)
    installed = WorkspaceInstalled(PLATFORM, workspace.team_id, workspace.team)
    await deps.database.write(workspace_installed, installed, deps.clock.now())
    slack = slack_context(client, workspace.bot_user, deps)
    app = slack_app(slack, client)
    messenger = SlackMessenger(lambda _workspace: client, slack.context.texts)
    log_fields = {"workspace": workspace.team_id}
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


def slack_context(client: AsyncWebClient, bot_user: str, deps: PlatformDeps) -> SlackContext:
    """What all listeners share."""
    directory = SlackDirectory(client)
    context = Context(
        database=deps.database,
        clock=deps.clock,
        wake=deps.wake,
        directory=directory,
        texts=Texts(SlackMarkup(), COMMAND),
        bot_user=bot_user,
    )
    return SlackContext(context, directory, deps.background)


async def _token_workspace(client: AsyncWebClient) -> Workspace:
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
    except DeliveryError as error:
        raise SettingsError("SLACK_BOT_TOKEN", f"SLACK_BOT_TOKEN is refused by Slack: {error}.") from error
    return Workspace(team_id=str(answer["team_id"]), team=str(answer["team"]), bot_user=str(answer["user_id"]))
