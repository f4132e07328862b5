"""Each test that asks for `platform` runs on every platform."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import pytest

from tests.conformance.invented_platform import invented_platform
from tests.conformance.platform import PlatformUnderTest
from tests.conformance.slack_platform import slack_platform
from tests.conformance.teams_platform import teams_platform

PLATFORMS: dict[str, Callable[[str], AbstractAsyncContextManager[PlatformUnderTest]]] = {
    "typewriter": invented_platform,
    "slack": slack_platform,
    "teams": teams_platform,
}
"""A new platform is added here."""


@pytest.fixture(params=PLATFORMS)
async def platform(request: pytest.FixtureRequest, database_url: str) -> AsyncIterator[PlatformUnderTest]:
    """A running bot on one platform."""
    async with PLATFORMS[request.param](database_url) as running:
        yield running
