"""Slack's mrkdwn: how the client encodes typed text, and which broadcast mentions a payload contains."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sandbox.workspace import Workspace

Json = dict[str, Any]

TYPED = re.compile(
    r"(?P<link>https?://[^\s<>|]+[^\s<>|.,;:!?'\")\]])"
    r"|(?<![\w.@+-])(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,})(?![\w-])"
    r"|(?<![\w.@/-])(?P<domain>(?:[A-Za-z0-9-]+\.)+(?:ai|app|co|com|de|dev|io|net|org|uk)(?:/[^\s<>|]*[\w/])?)(?![\w@-])"
    r"|(?<![\w@])@(?P<name>[A-Za-z0-9._-]*[A-Za-z0-9])"
    r"|(?<![\w#&])#(?P<channel>[a-z0-9_-]+)"
    r"|(?<![\w:]):(?P<emoji>[a-z0-9_+'-]+):(?![\w:])"
)
BROADCAST = re.compile(r"<!(channel|here|everyone)(?:\|[^>]*)?>")
BARE_BROADCAST = re.compile(r"(?<![\w<!@])@(channel|here|everyone)\b")
SCHEMES = {"link": "", "mail": "mailto:", "domain": "http://"}
"""What the client adds to what it takes for an address."""
PLAIN_FIELDS = frozenset({"accessibility_label", "alt_text", "value"})
"""Fields that hold plain text and no mrkdwn."""
BROADCAST_NAMES = frozenset({"channel", "here", "everyone"})


def escape(text: str) -> str:
    """Escape `&`, `<` and `>` as Slack does in every text."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def typed(workspace: Workspace, text: str) -> tuple[str, list[Json]]:
    """Encode typed text as the client does: Slack's escaped `text`, and the elements of its rich_text section."""
    written: list[str] = []
    elements: list[Json] = []
    end = 0
    for match in TYPED.finditer(text):
        token = _token(workspace, match)
        if token is None:
            continue
        _plain(text[end : match.start()], written, elements)
        written.append(token[0])
        elements.append(token[1])
        end = match.end()
    _plain(text[end:], written, elements)
    return "".join(written), elements


def _plain(text: str, written: list[str], elements: list[Json]) -> None:
    if text:
        written.append(escape(text))
        elements.append({"type": "text", "text": text})


def _token(workspace: Workspace, match: re.Match[str]) -> tuple[str, Json] | None:
    kind, value = str(match.lastgroup), str(match.group(str(match.lastgroup)))
    if kind in SCHEMES:
        return _link(f"{SCHEMES[kind]}{value}", value)
    if kind == "emoji":
        return f":{value}:", {"type": "emoji", "name": value}
    if kind == "channel":
        channel = workspace.channel_by_name(value)
        if channel is None:
            return None
        return f"<#{channel.id}|{channel.name}>", {"type": "channel", "channel_id": channel.id}
    if value in BROADCAST_NAMES:
        return f"<!{value}>", {"type": "broadcast", "range": value}
    person = workspace.by_name(value)
    return None if person is None else (f"<@{person.id}>", {"type": "user", "user_id": person.id})


def _link(url: str, shown: str) -> tuple[str, Json]:
    if url == shown:
        return f"<{escape(url)}>", {"type": "link", "url": url}
    return f"<{escape(url)}|{escape(shown)}>", {"type": "link", "url": url, "text": shown}


def escape_mentions(workspace: Workspace, text: str) -> str:
    """Encode the text of a slash command with `should_escape`: as typed text, but mentions carry the name, too."""
    plain, _ = typed(workspace, text)
    return re.sub(r"<@(U\w+)>", lambda found: f"<@{found[1]}|{workspace.people[found[1]].name}>", plain)


def broadcasts_in(value: Any, *, bare: bool = False) -> list[str]:
    """The broadcast mentions in a payload: `channel`, `here`, `everyone`, in order of appearance, each once.

    `value` is a text, blocks or attachments. Slack does not notify anybody for `plain_text` objects, so they do not
    count. `bare` also finds `@channel` (as Slack does with `link_names`).
    """
    return list(dict.fromkeys(_find_broadcasts(value, bare)))


def _find_broadcasts(value: Any, bare: bool) -> Iterator[str]:
    if isinstance(value, str):
        if "<!" in value:
            yield from BROADCAST.findall(value)
        if bare:
            yield from BARE_BROADCAST.findall(value)
    elif isinstance(value, list):
        for each in value:
            yield from _find_broadcasts(each, bare)
    elif isinstance(value, dict):
        kind = value.get("type")
        if kind == "broadcast":
            yield str(value.get("range"))
        elif kind != "plain_text":
            yield from _find_broadcasts([each for name, each in value.items() if name not in PLAIN_FIELDS], bare)
