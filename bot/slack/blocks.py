"""Pieces as Block Kit: a message, a modal or the Home tab, each within Slack's limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bot.slack.mrkdwn import SECTION_LIMIT, split
from bot.ui.components import (
    ActionRow,
    Button,
    Checkbox,
    Checkboxes,
    Component,
    ContextText,
    Divider,
    Excerpt,
    Heading,
    Message,
    Modal,
    Option,
    Paragraph,
    RadioGroup,
    Select,
    TextField,
    UserField,
    UserSelect,
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
    return {"text": drawn.text, "blocks": _blocks(drawn.components)}


def modal(drawn: Modal) -> Block:
    """A modal view."""
    blocks, ending = _blocks(drawn.components), _blocks(drawn.ending)
    if drawn.left_out is not None and len(blocks) + len(ending) > VIEW_LIMIT:
        instead = _blocks([drawn.left_out])
        blocks = [*blocks[: VIEW_LIMIT - len(ending) - len(instead)], *instead]
    view: Block = {
        "type": "modal",
        "callback_id": drawn.view,
        "title": _plain(clip(drawn.title, TITLE_LIMIT)),
        "close": _plain(clip(drawn.close, TITLE_LIMIT)),
        "private_metadata": "" if drawn.state is None else drawn.state.to_text(),
        "blocks": blocks + ending,
    }
    return view if drawn.submit is None else {**view, "submit": _plain(clip(drawn.submit, TITLE_LIMIT))}


def home_view(drawn: Message) -> Block:
    """The Home tab."""
    return {"type": "home", "blocks": _blocks(drawn.components)}


def _blocks(drawn: Iterable[Component]) -> list[Block]:
    return [block for piece in drawn for block in _component(piece)]


def _component(component: Component) -> list[Block]:
    made: list[Block]
    match component:
        case Heading():
            made = [{"type": "header", "text": _plain(clip(component.text, HEADER_LIMIT))}]
        case Paragraph():
            made = _sections(component.text)
        case ContextText():
            made = [_context(component.lines)]
        case Divider():
            made = [{"type": "divider"}]
        case Excerpt():
            made = _excerpt(component)
        case ActionRow():
            elements = [_element(each) for each in component.elements]
            made = [{"type": "actions", "block_id": component.name, "elements": elements}]
        case Checkboxes():
            made = [_checkboxes(component), *_in_full(component.options)]
        case _:
            made = [_field(component)]
    return made


def _field(field: TextField | RadioGroup | Select | UserField) -> Block:
    match field:
        case TextField():
            return _text_field(field)
        case RadioGroup():
            return _radio_buttons(field)
        case Select():
            return _static_select(field)
        case UserField():
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


def _element(element: Button | UserSelect) -> Block:
    if isinstance(element, UserSelect):  # it has no value of its own: the row's name holds it
        placeholder = _plain(clip(element.text, LABEL_LIMIT))
        return {"type": "users_select", "action_id": element.action_id, "placeholder": placeholder}
    made: Block = {
        "type": "button",
        "text": _plain(clip(element.text, LABEL_LIMIT)),
        "action_id": element.action_id,
        "value": element.value,
        "accessibility_label": clip(element.accessible_name, LABEL_LIMIT),
    }
    return made if element.style is None else {**made, "style": element.style}


def _text_field(field: TextField) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": field.name,
        "multiline": field.multiline,
        "max_length": field.max_length,
    }
    if field.value:
        element["initial_value"] = field.value
    if field.placeholder:
        element["placeholder"] = _plain(clip(field.placeholder, EXAMPLE_LIMIT))
    return _input(field.name, field.label, element, hint=field.hint, optional=field.optional)


def _checkboxes(field: Checkboxes) -> Block:
    """Slack keeps a tick when a view is redrawn with a block of the same id: what it attests is part of that."""
    options = [_option(box) for box in field.options]
    element: Block = {"type": "checkboxes", "action_id": field.name, "options": options}
    initial = [option for option, box in zip(options, field.options, strict=True) if box.ticked]
    if initial:
        element["initial_options"] = initial
    block_id = f"{field.name}:{field.attests}" if field.attests is not None else field.name
    return _input(block_id, field.label, element, optional=field.optional)


def _in_full(boxes: Iterable[Checkbox]) -> Iterator[Block]:
    for box in boxes:
        if box.in_full and len(box.text) > LABEL_LIMIT:
            yield from _sections(box.in_full)


def _radio_buttons(field: RadioGroup) -> Block:
    options = {option.value: _option(option) for option in field.options}
    element: Block = {"type": "radio_buttons", "action_id": field.name, "options": list(options.values())}
    if field.chosen in options:
        element["initial_option"] = options[field.chosen]
    return _input(field.name, field.label, element, optional=field.optional)


def _static_select(field: Select) -> Block:
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


def _option(option: Option | Checkbox) -> Block:
    made: Block = {"text": _plain(clip(option.text, LABEL_LIMIT)), "value": option.value}
    if isinstance(option, Checkbox) and option.about:
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
