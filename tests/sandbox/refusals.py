"""Slack's error responses, from the exception of the Slack client."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError


async def refused(call: Awaitable[Any]) -> dict[str, Any]:
    """The response to a call that must be refused."""
    with pytest.raises(SlackApiError) as error:
        await call
    return dict(error.value.response.data)


async def refusal(call: Awaitable[Any]) -> str:
    """Slack's error name of a call that must be refused."""
    return str((await refused(call))["error"])
