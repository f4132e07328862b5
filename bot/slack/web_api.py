"""Calls to Slack's Web API, with failures as errors of the messenger port."""

from __future__ import annotations

from collections.abc import Awaitable

from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.ports.messenger import DeliveryError, RefusedError, ThrottledError, UnreachableError
from bot.ports.retry_after import retry_after
from bot.slack.web_client import SlackWebClient
from handlers.team.closed_channels import Closed

WORKSPACE_IS_GONE = frozenset(
    {
        "access_denied",
        "account_inactive",
        "app_uninstalled",
        "ekm_access_denied",
        "invalid_auth",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
    }
)
"""Nothing can be sent to the workspace until somebody reinstalls the app or sets another token."""
CHANNEL_IS_CLOSED = {
    "is_archived": Closed.ARCHIVED,
    "channel_not_found": Closed.DELETED,
    "not_in_channel": Closed.LEFT,
}
"""Nothing can be posted in the channel until it is there again and the bot is in it."""
RETRYABLE = frozenset(
    {
        "external_channel_migrating",
        "fatal_error",
        "internal_error",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
        "update_failed",
    }
)
"""Temporary errors. `team_added_to_org`: the workspace is being migrated, which takes a while."""
RATE_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})


def web_client(token: str, base_url: str, session: ClientSession) -> SlackWebClient:
    """A client on the shared session."""
    return SlackWebClient(token, base_url, session)


async def call_slack(call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    """Await a call of the Web API; returns Slack's answer.

    Raises `ThrottledError`, `RefusedError` (its text is Slack's error code) or `UnreachableError`.
    """
    try:
        return await call
    except SlackApiError as error:
        raise _delivery_error(error) from error
    except (SlackClientError, OSError) as error:
        raise UnreachableError(f"Slack did not answer: {type(error).__name__}") from error


def _delivery_error(error: SlackApiError) -> DeliveryError:
    response = error.response
    if not isinstance(response, AsyncSlackResponse) or not isinstance(response.data, dict):
        return UnreachableError("Slack's answer could not be read")
    reason, status = str(response.data.get("error")), response.status_code
    header = response.headers.get("Retry-After")
    if status == 429 or reason in RATE_LIMITED:
        return ThrottledError(retry_after(header))
    if status >= 500 or reason in RETRYABLE:
        return UnreachableError(f"Slack answered {status} {reason}", None if header is None else retry_after(header))
    return RefusedError(reason, whole_workspace=reason in WORKSPACE_IS_GONE, closed=CHANNEL_IS_CLOSED.get(reason))
