"""Slack, put together: the client of its Web API, the Bolt app, HTTP or Socket Mode, and the messenger."""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient

from bot.ports.context import Desk
from bot.ports.messenger import DeliveryError, UnreachableError
from bot.ports.platform import Face, Ground
from bot.settings import SettingsError, SlackCredentials
from bot.slack.app import Workspace, slack_app
from bot.slack.context import Front
from bot.slack.directory import Directory
from bot.slack.endpoint import SlackEndpoint
from bot.slack.manifest import COMMAND
from bot.slack.messenger import SlackMessenger
from bot.slack.mrkdwn import SlackMarkup
from bot.slack.payload import PLATFORM
from bot.slack.socket_mode import SocketMode
from bot.slack.web_api import asked, client
from bot.ui.texts import Words
from handlers.workspace.installed import WorkspaceSeen, welcome


async def face(credentials: SlackCredentials, api_url: str, ground: Ground) -> Face:
    """Slack's face. Raises `SettingsError` when Slack refuses the token or cannot be reached."""
    slack = client(credentials.bot_token, api_url, ground.session)
    workspace = await _introduced(slack)
    seen = WorkspaceSeen(PLATFORM, workspace.team_id, workspace.team)
    await ground.database.write(welcome, seen, ground.clock.now())
    words, directory = Words(SlackMarkup(), COMMAND), Directory(slack)
    desk = Desk(ground.database, ground.clock, directory, words, ground.wake, workspace.bot_user)
    app = slack_app(Front(desk, directory, ground.follow_ups), slack)
    messenger = SlackMessenger(lambda _workspace: slack, words)
    told = {"workspace": workspace.team_id}
    if credentials.app_token is None:
        endpoint = SlackEndpoint(app, credentials.signing_secret or "")
        return Face(PLATFORM, messenger, posts={"/slack/events": endpoint.handle}, told={**told, "over": "HTTP"})
    socket = SocketMode(app, credentials.app_token)

    async def connect() -> None:
        ground.stack.push_async_callback(socket.close)
        await socket.connect()

    return Face(
        PLATFORM,
        messenger,
        checks={"socket": socket.connected},
        connect=connect,
        told={**told, "over": "Socket Mode"},
    )


async def _introduced(slack: AsyncWebClient) -> Workspace:
    """Ask Slack whose token this is. Raises `SettingsError` when Slack refuses it or cannot be reached."""
    try:
        answer = await asked(slack.auth_test())
    except UnreachableError as error:
        raise SettingsError("SLACK_API_URL", f"SLACK_API_URL cannot be reached at the start: {error}.") from error
    except DeliveryError as error:
        raise SettingsError("SLACK_BOT_TOKEN", f"SLACK_BOT_TOKEN is refused by Slack: {error}.") from error
    return Workspace(team_id=str(answer["team_id"]), team=str(answer["team"]), bot_user=str(answer["user_id"]))
