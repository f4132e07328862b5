"""The Teams app package: a zip file with the manifest, which asks for the least permissions, and two icons."""

from __future__ import annotations

import io
import json
import zipfile
from importlib.resources import files
from uuid import UUID, uuid5

from bot.teams import message_extension
from bot.teams.json_fields import Json

SCHEMA_VERSION = "1.24"
SCHEMA = f"https://developer.microsoft.com/json-schemas/teams/v{SCHEMA_VERSION}/MicrosoftTeams.schema.json"
LICENSE_PAGE = "https://www.apache.org/licenses/LICENSE-2.0"
"""The links of the app's page in Teams, unless the operator has a page of their own."""

RESOURCE_PERMISSIONS = {
    "ChannelMessage.Read.Group": "To hear a deal that is told in a channel of a team that FirstCall was added to",
    "ChatMessage.Read.Chat": "The same in a group chat that it was added to",
}
"""Each resource-specific permission, with the reason that admins and team owners read (docs/teams.md)."""

IN_PERSON = {
    "help": "What you can type here",
    "home": "Your deals in hand, and what is next",
    "next": "Open what is most urgent now",
    "won": "Tell of a deal: won Northwind $45k",
    "list": "Your deals; a part of a customer's name finds them",
    "show": "All that is known of a deal: show northwind",
    "call": "Lead through the alignment call: call northwind",
    "snooze": "Remind me later: snooze northwind tomorrow 10",
    "reminders": "What is planned and why, your hours, a pause",
    "settings": "What holds for you, and how to change it",
}
IN_A_GROUP = {
    "help": "What you can type here",
    "won": "Tell of a deal: won Northwind $45k",
    "team": "What the team has won this week and the last",
    "cover": "Ask a colleague to cover",
    "handover": "Pass deals to a colleague",
    "channel": "What FirstCall does in this channel",
    "summary": "The week's wins: summary here, or summary off",
}
"""The command menus, in order of appearance. Teams shows up to ten commands."""

MANIFEST, COLOR, OUTLINE = "manifest.json", "color.png", "outline.png"
ASSETS = files("bot.teams") / "assets"
ACCENT_COLOR = "#0f766e"
"""The background of the color icon."""
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of each file in the zip, so that the same package has the same bytes."""


def app_id(bot: UUID) -> UUID:
    """The default app id: always the same for one bot, and different for each bot."""
    return uuid5(bot, "firstcall")


def manifest(*, bot: UUID, app: UUID, version: str, page: str | None = None, domain: str | None = None) -> Json:
    """The manifest as Teams' schema wants it.

    `bot` is the Microsoft app id of the Azure Bot, `app` the id of the app in Teams. `version` has three numbers.
    `page` is an https address of the operator, for the links of the app's page in Teams, and `domain` its host.
    """
    page = page or LICENSE_PAGE
    return {
        "$schema": SCHEMA,
        "manifestVersion": SCHEMA_VERSION,
        "version": version,
        "id": str(app),
        "developer": {"name": "FirstCall", "websiteUrl": page, "privacyUrl": page, "termsOfUseUrl": page},
        "name": {"short": "FirstCall", "full": "FirstCall, the coach for the first call after the order"},
        "description": {
            "short": "Gets the first call after the order made, and guards what was promised",
            "full": (
                "The first call after the order is the most important call of the sale. FirstCall hears when a deal "
                "closes, asks the rep to call the customer today, leads through the alignment of what they expect with "
                "what was promised, keeps the customer's agreement to every single statement, and posts the week's "
                "wins. It reads only the channels and chats that it was added to, and keeps no message that is not a "
                "deal."
            ),
        },
        "icons": {"color": COLOR, "outline": OUTLINE},
        "accentColor": ACCENT_COLOR,
        "defaultInstallScope": "team",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot"},
        "bots": [
            {
                "botId": str(bot),
                "scopes": ["personal", "team", "groupChat"],
                "commandLists": [
                    {"scopes": ["personal"], "commands": _menu(IN_PERSON)},
                    {"scopes": ["team", "groupChat"], "commands": _menu(IN_A_GROUP)},
                ],
            }
        ],
        "composeExtensions": [
            {
                "botId": str(bot),
                "commands": [
                    {
                        "id": message_extension.COMMAND,
                        "type": "action",
                        "title": "Closed deal",
                        "description": "Tell FirstCall of a deal that you closed",
                        "context": ["message", "compose"],
                        "fetchTask": True,
                    },
                    {
                        "id": message_extension.LOG_CHALLENGE,
                        "type": "action",
                        "title": "Log a challenge",
                        "description": "Log what went wrong at a customer, and tell them in time",
                        "context": ["message", "compose"],
                        "fetchTask": True,
                    },
                ],
            }
        ],
        "validDomains": [domain] if domain else [],
        "webApplicationInfo": {"id": str(bot), "resource": f"api://botid-{bot}"},
        "authorization": {
            "permissions": {
                "resourceSpecific": [{"name": name, "type": "Application"} for name in RESOURCE_PERMISSIONS]
            }
        },
    }


def package(content: Json) -> bytes:
    """The zip file to upload: the manifest and both icons."""
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    content_by_name = {MANIFEST: text.encode("utf-8")} | {
        name: (ASSETS / name).read_bytes() for name in (COLOR, OUTLINE)
    }
    package_file = io.BytesIO()
    with zipfile.ZipFile(package_file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content_by_name.items():
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix: the default depends on the machine
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return package_file.getvalue()


def _menu(commands: dict[str, str]) -> list[Json]:
    return [{"title": title, "description": description} for title, description in commands.items()]
