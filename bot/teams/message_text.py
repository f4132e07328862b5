"""A Teams message as the detector reads it: the text that was typed, and the cards that apps attached."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

from bot.http.surrogates import replace_surrogates
from bot.teams.activity import IncomingActivity
from bot.teams.json_fields import Json, object_field, object_list_field, text_field
from bot.teams.message_html import HtmlText, read_html
from handlers.detection import Post, flatten, looks_idle

HTML = "text/html"
_CARD = ".card."
"""Part of the content type of every card: Adaptive Cards, Office 365 connector cards, hero and thumbnail cards."""
_AT = re.compile(r"</?at(?:\s[^<>]*)?>", re.IGNORECASE)
_QUOTED = re.compile(r"<quoted\s[^<>]*>")
"""The place of a quoted message in the plain text; an entity of the type `quotedReply` has its id."""


@dataclass(frozen=True, slots=True)
class MessageText:
    """`post` is for the detector, `text` for people; `quotes` is the id of a message that it quotes to reply to it."""

    post: Post
    text: str
    quotes: str | None


def is_idle(activity: IncomingActivity) -> bool:
    """Whether this is small talk, as nearly every message is: typed by a person, without a card or a sign of a deal."""
    if activity.person is None or any(_cards(activity.json)):
        return False
    return looks_idle(activity.text or _html(activity.json))


def activity_text(activity: IncomingActivity) -> MessageText:
    """The text of a message activity, from its HTML if it has any: the plain text contains quoted messages, too."""
    html = _html(activity.json)
    text = read_html(html, activity.bot_names) if html else _plain(activity.text)
    return _message_text(text, activity.json, by_app=activity.person is None)


def payload_text(payload: Json) -> MessageText:
    """The text of a `messagePayload`: the message that a message extension was started on."""
    body, sender = object_field(payload, "body"), object_field(payload, "from")
    content = text_field(body, "content")
    text = read_html(content) if body.get("contentType") == "html" else _plain(content)
    by_app = not object_field(sender, "user") and bool(object_field(sender, "application"))
    return _message_text(text, payload, by_app=by_app)


def _plain(text: str) -> HtmlText:
    text = _QUOTED.sub("", text).strip()
    return HtmlText(unescape(_AT.sub("", text)).strip(), text, None)


def _message_text(text: HtmlText, message: Json, *, by_app: bool) -> MessageText:
    cards = tuple({"content": card} for card in _cards(message))
    post = Post(text.marked, attachments=cards, source="teams", author_is_bot=by_app)
    return MessageText(post, flatten(replace(post, text=text.shown)), text.quotes)


def _html(message: Json) -> str:
    attachments = (each for each in object_list_field(message, "attachments") if each.get("contentType") == HTML)
    return next((content for each in attachments if (content := text_field(each, "content"))), "")


def _cards(message: Json) -> Iterator[Json]:
    for attachment in object_list_field(message, "attachments"):
        if _CARD in text_field(attachment, "contentType"):
            card = _parsed(attachment.get("content"))
            if isinstance(card, dict):
                yield card


def _parsed(content: Any) -> Any:
    """A card comes as an object, or as the JSON text of one."""
    if not isinstance(content, str):
        return content
    try:
        return replace_surrogates(json.loads(content))
    except (ValueError, RecursionError):
        return None
