"""How the client encodes typed text; the seeds; and the workspace clock."""

from __future__ import annotations

import pytest

from sandbox.clock import WorkspaceClock
from sandbox.config import SandboxConfig
from sandbox.mrkdwn import typed
from sandbox.seeds import SEEDS, seeded
from sandbox.workspace import Workspace


@pytest.fixture
def workspace() -> Workspace:
    return seeded(SandboxConfig(), WorkspaceClock("Europe/London"))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("R&D <3", "R&amp;D &lt;3"),
        ("@ada and @Bruno, hi", "<@U0ADAKEMP> and <@U0BRUNOSV>, hi"),
        ("mail ada@example.com", "mail <mailto:ada@example.com|ada@example.com>"),
        ("@nobody", "@nobody"),
        ("@channel!", "<!channel>!"),
        ("see https://example.com/a?b=1&c=2.", "see <https://example.com/a?b=1&amp;c=2>."),
        ("(https://example.com)", "(<https://example.com>)"),
        ("#nowhere", "#nowhere"),
        ("well done :tada: 10:30:15", "well done :tada: 10:30:15"),
        ("", ""),
    ],
)
def test_typed_text(workspace: Workspace, text: str, written: str) -> None:
    assert typed(workspace, text)[0] == written


def test_a_channel_is_named_by_its_id(workspace: Workspace) -> None:
    wins = workspace.channel_by_name("wins")
    assert wins is not None
    written, elements = typed(workspace, "in #wins now")
    assert written == f"in <#{wins.id}|wins> now"
    assert elements == [
        {"type": "text", "text": "in "},
        {"type": "channel", "channel_id": wins.id},
        {"type": "text", "text": " now"},
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_seed_makes_a_workspace(seed: str) -> None:
    clock = WorkspaceClock("Europe/London")
    workspace = seeded(SandboxConfig(seed=seed), clock)
    general = workspace.channel_by_name("general")
    assert general is not None
    assert workspace.bot_user_id in general.members
    said = [message for channel in workspace.channels.values() for message in channel.messages.values()]
    assert bool(said) is (seed in ("lively", "shared"))
    assert all(float(message.ts) < clock.now() for message in said)
    assert all(workspace.unread(channel, "U0ADAKEMP") == 0 for channel in workspace.channels.values())


def test_next_monday_is_never_today() -> None:
    saturday = 1_700_301_600.0  # 2023-11-18 10:00 UTC
    clock = WorkspaceClock("Europe/London", lambda: saturday)
    clock.move("next monday 9:00")
    assert clock.iso() == "2023-11-20T09:00:00+00:00"
    clock.move("next monday 9:00")
    assert clock.iso() == "2023-11-27T09:00:00+00:00"
    clock.move("next friday")
    assert clock.iso() == "2023-12-01T00:00:00+00:00"
    clock.move("-1h")
    assert clock.iso() == "2023-11-30T23:00:00+00:00"
