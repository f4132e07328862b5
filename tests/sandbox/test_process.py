"""The sandbox as its own process: it prints its URL, uses a manifest, and stops on SIGTERM."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.config import SandboxConfig, with_manifest
from tests.patience import PATIENCE

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Coach"},
    "features": {
        "slash_commands": [{"command": "/coach", "description": "Help", "should_escape": True}],
        "shortcuts": [{"type": "global", "name": "Won", "callback_id": "won"}],
    },
    "oauth_config": {"scopes": {"bot": ["chat:write"]}},
    "settings": {"event_subscriptions": {"bot_events": ["message.im"]}},
}


@asynccontextmanager
async def process(*arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", "--port", "0", *arguments, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert child.stdout is not None
        yield child, (await asyncio.wait_for(child.stdout.readline(), PATIENCE)).decode().strip()
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


async def test_it_uses_the_manifest_and_stops_on_sigterm(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps(MANIFEST), encoding="utf-8")
    async with process("--manifest", str(manifest), "--seed", "empty", "--bot-token", "xoxb-mine") as (child, url):
        assert url.startswith("http://127.0.0.1:")
        async with http.get(f"{url}/sandbox/workspace") as response:
            place = await response.json()
        assert place["bot"]["name"] == "Coach"
        assert [each["command"] for each in place["commands"]] == ["/coach"]
        assert [each["callback_id"] for each in place["shortcuts"]] == ["won"]
        async with http.post(f"{url}/api/auth.test", headers={"Authorization": "Bearer xoxb-mine"}) as response:
            assert response.headers["X-OAuth-Scopes"] == "chat:write"
        async with http.ws_connect(f"{url}/sandbox/live?as=U0ADAKEMP"):
            child.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(child.wait(), PATIENCE) == 0


async def test_an_invalid_manifest_is_reported(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text("[]", encoding="utf-8")
    async with process("--manifest", str(manifest)) as (child, url):
        assert url == ""
        assert await child.wait() == 2


@pytest.mark.parametrize("manifest", [{"features": []}, {"features": {"slash_commands": [{}]}}])
def test_something_else_than_a_manifest_is_refused(manifest: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no Slack app manifest"):
        with_manifest(SandboxConfig(), manifest)


def test_a_manifest_grants_only_what_it_declares() -> None:
    config = with_manifest(SandboxConfig(), MANIFEST)
    assert config.scopes == {"chat:write"}
    assert config.events == {"message.im"}
    assert with_manifest(SandboxConfig(), {}).scopes == frozenset()
