"""Pieces as Block Kit: a message, a modal or the Home tab, each within Slack's limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bot.slack.mrkdwn import SECTION_LIMIT, split
from bot.ui.components import (
    Box,
    Button,
    Choice,
    Excerpt,
    Heading,
    Line,
    Menu,
    Message,
    Option,
    Paragraph,
    PersonField,
    PersonMenu,
    Piece,
    Row,
    Sheet,
    Small,
    TextField,
    Ticks,
    clip,
)

Block = dict[str, Any]

HEADER_LIMIT = 150
LABEL_LIMIT = 75
TITLE_LIMIT = 24
EXAMPLE_LIMIT = 150
CONTEXT_LIMIT = 10
VIEW_LIMIT = 100
"""Blocks in a view."""
MESSAGE_LIMIT = 9000
"""Characters of text in one message. Slack refuses blocks of more than some 12,000, and does not say how it counts."""


def message(drawn: Message) -> Block:
    """What a message says: `text` and `blocks`."""
    return {"text": drawn.text, "blocks": _blocks(drawn.pieces)}


def modal(drawn: Sheet) -> Block:
    """A modal view."""
    blocks, ending = _blocks(drawn.pieces), _blocks(drawn.ending)
    if drawn.left_out is not None and len(blocks) + len(ending) > VIEW_LIMIT:
        instead = _blocks([drawn.left_out])
        blocks = [*blocks[: VIEW_LIMIT - len(ending) - len(instead)], *instead]
    view: Block = {
        "type": "modal",
        "callback_id": drawn.form,
        "title": _plain(clip(drawn.title, TITLE_LIMIT)),
        "close": _plain(clip(drawn.close, TITLE_LIMIT)),
        "private_metadata": "" if drawn.place is None else drawn.place.packed(),
        "blocks": blocks + ending,
    }
    return view if drawn.submit is None else {**view, "submit": _plain(clip(drawn.submit, TITLE_LIMIT))}


def home(drawn: Message) -> Block:
    """The Home tab."""
    return {"type": "home", "blocks": _blocks(drawn.pieces)}


def _blocks(drawn: Iterable[Piece]) -> list[Block]:
    return [block for piece in drawn for block in _piece(piece)]


def _piece(piece: Piece) -> list[Block]:
    made: list[Block]
    match piece:
        case Heading():
            made = [{"type": "header", "text": _plain(clip(piece.text, HEADER_LIMIT))}]
        case Paragraph():
            made = _sections(piece.text)
        case Small():
            made = [_context(piece.lines)]
        case Line():
            made = [{"type": "divider"}]
        case Excerpt():
            made = _excerpt(piece)
        case Row():
            elements = [_element(each) for each in piece.elements]
            made = [{"type": "actions", "block_id": piece.name, "elements": elements}]
        case Ticks():
            made = [_ticks(piece), *_in_full(piece.boxes)]
        case _:
            made = [_field(piece)]
    return made


def _field(field: TextField | Choice | Menu | PersonField) -> Block:
    match field:
        case TextField():
            return _text_field(field)
        case Choice():
            return _choice(field)
        case Menu():
            return _menu(field)
        case PersonField():
            element: Block = {"type": "users_select", "action_id": field.name, "initial_user": field.chosen}
            return _input(field.name, field.label, element, hint=field.hint)


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": True}


def _mrkdwn(escaped: str) -> Block:
    return {"type": "mrkdwn", "text": escaped}


def _sections(escaped: str) -> list[Block]:
    """More than one block when the text is longer than Slack allows in one."""
    return [{"type": "section", "text": _mrkdwn(part)} for part in split(escaped)]


def _context(lines: Iterable[str]) -> Block:
    elements = [_mrkdwn(part) for text in lines for part in split(text)]
    return {"type": "context", "elements": elements[:CONTEXT_LIMIT]}


def _excerpt(excerpt: Excerpt) -> list[Block]:
    """The paragraphs, to within the limit of a message; of the first one that does not fit its beginning."""
    blocks: list[Block] = []
    left = MESSAGE_LIMIT
    for paragraph in excerpt.paragraphs:
        if len(paragraph) > left:
            beginning = _sections(f"{split(paragraph, left)[0]} …") if left > SECTION_LIMIT // 10 else []
            return [*blocks, *beginning, _context([excerpt.more])]
        blocks += _sections(paragraph)
        left -= len(paragraph)
    return blocks


def _element(element: Button | PersonMenu) -> Block:
    if isinstance(element, PersonMenu):  # it has no value of its own: the row's name holds it
        placeholder = _plain(clip(element.text, LABEL_LIMIT))
        return {"type": "users_select", "action_id": element.tap, "placeholder": placeholder}
    made: Block = {
        "type": "button",
        "text": _plain(clip(element.text, LABEL_LIMIT)),
        "action_id": element.tap,
        "value": element.value,
        "accessibility_label": clip(element.label, LABEL_LIMIT),
    }
    return made if element.style is None else {**made, "style": element.style}


def _text_field(field: TextField) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": field.name,
        "multiline": field.lines,
        "max_length": field.most,
    }
    if field.value:
        element["initial_value"] = field.value
    if field.example:
        element["placeholder"] = _plain(clip(field.example, EXAMPLE_LIMIT))
    return _input(field.name, field.label, element, hint=field.hint, optional=field.optional)


def _ticks(field: Ticks) -> Block:
    """Slack keeps a tick when a view is redrawn with a block of the same id: what it attests is part of that."""
    options = [_option(box) for box in field.boxes]
    element: Block = {"type": "checkboxes", "action_id": field.name, "options": options}
    initial = [option for option, box in zip(options, field.boxes, strict=True) if box.ticked]
    if initial:
        element["initial_options"] = initial
    block_id = f"{field.name}:{field.attests}" if field.attests is not None else field.name
    return _input(block_id, field.label, element, optional=field.optional)


def _in_full(boxes: Iterable[Box]) -> Iterator[Block]:
    for box in boxes:
        if box.in_full and len(box.text) > LABEL_LIMIT:
            yield from _sections(box.in_full)


def _choice(field: Choice) -> Block:
    options = {option.value: _option(option) for option in field.options}
    element: Block = {"type": "radio_buttons", "action_id": field.name, "options": list(options.values())}
    if field.chosen in options:
        element["initial_option"] = options[field.chosen]
    return _input(field.name, field.label, element, optional=field.optional)


def _menu(field: Menu) -> Block:
    options = {option.value: _option(option) for option in field.options}
    element: Block = {
        "type": "static_select",
        "action_id": field.name,
        "options": list(options.values()),
        "placeholder": _plain(clip(field.placeholder, LABEL_LIMIT)),
    }
    if field.chosen in options:
        element["initial_option"] = options[field.chosen]
    return _input(field.name, field.label, element, optional=True)


def _option(option: Option | Box) -> Block:
    made: Block = {"text": _plain(clip(option.text, LABEL_LIMIT)), "value": option.value}
    if isinstance(option, Box) and option.about:
        made["description"] = _plain(clip(option.about, LABEL_LIMIT))
    return made


def _input(block_id: str, label: str, element: Block, *, hint: str = "", optional: bool = False) -> Block:
    made: Block = {
        "type": "input",
        "block_id": block_id,
        "label": _plain(label),
        "element": element,
        "optional": optional,
    }
    return {**made, "hint": _plain(hint)} if hint else made
