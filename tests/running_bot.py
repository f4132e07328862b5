"""Settings of a bot that runs in the process of its tests, on a simulated Slack or Teams."""

from __future__ import annotations

from pydantic import SecretStr

from bot.settings import Settings
from sandbox.config import SandboxConfig
from sandbox.teams.server import TeamsSandbox

APP_ID = "11111111-2222-4333-8444-555555555555"
PASSWORD = "the-bots-own-secret"
TENANT = "99999999-8888-4777-8666-555555555555"


def slack_settings(database_url: str, config: SandboxConfig, api_url: str, *, socket_mode: bool = False) -> Settings:
    """A bot for the simulated Slack with this configuration, over HTTP or Socket Mode."""
    return Settings(
        _env_file=None,
        database_url=database_url,
        slack_bot_token=config.bot_token,
        slack_signing_secret=None if socket_mode else config.signing_secret,
        slack_app_token=config.app_token if socket_mode else None,
        slack_api_url=api_url,
        port=0,
        development=True,
    )


def teams_settings(database_url: str, sandbox: TeamsSandbox) -> Settings:
    """A bot for the simulated Teams."""
    return Settings(
        _env_file=None,
        database_url=database_url,
        microsoft_app_id=APP_ID,
        microsoft_app_password=SecretStr(PASSWORD),
        microsoft_app_tenant_id=TENANT,
        teams_sandbox=sandbox.url,
        port=0,
    )
