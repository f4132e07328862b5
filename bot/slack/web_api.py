"""Calls to Slack's Web API, with failures as errors of the messenger port."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import timedelta

from aiohttp import ClientError, ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.ports.messenger import DeliveryError, RefusedError, ThrottledError, UnreachableError
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
DEFAULT_WAIT = timedelta(seconds=30)
TIMEOUT_SECONDS = 10


def web_client(token: str, base_url: str, session: ClientSession) -> AsyncWebClient:
    """A client on the shared session. It never retries: a post whose answer is missing may have arrived."""
    return AsyncWebClient(token=token, base_url=base_url, session=session, timeout=TIMEOUT_SECONDS, retry_handlers=[])


async def call_slack(call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    """Await a call of the Web API; returns Slack's answer.

    Raises `ThrottledError`, `RefusedError` (its text is Slack's error code) or `UnreachableError`.
    """
    try:
        return await call
    except SlackApiError as error:
        raise _delivery_error(error) from error
    except (ClientError, OSError, TimeoutError) as error:
        raise UnreachableError(f"Slack did not answer: {type(error).__name__}") from error


def _delivery_error(error: SlackApiError) -> DeliveryError:
    response = error.response
    if not isinstance(response, AsyncSlackResponse):  # not JSON, such as the error page of a proxy
        return UnreachableError("Slack's answer could not be read")
    reason = str(response.data.get("error")) if isinstance(response.data, dict) else "unreadable"
    status = response.status_code
    if status == 429 or reason in RATE_LIMITED:
        seconds = str(response.headers.get("Retry-After", ""))
        return ThrottledError(timedelta(seconds=int(seconds)) if seconds.isdigit() else DEFAULT_WAIT)
    if status >= 500 or reason in RETRYABLE:
        return UnreachableError(f"Slack answered {status} {reason}")
    return RefusedError(reason, whole_workspace=reason in WORKSPACE_IS_GONE, closed=CHANNEL_IS_CLOSED.get(reason))
