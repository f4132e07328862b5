"""The configuration of a sandbox: URLs, tokens, and the app's scopes, events, commands and shortcuts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

ALL_BOT_SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "channels:join",
        "channels:read",
        "chat:write",
        "commands",
        "dnd:read",
        "files:read",
        "files:write",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "metadata.message:read",
        "pins:write",
        "reactions:read",
        "reactions:write",
        "team:read",
        "users.profile:read",
        "users:read",
        "users:read.email",
    }
)

ALL_EVENTS = frozenset(
    {
        "app_home_opened",
        "app_mention",
        "app_uninstalled",
        "channel_archive",
        "channel_deleted",
        "channel_id_changed",
        "channel_left",
        "channel_rename",
        "channel_shared",
        "channel_unarchive",
        "channel_unshared",
        "group_archive",
        "group_deleted",
        "group_left",
        "group_rename",
        "group_unarchive",
        "member_joined_channel",
        "member_left_channel",
        "message.channels",
        "message.groups",
        "message.im",
        "reaction_added",
        "reaction_removed",
        "team_rename",
        "tokens_revoked",
        "user_change",
    }
)


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command that the app declares; `should_escape` turns @names and #channels into ids."""

    command: str
    description: str
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A shortcut that the app declares; `type` is `message` or `global`."""

    type: str
    name: str
    callback_id: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class SandboxConfig:
    """The settings of a sandbox. `answer_within` is how long Slack waits for the bot, in real seconds."""

    port: int = 8010
    bot_url: str | None = None
    bot_clock_url: str | None = None
    seed: str = "lively"
    app_name: str = "FirstCall"
    bot_token: str = "xoxb-sandbox"  # noqa: S105 - a fixed development value, good for nothing else
    app_token: str = "xapp-sandbox"  # noqa: S105
    signing_secret: str = "sandbox-signing-secret"  # noqa: S105
    client_id: str = "sandbox-client"
    client_secret: str = "sandbox-client-secret"  # noqa: S105
    scopes: frozenset[str] = ALL_BOT_SCOPES
    events: frozenset[str] = ALL_EVENTS
    commands: tuple[Command, ...] = (
        Command("/firstcall", "Your deals and their alignment calls", "help | won | list | show | call", True),
    )
    shortcuts: tuple[Shortcut, ...] = (
        Shortcut("message", "Closed deal", "closed_deal", "This message is a deal that was closed"),
        Shortcut("message", "Log a challenge", "log_challenge", "This message says what went wrong at a customer"),
    )
    rate_limits: bool = True
    answer_within: float = 3.0
    trigger_lifetime: float = 3.0
    messages_per_channel: int = 5_000
    timezone: str = "Europe/London"


def with_manifest(config: SandboxConfig, manifest: dict[str, Any]) -> SandboxConfig:
    """The configuration with the name, scopes, events, commands and shortcuts that a Slack app manifest declares.

    A part that the manifest leaves out is empty, as in Slack: so the sandbox also tests the manifest.
    Raises `ValueError` if it is not a manifest.
    """
    try:
        return _declared(config, manifest)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"that is no Slack app manifest ({error!r})") from error


def _declared(config: SandboxConfig, manifest: dict[str, Any]) -> SandboxConfig:
    features = manifest.get("features", {})
    scopes = manifest.get("oauth_config", {}).get("scopes", {}).get("bot", [])
    events = manifest.get("settings", {}).get("event_subscriptions", {}).get("bot_events", [])
    return replace(
        config,
        app_name=manifest.get("display_information", {}).get("name", config.app_name),
        scopes=frozenset(scopes),
        events=frozenset(events),
        commands=tuple(
            Command(
                each["command"],
                each.get("description", ""),
                each.get("usage_hint", ""),
                bool(each.get("should_escape", False)),
            )
            for each in features.get("slash_commands", [])
        ),
        shortcuts=tuple(
            Shortcut(each["type"], each["name"], each["callback_id"], each.get("description", ""))
            for each in features.get("shortcuts", [])
        ),
    )
