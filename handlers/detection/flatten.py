"""Flatten a post into lines of Slack markup: its text, blocks, attachments and cards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from handlers.detection.types import Post

MAX_DEPTH = 8
"""The maximum nesting of blocks; platforms allow less."""

_TEXT_BLOCKS = frozenset({"section", "header", "markdown", "plain_text", "mrkdwn", "raw_text", "TextBlock", "TextRun"})
_CONTAINERS = ("items", "columns", "body", "cells", "rows")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def flatten(post: Post) -> str:
    """Return the post as one text in Slack markup (or HTML), one line per field, without repetitions.

    Slack repeats the blocks in `text` as a fallback, and CRM apps repeat a title in every part: a piece that an earlier
    one contains is left out.
    """
    if not post.blocks and not post.attachments:
        return post.text
    pieces = [post.text, *_lines_of(post.blocks), *_attachments(post.attachments)]
    kept: list[str] = []
    seen = ""
    for piece in pieces:
        bare = _without_markup(piece)
        if bare and bare not in seen:
            kept.append(piece)
            seen += bare + "\n"
    return "\n".join(kept)


def _without_markup(piece: str) -> str:
    return "".join(character for character in piece.lower() if character.isalnum() or character in "$€£¥%")


def _lines_of(blocks: object, depth: int = 0) -> Iterator[str]:
    if depth > MAX_DEPTH:
        return
    for block in _mappings(blocks):
        yield from _block(block, depth)


def _block(block: Mapping[str, Any], depth: int) -> Iterator[str]:
    kind = _string(block.get("type"))
    elements = _mappings(block.get("elements"))
    if kind in _TEXT_BLOCKS:
        for one in (
            block if isinstance(block.get("text"), str) else block.get("text"),
            *_mappings(block.get("fields")),
        ):
            yield from _texts(one)
    elif kind == "context":
        yield from (line for element in elements for line in _texts(element))
    elif kind == "rich_text":
        yield from (line for element in elements for line in _rich_text(element, depth))
    elif kind == "actions":
        yield from (f"<{url}>" for element in elements if (url := _string(element.get("url"))))
    elif kind == "table":
        yield from _table(block.get("rows"), depth)
    elif kind == "FactSet":
        yield from _pairs(block.get("facts"), "title")
    elif kind == "RichTextBlock":
        yield "".join(_string(run.get("text")) for run in _mappings(block.get("inlines")))
    else:
        for inside in _CONTAINERS:
            yield from _lines_of(block.get(inside), depth + 1)


def _table(rows: object, depth: int) -> Iterator[str]:
    for row in rows if isinstance(rows, list) and depth < MAX_DEPTH else ():
        yield ": ".join(line for cell in _mappings(row) for line in _block(cell, depth + 1))


def _rich_text(element: Mapping[str, Any], depth: int) -> Iterator[str]:
    if depth > MAX_DEPTH:
        return
    inner = element.get("elements")
    match element.get("type"):
        case "rich_text_list":
            for item in _mappings(inner):
                yield from (f"• {line}" for line in _rich_text(item, depth + 1))
        case "rich_text_quote":
            yield "> " + "".join(_inline(inner))
        case "rich_text_preformatted":
            yield f"```{''.join(_inline(inner))}```"
        case "rich_text_section":
            yield "".join(_inline(inner))


def _inline(elements: object) -> Iterator[str]:
    for element in _mappings(elements):
        style = element.get("style")
        style = style if isinstance(style, Mapping) else {}
        if style.get("strike") or style.get("code"):
            continue
        match element.get("type"):
            case "text":
                text = _string(element.get("text")).translate(_ESCAPES)
                yield _bold(text) if style.get("bold") else text
            case "link":
                text = _string(element.get("text")).translate(_ESCAPES)
                yield f"<{_string(element.get('url'))}|{text}>"
            case "user":
                yield f"<@{_string(element.get('user_id'))}>"
            case "emoji":
                yield f":{_string(element.get('name'))}:"


def _bold(text: str) -> str:
    """Set bold marks right at the words, as a person would."""
    bare = text.strip()
    return text.replace(bare, f"*{bare}*", 1) if bare else text


def _attachments(attachments: Iterable[object]) -> Iterator[str]:
    for attachment in _mappings(attachments):
        if attachment.get("is_msg_unfurl") or attachment.get("is_share") or attachment.get("from_url"):
            continue  # a quoted message of another person, or the preview of a linked page
        before = False
        for line in _attachment(attachment):
            before = True
            yield line
        if not before:
            yield _string(attachment.get("fallback"))


def _attachment(attachment: Mapping[str, Any]) -> Iterator[str]:
    for part in ("pretext", "author_name"):
        if line := _string(attachment.get(part)):
            yield line
    title, url = _string(attachment.get("title")), _string(attachment.get("title_link"))
    if title:
        yield f"<{url}|{title}>" if url else title
    if line := _string(attachment.get("text")):
        yield line
    yield from _pairs(attachment.get("fields"), "title")
    yield from _lines_of(attachment.get("blocks"))
    content = attachment.get("content")
    if isinstance(content, Mapping):
        yield from _teams_card(content)


def _teams_card(content: Mapping[str, Any]) -> Iterator[str]:
    """An Adaptive Card, an Office 365 connector card, or a simple card of title and text."""
    for part in ("title", "subtitle", "summary", "text"):
        if line := _string(content.get(part)):
            yield line
    yield from _lines_of(content.get("body"))
    for section in _mappings(content.get("sections")):
        for part in ("activityTitle", "activitySubtitle", "activityText", "title", "text"):
            if line := _string(section.get(part)):
                yield line
        yield from _pairs(section.get("facts"), "name")
    for action in (*_mappings(content.get("actions")), *_mappings(content.get("potentialAction"))):
        for place in (action, *_mappings(action.get("targets"))):
            if url := _string(place.get("url") or place.get("uri")):
                yield f"<{url}>"


def _pairs(fields: object, name: str) -> Iterator[str]:
    for one in _mappings(fields):
        title, value = _string(one.get(name)).strip(), _string(one.get("value")).strip()
        if title and value:
            yield (
                f"{title.rstrip(':*')}: {value}"
                if not title.startswith("*")
                else f"{title.strip('*').rstrip(':')}: {value}"
            )
        elif title or value:
            yield title or value


def _texts(composition: object) -> Iterator[str]:
    if isinstance(composition, Mapping):
        text = composition.get("text")
        if isinstance(text, str) and text:
            yield text


def _mappings(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list | tuple):
        yield from (one for one in value if isinstance(one, Mapping))


def _string(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return ""
    return str(value) if isinstance(value, str | int | float) else ""
