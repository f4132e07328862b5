"""`firstcall workspace`: move deals that were stored under another company's workspace."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import click
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import WebClient

from bot.cli.database import open_database
from bot.cli.exit_codes import CommandFailed
from bot.ports.affiliation import Affiliation
from bot.settings import load_settings, require_slack
from bot.slack.directory import NOT_IN_DIRECTORY
from bot.slack.installation import Installation
from bot.slack.payload import PLATFORM
from handlers.workspace.misplaced import MoveRequest, misplaced, move

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import NoReturn

    from sqlalchemy.orm import Session

    from storage.tenant_move import Moved


class _DryRun(Exception):  # noqa: N818 (it rolls the transaction back)
    """Carries what would have been moved."""

    def __init__(self, moved: Moved) -> None:
        super().__init__()
        self.moved = moved


@click.group()
def command() -> None:
    """Move deals that were stored under the workspace of another company."""


@command.command("move")
@click.argument("workspace")
@click.option("--yes", is_flag=True, help="Do it. Without it, nothing is changed and the outcome is shown.")
def move_command(workspace: str, yes: bool) -> None:
    """Move the deals under WORKSPACE to the workspace that SLACK_BOT_TOKEN belongs to.

    An earlier version stored what was said in a partner's shared channel under the partner's workspace. Only deals of
    your own people move: Slack is asked who they are. Stop the bot first.
    """
    settings = load_settings()
    client = WebClient(require_slack(settings).bot_token, base_url=settings.slack_api_url, timeout=10)
    with open_database(settings.database_url) as database:
        found = {each.workspace: each for each in database.read_sync(misplaced, PLATFORM)}
        if workspace not in found:
            names = ", ".join(found) or "none"
            raise CommandFailed(f"{workspace} is no workspace with misplaced deals; those are: {names}")
        installation = Installation.from_auth_test(_ask(client, "auth.test"))
        owners = [who for who in found[workspace].owners if _is_own(client, installation, who)]
        request = MoveRequest(PLATFORM, workspace, installation.workspace, owners)
        moved = database.write_sync(move, request, datetime.now(UTC)) if yes else _try(database.write_sync, request)
    _report(moved, request, yes=yes)


def _try(write: Any, request: MoveRequest) -> Moved:
    """What the move would do; it is rolled back."""

    def rolled_back(session: Session, request: MoveRequest, now: datetime) -> NoReturn:
        raise _DryRun(move(session, request, now))

    try:
        write(rolled_back, request, datetime.now(UTC))
    except _DryRun as dry_run:
        return dry_run.moved
    raise AssertionError("a dry run always raises")


def _report(moved: Moved, request: MoveRequest, *, yes: bool) -> None:
    verb = "moved" if yes else "would move"
    click.echo(f"{_deals(len(moved.deals))} {verb} from {request.source} to {request.target}.")
    for deal, known in moved.twice:
        click.echo(f"Deal {deal} and deal {known} come from one message: dismiss one of them on its card.")
    if moved.left:
        click.echo(f"{_deals(moved.left)} of people of another company {'stayed' if yes else 'would stay'}.")
    if not yes:
        click.echo("Nothing was changed. To do it: stop the bot, make a backup, and add --yes.")


def _deals(count: int) -> str:
    return "1 deal" if count == 1 else f"{count} deals"


def _is_own(client: WebClient, installation: Installation, user_id: str) -> bool:
    """Whether a rep is one of the company's own people."""
    try:
        user = _ask(client, "users.info", user=user_id)["user"]
    except _Refused as refusal:
        if refusal.reason in NOT_IN_DIRECTORY:
            return False
        raise
    return installation.affiliation_of(user) is not Affiliation.EXTERNAL


class _Refused(CommandFailed):
    """Slack refused a call."""

    def __init__(self, method: str, reason: str) -> None:
        super().__init__(f"Slack refused {method}: {reason}; nothing was changed")
        self.reason = reason


def _ask(client: WebClient, method: str, **arguments: str) -> Mapping[str, Any]:
    """Call a method of the Web API.

    Raises:
        CommandFailed: Slack refused it, or cannot be reached.
    """
    try:
        return cast("Mapping[str, Any]", client.api_call(method, params=arguments).data)
    except SlackApiError as error:
        raise _Refused(method, str(error.response["error"])) from error
    except (SlackClientError, OSError) as error:
        raise CommandFailed(f"Slack cannot be reached: {error}; nothing was changed") from error
