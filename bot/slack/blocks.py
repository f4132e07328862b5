"""UI components as Block Kit: a message, a modal or the Home tab, each within Slack's limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bot.slack.mrkdwn import SECTION_LIMIT, split
from bot.ui.clipping import clip, length
from bot.ui.components import (
    MOST_BEHIND_DOTS,
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
)
from bot.ui.ids import OVERFLOW, OverflowValue

Block = dict[str, Any]

HEADER_LIMIT = 150
LABEL_LIMIT = 75
TITLE_LIMIT = 24
EXAMPLE_LIMIT = 150
CONTEXT_LIMIT = 10
VIEW_LIMIT = 100
"""Blocks in a view."""
OPTION_LIMIT = 100
HINT_LIMIT = 2000
BLOCK_LIMIT = 50
"""Blocks in a message."""
TEXT_LIMIT = 4000
"""Characters of the text beside the blocks: Slack's advice. It cuts at 40,000."""
MESSAGE_LIMIT = 9000
"""Characters of text in a message. Slack refuses more than about 12,000; how it counts is not documented."""


def message(content: Message) -> Block:
    """The `text` and `blocks` of a message. If not all of it fits, it ends with the message's note about that."""
    text, *more = split(content.text, TEXT_LIMIT)
    blocks = _fitting(content, BLOCK_LIMIT, MESSAGE_LIMIT)
    return {"text": f"{text}…" if more else text, "blocks": blocks}


def modal(content: Modal) -> Block:
    """A modal view. A form that keeps what is typed sends each entry as it is made, and says when it is closed."""
    blocks, ending = _blocks((*content.notes, *content.components)), _blocks(content.ending)
    if len(blocks) + len(ending) > VIEW_LIMIT:
        note = _blocks([] if content.left_out is None else [content.left_out])
        blocks = [*blocks[: VIEW_LIMIT - len(ending) - len(note)], *note]
    view: Block = {
        "type": "modal",
        "callback_id": content.view,
        "title": _plain(clip(content.title, TITLE_LIMIT)),
        "close": _plain(clip(content.close, TITLE_LIMIT)),
        "private_metadata": "" if content.state is None else content.state.to_text(),
        "blocks": blocks + ending,
    }
    if content.redrawn:
        _rename(blocks)
    if content.keeps_typing:
        _dispatch(blocks)
        view["notify_on_close"] = True
    return view if content.submit is None else {**view, "submit": _plain(clip(content.submit, TITLE_LIMIT))}


def _rename(blocks: list[Block]) -> None:
    """Give the fields other block ids: Slack keeps what was typed into a field with the same ids."""
    for block in blocks:
        if block["type"] == "input":
            block["block_id"] += ":new"


def _dispatch(blocks: list[Block]) -> None:
    """Have Slack send the whole form whenever something is entered. (The default, on Enter, would send no new line.)"""
    for block in blocks:
        if block["type"] == "input":
            block["dispatch_action"] = True
            if block["element"]["type"] == "plain_text_input":
                block["element"]["dispatch_action_config"] = {"trigger_actions_on": ["on_character_entered"]}


def home_view(content: Message) -> Block:
    """The Home tab."""
    return {"type": "home", "blocks": _fitting(content, VIEW_LIMIT, None)}


def _fitting(content: Message, most_blocks: int, room: int | None) -> list[Block]:
    """The components that fit into so many blocks, and into so many characters of text if that is limited."""
    note = [] if content.left_out is None else _component(content.left_out)
    drawn: list[Block] = []
    for number, component in enumerate(content.components, 1):
        blocks = _component(component) if room is None else _within(component, room)
        later = 0 if number == len(content.components) else len(note)
        if blocks is None and isinstance(component, Paragraph) and room is not None and room > SECTION_LIMIT // 10:
            drawn += _sections(f"{split(component.text, room)[0]} …")
        if blocks is None or len(drawn) + len(blocks) + later > most_blocks:
            return [*drawn, *note]
        drawn += blocks
        room = room if room is None else room - sum(map(_text_length, blocks))
    return drawn


def _within(component: Component, room: int) -> list[Block] | None:
    """The blocks of a component that has at most `room` characters of text; None if it has more.

    Buttons take no room, so they stay below an excerpt that takes all of it.
    """
    if isinstance(component, Excerpt):
        return _excerpt(component, room)
    blocks = _component(component)
    return blocks if sum(map(_text_length, blocks)) <= max(room, 0) else None


def _text_length(block: Block) -> int:
    texts = [block.get("text"), *block.get("elements", ())]
    return sum(length(each["text"]) for each in texts if each and isinstance(each.get("text"), str))


def _blocks(components: Iterable[Component]) -> list[Block]:
    return [block for component in components for block in _component(component)]


def _component(component: Component) -> list[Block]:
    blocks: list[Block]
    match component:
        case Heading():
            blocks = [{"type": "header", "text": _plain(clip(component.text, HEADER_LIMIT))}]
        case Paragraph():
            blocks = _sections(component.text)
        case ContextText():
            blocks = [_context(component.lines)]
        case Divider():
            blocks = [{"type": "divider"}]
        case Excerpt():
            blocks = _excerpt(component, MESSAGE_LIMIT)
        case ActionRow():
            elements = [*(_element(each) for each in component.elements), *_overflow(component)]
            blocks = [{"type": "actions", "block_id": component.name, "elements": elements}]
        case Checkboxes():
            blocks = [_checkboxes(component), *_in_full(component.options)]
        case _:
            blocks = [_field(component)]
    return blocks


def _field(field: TextField | RadioGroup | Select | UserField) -> Block:
    match field:
        case TextField():
            return _text_field(field)
        case RadioGroup():
            return _radio_buttons(field)
        case Select():
            return _static_select(field)
        case UserField():
            element: Block = {"type": "users_select", "action_id": field.name}
            if field.chosen:
                element["initial_user"] = field.chosen
            return _input(field.name, field.label, element, hint=field.hint, optional=field.optional)


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": True}


def _mrkdwn(escaped: str) -> Block:
    return {"type": "mrkdwn", "text": escaped}


def _sections(escaped: str) -> list[Block]:
    """More than one block if the text is too long for one."""
    return [{"type": "section", "text": _mrkdwn(part)} for part in split(escaped)]


def _context(lines: Iterable[str]) -> Block:
    elements = [_mrkdwn(part) for text in lines for part in split(text)]
    return {"type": "context", "elements": elements[:CONTEXT_LIMIT]}


def _excerpt(excerpt: Excerpt, left: int) -> list[Block]:
    """The paragraphs that fit into a message, and the beginning of the first one that does not."""
    blocks: list[Block] = []
    for paragraph in excerpt.paragraphs:
        if length(paragraph) > left:
            beginning = _sections(f"{split(paragraph, left)[0]} …") if left > SECTION_LIMIT // 10 else []
            return [*blocks, *beginning, _context([excerpt.more])]
        blocks += _sections(paragraph)
        left -= length(paragraph)
    return blocks


def _element(element: Button | UserSelect) -> Block:
    if isinstance(element, UserSelect):  # it has no value of its own: that is in the block id of its row
        placeholder = _plain(clip(element.text, LABEL_LIMIT))
        return {"type": "users_select", "action_id": element.action_id, "placeholder": placeholder}
    button: Block = {
        "type": "button",
        "text": _plain(clip(element.text, LABEL_LIMIT)),
        "action_id": element.action_id,
        "value": element.value,
        "accessibility_label": clip(element.spoken, LABEL_LIMIT),
    }
    return button if element.style is None else {**button, "style": element.style}


def _overflow(row: ActionRow) -> list[Block]:
    """The menu behind "…". Slack sends one action for all of its options, so each carries the button's own."""
    if not row.more:
        return []
    options = [
        {
            "text": _plain(clip(button.text, LABEL_LIMIT)),
            "value": OverflowValue(number, button.action_id, button.value).to_text(),
        }
        for number, button in enumerate(row.more[:MOST_BEHIND_DOTS])
    ]
    return [{"type": "overflow", "action_id": OVERFLOW, "options": options}]


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
    """Slack keeps a tick if the updated view has a block with the same id, so the id contains what the tick attests."""
    options = [_option(box) for box in field.options]
    element: Block = {"type": "checkboxes", "action_id": field.name, "options": options}
    initial = [option for option, box in zip(options, field.options, strict=True) if box.ticked]
    if initial:
        element["initial_options"] = initial
    block_id = f"{field.name}:{field.attests}" if field.attests is not None else field.name
    return _input(block_id, field.label, element, optional=field.optional)


def _in_full(boxes: Iterable[Checkbox]) -> Iterator[Block]:
    for box in boxes:
        if box.in_full and length(box.text) > LABEL_LIMIT:
            yield from _sections(box.in_full)


def _radio_buttons(field: RadioGroup) -> Block:
    options = {option.value: _option(option) for option in field.options}
    element: Block = {"type": "radio_buttons", "action_id": field.name, "options": list(options.values())}
    if field.chosen in options:
        element["initial_option"] = options[field.chosen]
    return _input(field.name, field.label, element, optional=field.optional)


def _static_select(field: Select) -> Block:
    shown = [option for n, option in enumerate(field.options) if n < OPTION_LIMIT or option.value == field.chosen]
    options = {option.value: _option(option) for option in shown[-OPTION_LIMIT:]}
    element: Block = {
        "type": "static_select",
        "action_id": field.name,
        "options": list(options.values()),
        "placeholder": _plain(clip(field.placeholder, LABEL_LIMIT)),
    }
    if field.chosen in options:
        element["initial_option"] = options[field.chosen]
    return _input(field.name, field.label, element, optional=field.optional)


def _option(option: Option | Checkbox) -> Block:
    choice: Block = {"text": _plain(clip(option.text, LABEL_LIMIT)), "value": option.value}
    if isinstance(option, Checkbox) and option.about:
        choice["description"] = _plain(clip(option.about, LABEL_LIMIT))
    return choice


def _input(block_id: str, label: str, element: Block, *, hint: str = "", optional: bool = False) -> Block:
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": _plain(clip(label, HINT_LIMIT)),
        "element": element,
        "optional": optional,
    }
    return {**block, "hint": _plain(clip(hint, HINT_LIMIT))} if hint else block
