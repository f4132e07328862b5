"""Slack, put together: the client of its Web API, the Bolt app, HTTP or Socket Mode, and the messenger."""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient

from bot.ports.context import Context
from bot.ports.messenger import DeliveryError, UnreachableError
from bot.ports.platform import Platform, PlatformDeps
from bot.settings import SettingsError, SlackCredentials
from bot.slack.app import Workspace, slack_app
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


async def slack_platform(credentials: SlackCredentials, api_url: str, deps: PlatformDeps) -> Platform:
    """Slack's face. Raises `SettingsError` when Slack refuses the token or cannot be reached."""
    slack = web_client(credentials.bot_token, api_url, deps.session)
    workspace = await _introduced(slack)
    seen = WorkspaceInstalled(PLATFORM, workspace.team_id, workspace.team)
    await deps.database.write(workspace_installed, seen, deps.clock.now())
    words, directory = Texts(SlackMarkup(), COMMAND), SlackDirectory(slack)
    context = Context(deps.database, deps.clock, deps.wake, directory, words, workspace.bot_user)
    app = slack_app(SlackContext(context, directory, deps.background), slack)
    messenger = SlackMessenger(lambda _workspace: slack, words)
    told = {"workspace": workspace.team_id}
    if credentials.app_token is None:
        endpoint = SlackEndpoint(app, credentials.signing_secret or "")
        return Platform(
            PLATFORM, messenger, routes={"/slack/events": endpoint.handle}, log_fields={**told, "over": "HTTP"}
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
        log_fields={**told, "over": "Socket Mode"},
    )


async def _introduced(slack: AsyncWebClient) -> Workspace:
    """Ask Slack whose token this is. Raises `SettingsError` when Slack refuses it or cannot be reached."""
    try:
        answer = await call_slack(slack.auth_test())
    except UnreachableError as error:
        raise SettingsError("SLACK_API_URL", f"SLACK_API_URL cannot be reached at the start: {error}.") from error
    except DeliveryError as error:
        raise SettingsError("SLACK_BOT_TOKEN", f"SLACK_BOT_TOKEN is refused by Slack: {error}.") from error
    return Workspace(team_id=str(answer["team_id"]), team=str(answer["team"]), bot_user=str(answer["user_id"]))
