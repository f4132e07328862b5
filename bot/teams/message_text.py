"""A message of Teams as the detector reads it: what was typed, and what stands on cards that came with it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from bot.teams.activity import IncomingActivity, Json
from bot.teams.message_html import HtmlText, read_html
from handlers.detection import Post, looks_idle

HTML = "text/html"
_CARD = ".card."
"""Part of every content type of a card: Adaptive Cards, connectors' cards (O365), hero and thumbnail cards."""
_AT = re.compile(r"</?at(?:\s[^<>]*)?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MessageText:
    """What the detector reads, what people read, and the message that is answered to by quoting it."""

    post: Post
    text: str
    quotes: str | None


def is_idle(activity: IncomingActivity) -> bool:
    """Nearly every message: somebody typed it, nothing is attached to it that tells anything, and neither does it."""
    if activity.person is None or any(_cards(activity.json)):
        return False
    return looks_idle(activity.text or _html(activity.json))


def activity_text(activity: IncomingActivity) -> MessageText:
    """The message of a turn. Its HTML is better than its text, which holds what they quote, too."""
    html = _html(activity.json)
    read = read_html(html, _bot_name(activity)) if html else _plain(activity.text)
    return _written(read, activity.json, by_app=activity.person is None)


def payload_text(payload: Json) -> MessageText:
    """The message that an action of ours was chosen on, as Teams describes it there."""
    body, sender = _object(payload, "body"), _object(payload, "from")
    content = _string(body, "content")
    read = read_html(content) if body.get("contentType") == "html" else _plain(content)
    return _written(read, payload, by_app=not _object(sender, "user") and bool(_object(sender, "application")))


def mentions(activity: IncomingActivity) -> dict[str, str]:
    """Who is mentioned in the message: Teams' id by the name that stands there."""
    found = {}
    for entity in _objects(activity.json, "entities"):
        if entity.get("type") == "mention":
            name = unescape(_AT.sub("", _string(entity, "text"))).strip()
            found[name] = _string(_object(entity, "mentioned"), "id")
    return found


def _bot_name(activity: IncomingActivity) -> str | None:
    return next((name for name, user in mentions(activity).items() if user == activity.bot), None)


def _plain(text: str) -> HtmlText:
    return HtmlText(unescape(_AT.sub("", text)).strip(), text, None)


def _written(read: HtmlText, message: Json, *, by_app: bool) -> MessageText:
    cards = tuple({"content": card} for card in _cards(message))
    return MessageText(
        Post(read.marked, attachments=cards, source="teams", author_is_bot=by_app), read.shown, read.quotes
    )


def _html(activity: Json) -> str:
    found = (each for each in _objects(activity, "attachments") if each.get("contentType") == HTML)
    return next((content for each in found if (content := _string(each, "content"))), "")


def _cards(message: Json) -> Iterator[Json]:
    for attachment in _objects(message, "attachments"):
        if _CARD in _string(attachment, "contentType"):
            content = _parsed(attachment.get("content"))
            if isinstance(content, dict):
                yield content


def _parsed(content: Any) -> Any:
    """A card is an object, or the text of one."""
    if not isinstance(content, str):
        return content
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _object(holder: Json, name: str) -> Json:
    found = holder.get(name)
    return found if isinstance(found, dict) else {}


def _objects(holder: Json, name: str) -> list[Json]:
    found = holder.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _string(holder: Json, name: str) -> str:
    found = holder.get(name)
    return found if isinstance(found, str) else ""
