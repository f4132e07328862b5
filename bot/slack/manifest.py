"""The app manifest for Slack, with the minimum of scopes."""

from __future__ import annotations

COMMAND = "/firstcall"
"""The slash command."""
LOG_CHALLENGE = "log_challenge"
"""The callback id of the shortcut that logs a challenge."""

SCOPES = {
    "channels:history": "To hear a deal in the public channels that it was invited to",
    "channels:read": "To know what such a channel is called, who made it, and when it is invited to one",
    "chat:write": "To write to the rep, and the week's wins to the wins channel",
    "commands": "For /firstcall and the shortcuts on messages",
    "dnd:read": "To hold reminders back while a rep has paused notifications; works without, too",
    "files:write": "To send the rep a calendar file of the call that they scheduled",
    "groups:history": "To hear a deal in the private channels that it was invited to",
    "groups:read": "The same of a private channel",
    "im:history": "To hear a deal told in a direct message, and to check whether its own message arrived",
    "im:write": "To open the direct message to the rep",
    "pins:write": "To pin a handoff brief when its rep asks for it; everything else works without",
    "users:read": "To know a rep's name, time zone and region, so that reminders come in working hours and amounts "
    "look as they write them, and who is an admin",
}
"""Each requested scope, with the reason that admins read (docs/slack.md)."""

EVENTS = (
    "app_home_opened",
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
    "message.channels",
    "message.groups",
    "message.im",
    "tokens_revoked",
    "user_change",
)
"""Each needs only the scopes above, or none. `user_change`: a rep who moves gets reminders in the new time zone."""


def manifest(*, request_url: str | None = None, socket_mode: bool = False) -> dict[str, object]:
    """The manifest as Slack's schema wants it.

    `request_url` is the public https address of the bot without a path; `socket_mode` does not need one.
    """
    url = f"{request_url.rstrip('/')}/slack/events" if request_url else None
    command_url = {"url": url} if url else {}
    request_urls = {"request_url": url} if url else {}
    return {
        "display_information": {
            "name": "FirstCall",
            "description": "Gets the first call after the order made, and guards what was promised on it",
            "background_color": "#1f3a2e",
            "long_description": (
                "The first call after the order is the most important call of the sale. FirstCall hears when a deal "
                "closes, asks the rep to call the customer today, leads through the alignment of what they expect with "
                "what was promised, keeps the customer's agreement to every single statement, and posts the week's "
                "wins. It reads only the channels that it is invited to, and keeps no message that is not a deal."
            ),
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "FirstCall", "always_online": True},
            "slash_commands": [
                {
                    "command": COMMAND,
                    "description": "Your deals and their alignment calls",
                    "usage_hint": "help | next | won Northwind $45k | list | call northwind | team | settings",
                    "should_escape": True,
                    **command_url,
                }
            ],
            "shortcuts": [
                {
                    "name": "Closed deal",
                    "type": "message",
                    "callback_id": "closed_deal",
                    "description": "Tell FirstCall that this message is a deal you closed",
                },
                {
                    "name": "Log a challenge",
                    "type": "message",
                    "callback_id": LOG_CHALLENGE,
                    "description": "Log what went wrong at a customer, and tell them in time",
                },
            ],
        },
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS), **request_urls},
            "interactivity": {"is_enabled": True, **request_urls},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": False,
        },
    }
