"""The app is uninstalled or its token revoked, or the workspace is renamed."""

from __future__ import annotations

from functools import partial

import structlog
from slack_bolt.async_app import AsyncApp

from bot.slack.context import SlackContext
from bot.slack.payload import PLATFORM, Payload
from handlers.workspace.installed import WorkspaceRenamed, workspace_renamed

log = structlog.stdlib.get_logger(__name__)


def register(app: AsyncApp, slack: SlackContext) -> None:
    """Listen to `app_uninstalled`, `tokens_revoked` and `team_rename`."""
    app.event("app_uninstalled")(partial(handle_app_uninstalled, slack=slack))
    app.event("tokens_revoked")(partial(handle_tokens_revoked, slack=slack))
    app.event("team_rename")(partial(handle_team_rename, slack=slack))


async def handle_app_uninstalled(slack: SlackContext) -> None:
    """Stop sending. The event may be late: if the app was installed again since, the token works."""
    await slack.token.ask("app_uninstalled")


async def handle_tokens_revoked(event: Payload, slack: SlackContext) -> None:
    """Stop sending if it was the bot's token. The app has no tokens of people."""
    tokens = event.get("tokens")
    if isinstance(tokens, dict) and tokens.get("bot"):
        await slack.token.ask("token_revoked")


async def handle_team_rename(event: Payload, slack: SlackContext) -> None:
    """Store the workspace's new name."""
    renamed = WorkspaceRenamed(PLATFORM, slack.installation.workspace, str(event.get("name") or ""))
    await slack.context.apply(workspace_renamed, renamed)
