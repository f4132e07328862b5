"""A fixture for tests that run the bot: tracebacks in the log are plain.

structlog's rich tracebacks print every local variable, which takes longer than Slack waits for an answer. A conftest
that imports the fixture uses it for all tests of its folder.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(autouse=True)
def plain_tracebacks() -> Iterator[None]:
    before = structlog.get_config()["processors"]
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*before[:-1], plain])
    yield
    structlog.configure(processors=before)
