"""The Block Kit pieces that our views are made of, each within Slack's limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bot.slack.text import clip, pieces

Block = dict[str, Any]

HEADER_LIMIT = 150
LABEL_LIMIT = 75
TITLE_LIMIT = 24
INPUT_LIMIT = 3000
BUTTON_SHOWN = 24
"""What a phone shows of a button's text; Slack itself takes more."""


def plain(text: str) -> Block:
    """Text without markup."""
    return {"type": "plain_text", "text": text, "emoji": True}


def mrkdwn(escaped: str) -> Block:
    """Text with Slack's markup; what people typed in it is escaped already."""
    return {"type": "mrkdwn", "text": escaped}


def header(text: str) -> Block:
    """The title of a message."""
    return {"type": "header", "text": plain(clip(text, HEADER_LIMIT))}


def sections(escaped: str) -> list[Block]:
    """A paragraph; more than one block when it is longer than Slack allows in one."""
    return [{"type": "section", "text": mrkdwn(piece)} for piece in pieces(escaped)]


def context(*escaped: str) -> Block:
    """A small grey line."""
    return {"type": "context", "elements": [mrkdwn(piece) for text in escaped for piece in pieces(text)][:10]}


def divider() -> Block:
    """A thin line."""
    return {"type": "divider"}


def button(text: str, action_id: str, value: str, *, label: str, style: str | None = None) -> Block:
    """A button. `label` is what a screen reader says instead of `text`; `style` is `primary`, `danger` or none."""
    made: Block = {
        "type": "button",
        "text": plain(clip(text, LABEL_LIMIT)),
        "action_id": action_id,
        "value": value,
        "accessibility_label": clip(label, LABEL_LIMIT),
    }
    return made if style is None else {**made, "style": style}


def person_menu(action_id: str, text: str) -> Block:
    """A menu of the members that acts as soon as one is picked. `text` is what it says before."""
    return {"type": "users_select", "action_id": action_id, "placeholder": plain(clip(text, LABEL_LIMIT))}


def actions(block_id: str, elements: Sequence[Block]) -> Block:
    """A row of buttons and menus."""
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def text_field(  # noqa: PLR0913 (what a field can have is a list of options)
    name: str,
    label: str,
    *,
    value: str = "",
    hint: str = "",
    example: str = "",
    lines: bool = False,
    optional: bool = False,
    most: int = INPUT_LIMIT,
) -> Block:
    """A field to type in; block and action are both called `name`. `lines`: of several lines."""
    element: Block = {"type": "plain_text_input", "action_id": name, "multiline": lines, "max_length": most}
    if value:
        element["initial_value"] = value
    if example:
        element["placeholder"] = plain(clip(example, 150))
    return _input(name, label, element, hint=hint, optional=optional)


def ticks(name: str, label: str, options: Iterable[tuple[str, str, str, bool]], *, optional: bool = False) -> Block:
    """Boxes to tick, from (value, text, description, ticked)."""
    made = [(_option(value, text, description), ticked) for value, text, description, ticked in options]
    element: Block = {"type": "checkboxes", "action_id": name, "options": [option for option, _ in made]}
    initial = [option for option, ticked in made if ticked]
    if initial:
        element["initial_options"] = initial
    return _input(name, label, element, optional=optional)


def choice(
    name: str, label: str, options: Iterable[tuple[str, str]], *, chosen: str | None, optional: bool = False
) -> Block:
    """One of several, from (value, text). Nothing is preset unless `chosen` was answered before."""
    made = {value: _option(value, text) for value, text in options}
    element: Block = {"type": "radio_buttons", "action_id": name, "options": list(made.values())}
    if chosen in made:
        element["initial_option"] = made[chosen]
    return _input(name, label, element, optional=optional)


def menu(name: str, label: str, options: Iterable[tuple[str, str]], *, chosen: str | None, placeholder: str) -> Block:
    """One of many, or none, from (value, text): at most 100."""
    made = {value: _option(value, text) for value, text in options}
    element: Block = {
        "type": "static_select",
        "action_id": name,
        "options": list(made.values()),
        "placeholder": plain(clip(placeholder, LABEL_LIMIT)),
    }
    if chosen in made:
        element["initial_option"] = made[chosen]
    return _input(name, label, element, optional=True)


def person_field(name: str, label: str, *, chosen: str, hint: str = "") -> Block:
    """A member to choose, by Slack's id."""
    element: Block = {"type": "users_select", "action_id": name, "initial_user": chosen}
    return _input(name, label, element, hint=hint)


def modal(
    callback_id: str, title: str, blocks: Sequence[Block], *, metadata: str, close: str, submit: str | None = None
) -> Block:
    """A modal view. Without `submit` it has no button to save: its buttons do."""
    view: Block = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(clip(title, TITLE_LIMIT)),
        "close": plain(clip(close, TITLE_LIMIT)),
        "private_metadata": metadata,
        "blocks": list(blocks),
    }
    return view if submit is None else {**view, "submit": plain(clip(submit, TITLE_LIMIT))}


def _option(value: str, text: str, description: str = "") -> Block:
    made: Block = {"text": plain(clip(text, LABEL_LIMIT)), "value": value}
    return {**made, "description": plain(clip(description, LABEL_LIMIT))} if description else made


def _input(name: str, label: str, element: Block, *, hint: str = "", optional: bool = False) -> Block:
    made: Block = {
        "type": "input",
        "block_id": name,
        "label": plain(label),
        "element": element,
        "optional": optional,
    }
    return {**made, "hint": plain(hint)} if hint else made
