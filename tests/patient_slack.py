"""A simulated Slack with our manifest that waits for us as long as a busy machine may take."""

from __future__ import annotations

from bot.slack.manifest import manifest
from sandbox.config import SandboxConfig, with_manifest

PATIENCE = 60.0
"""Seconds instead of Slack's three. What Slack does when they are over is tried in `tests/sandbox`, and that we answer
within them in `tests/browser/test_first_call.py`; anywhere else they would only measure how busy the machine is.
"""


def patient_slack(*, socket_mode: bool = False) -> SandboxConfig:
    """Of a small workspace, without rate limits."""
    config = SandboxConfig(port=0, seed="small", rate_limits=False, answer_within=PATIENCE, trigger_lifetime=PATIENCE)
    declared = manifest(socket_mode=True) if socket_mode else manifest(request_url="https://bot.example")
    return with_manifest(config, declared)
