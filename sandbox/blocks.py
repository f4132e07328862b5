"""Validate blocks and views as Slack does, against the schema and every limit.

A problem is a JSON pointer and a message; `BlockKit` returns all problems that it finds. `fill_ids` then adds missing
ids as Slack does, so the stored blocks are those that an app would read back.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from typing import Any

from sandbox import limits
from sandbox.schema import Problem, Schema

Json = dict[str, Any]
INTERACTIVE = frozenset(
    {
        "button",
        "channels_select",
        "checkboxes",
        "conversations_select",
        "datepicker",
        "datetimepicker",
        "email_text_input",
        "external_select",
        "feedback_buttons",
        "file_input",
        "icon_button",
        "multi_channels_select",
        "multi_conversations_select",
        "multi_external_select",
        "multi_static_select",
        "multi_users_select",
        "number_input",
        "overflow",
        "plain_text_input",
        "radio_buttons",
        "rich_text_input",
        "static_select",
        "timepicker",
        "url_text_input",
        "users_select",
        "workflow_button",
    }
)


def elements_of(block: Json) -> Iterator[tuple[str, Json]]:
    """The interactive elements of a block, each with its pointer below the block."""
    kind = block.get("type")
    if kind in {"actions", "context_actions"}:
        for index, element in enumerate(block["elements"]):
            yield f"/elements/{index}", element
    elif kind == "input":
        yield "/element", block["element"]
    elif kind == "section" and block.get("accessory", {}).get("type") in INTERACTIVE:
        yield "/accessory", block["accessory"]


def options_of(element: Json) -> Iterator[tuple[str, Json]]:
    """The options of an element, including those in groups, each with its pointer below the element."""
    for index, option in enumerate(element.get("options", ())):
        yield f"/options/{index}", option
    for outer, group in enumerate(element.get("option_groups", ())):
        for inner, option in enumerate(group["options"]):
            yield f"/option_groups/{outer}/options/{inner}", option


class BlockKit:
    """Validates blocks and views. One instance serves a whole sandbox: the schema is compiled once."""

    def __init__(self) -> None:
        schema = Schema.vendored()
        self._blocks = schema.check("Blocks")
        self._modal = schema.check("Modal")
        self._home = schema.check("Home")

    def message_problems(self, blocks: Any) -> list[Problem]:
        """The problems of a message's blocks; pointers start at the list."""
        return self._blocks(blocks) or list(_all_blocks(blocks, "message", limits.BLOCKS_IN_MESSAGE))

    def option_problems(self, offered: Json) -> list[Problem]:
        """The problems of the `options` or `option_groups` that an app returns for an external select."""
        select = {"type": "static_select", "action_id": "offered", **offered}
        problems = self.message_problems([{"type": "actions", "elements": [select]}])
        return [(where.removeprefix("/0/elements/0"), what) for where, what in problems]

    def view_problems(self, view: Any) -> list[Problem]:
        """The problems of a view (`modal` or `home`); pointers start at the view."""
        if not isinstance(view, dict):
            return [("", "must be an object")]
        kind = view.get("type")
        if kind not in {"modal", "home"}:
            return [("/type", f"unsupported type: {kind}")]
        structure = self._modal(view) if kind == "modal" else self._home(view)
        return structure or list(_whole_view(view, kind))


def fill_ids(blocks: list[Json]) -> None:
    """Add missing ids of blocks and elements, and the defaults of texts, in place, as Slack does."""
    for block in blocks:
        block.setdefault("block_id", secrets.token_urlsafe(4))
        for _, element in elements_of(block):
            element.setdefault("action_id", secrets.token_urlsafe(6))
            if isinstance(element.get("text"), dict):
                element["text"].setdefault("emoji", True)
        text = block.get("text")
        if isinstance(text, dict):
            text.setdefault(*(("verbatim", False) if text["type"] == "mrkdwn" else ("emoji", True)))


# --- views ------------------------------------------------------------------------------------------------------


def _whole_view(view: Json, kind: str) -> Iterator[Problem]:
    for name, most in (
        ("private_metadata", limits.PRIVATE_METADATA),
        ("callback_id", limits.CALLBACK_ID),
        ("external_id", limits.EXTERNAL_ID),
    ):
        yield from _length(view.get(name), f"/{name}", most, 0)
    for name, most in (("title", limits.VIEW_TITLE), ("submit", limits.VIEW_BUTTON), ("close", limits.VIEW_BUTTON)):
        if name in view:
            yield from _length(view[name]["text"], f"/{name}/text", most, 1)
    blocks = view["blocks"]
    if kind == "modal" and "submit" not in view and any(each["type"] == "input" for each in blocks):
        yield "", "missing required field: submit"
    focused = sum(bool(element.get("focus_on_load")) for block in blocks for _, element in elements_of(block))
    if focused > 1:
        yield "/blocks", "focus_on_load may be set on one element only"
    for where, what in _all_blocks(blocks, kind, limits.BLOCKS_IN_VIEW):
        yield f"/blocks{where}", what


# --- blocks -----------------------------------------------------------------------------------------------------


def _all_blocks(blocks: list[Json], surface: str, most: int) -> Iterator[Problem]:
    if len(blocks) > most:
        yield "", f"no more than {most} items allowed"
    block_ids: set[str] = set()
    for index, block in enumerate(blocks):
        at = f"/{index}"
        yield from _id(block, "block_id", at, block_ids, limits.BLOCK_ID)
        kind = block["type"]
        if surface != "message" and kind not in limits.VIEW_BLOCKS:
            yield f"{at}/type", f"unsupported type: {kind}"
        yield from _measure(block, at)
        check = BLOCK_CHECKS.get(kind)
        if check is not None:
            yield from check(block, at)
        action_ids: set[str] = set()
        for where, element in elements_of(block):
            yield from _id(element, "action_id", f"{at}{where}", action_ids, limits.ACTION_ID)
            yield from _element(element, f"{at}{where}", surface)


def _id(thing: Json, name: str, at: str, seen: set[str], most: int) -> Iterator[Problem]:
    value = thing.get(name)
    if value is None:
        return
    yield from _length(value, f"{at}/{name}", most, 1)
    if value in seen:
        yield f"{at}/{name}", f"`{name}` {value} already exists"
    seen.add(value)


def _measure(thing: Json, at: str) -> Iterator[Problem]:
    """Lengths and counts of one block, element or text object, from the tables."""
    kind = thing["type"]
    for length in limits.LENGTHS.get(kind, ()):
        value: Any = thing
        for name in length.path:
            value = value.get(name) if value is not None else None
        if value is not None and not length.least <= len(value) <= length.most:
            yield from _length(value, at + "".join(f"/{name}" for name in length.path), length.most, length.least)
    for count in limits.COUNTS.get(kind, ()):
        items = thing.get(count.path)
        if items is not None:
            yield from _count(items, f"{at}/{count.path}", count.most, count.least)


def _section(block: Json, at: str) -> Iterator[Problem]:
    if "text" not in block and "fields" not in block:
        yield at, "missing required field: text or fields"
    for index, each in enumerate(block.get("fields", ())):
        yield from _length(each["text"], f"{at}/fields/{index}/text", limits.FIELD_TEXT, 1)
    if block.get("accessory", {}).get("type") == "image":
        yield from _measure(block["accessory"], f"{at}/accessory")


def _context(block: Json, at: str) -> Iterator[Problem]:
    for index, each in enumerate(block["elements"]):
        yield from _measure(each, f"{at}/elements/{index}")


BLOCK_CHECKS = {"section": _section, "context": _context}


# --- elements ---------------------------------------------------------------------------------------------------


def _element(element: Json, at: str, surface: str) -> Iterator[Problem]:
    kind = element["type"]
    if (kind in limits.ONLY_IN_MESSAGES and surface != "message") or (
        kind in limits.ONLY_IN_MODALS and surface != "modal"
    ):
        yield f"{at}/type", f"unsupported type: {kind}"
    yield from _measure(element, at)
    if "placeholder" in element:
        yield from _length(element["placeholder"]["text"], f"{at}/placeholder/text", limits.PLACEHOLDER, 1)
    if "confirm" in element:
        yield from _confirm(element["confirm"], f"{at}/confirm")
    for name, pattern, what in FORMATS.get(kind, ()):
        if name in element and not pattern.fullmatch(str(element[name])):
            yield f"{at}/{name}", what
    if kind == "plain_text_input":
        yield from _text_input(element, at)
    elif kind == "number_input":
        yield from _number_input(element, at)
    elif "options" in element or "option_groups" in element:
        yield from _choices(element, at)
    elif kind in {"static_select", "multi_static_select"}:
        yield at, "missing required field: options or option_groups"


FORMATS = {
    "datepicker": (("initial_date", re.compile(r"\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])"), "must be YYYY-MM-DD"),),
    "timepicker": (("initial_time", re.compile(r"([01]\d|2[0-3]):[0-5]\d"), "must be HH:mm"),),
    "datetimepicker": (("initial_date_time", re.compile(r"\d{10}"), "must be seconds since the epoch"),),
    **{
        f"multi_{kind}_select": (("max_selected_items", re.compile(r"[1-9]\d*"), "must be at least 1"),)
        for kind in ("static", "external", "users", "conversations", "channels")
    },
}
"""Formats that the schema does not check, by element type."""


def _confirm(confirm: Json, at: str) -> Iterator[Problem]:
    for name, most in limits.CONFIRM.items():
        if name in confirm:
            yield from _length(confirm[name]["text"], f"{at}/{name}/text", most, 1)


def _text_input(element: Json, at: str) -> Iterator[Problem]:
    least, most = element.get("min_length", 0), element.get("max_length", 3_000)
    if not 0 <= least <= 3_000:
        yield f"{at}/min_length", "must be between 0 and 3000"
    if not 1 <= most <= 3_000:
        yield f"{at}/max_length", "must be between 1 and 3000"
    if least > most:
        yield f"{at}/min_length", "must not be more than max_length"
    initial = element.get("initial_value")
    if initial is not None and len(initial) <= 3_000:
        yield from _length(initial, f"{at}/initial_value", most, 0)


def _number_input(element: Json, at: str) -> Iterator[Problem]:
    bounds: dict[str, float] = {}
    for name in ("min_value", "max_value", "initial_value"):
        if name in element:
            try:
                bounds[name] = float(element[name])
            except ValueError:
                yield f"{at}/{name}", "must be a number"
    least = bounds.get("min_value", float("-inf"))
    most = bounds.get("max_value", float("inf"))
    if least > most:
        yield f"{at}/min_value", "must not be more than max_value"
    elif "initial_value" in bounds and not least <= bounds["initial_value"] <= most:
        yield f"{at}/initial_value", "must be between min_value and max_value"


def _choices(element: Json, at: str) -> Iterator[Problem]:
    if "options" in element and "option_groups" in element:
        yield at, "options and option_groups cannot both be given"
    for index, group in enumerate(element.get("option_groups", ())):
        yield from _length(group["label"]["text"], f"{at}/option_groups/{index}/label/text", limits.GROUP_LABEL, 1)
        yield from _count(group["options"], f"{at}/option_groups/{index}/options", 100, 1)
    allowed: list[Json] = []
    for where, option in options_of(element):
        allowed.append(option)
        yield from _option(option, f"{at}{where}", url_allowed=element["type"] == "overflow")
    initial = element.get("initial_option")
    if initial is not None and not _among(initial, allowed):
        yield f"{at}/initial_option", "must be one of the provided options"
    for index, each in enumerate(element.get("initial_options", ())):
        if not _among(each, allowed):
            yield f"{at}/initial_options/{index}", "must be one of the provided options"


def _option(option: Json, at: str, *, url_allowed: bool) -> Iterator[Problem]:
    yield from _length(option["text"]["text"], f"{at}/text/text", limits.OPTION_TEXT, 1)
    yield from _length(option.get("value"), f"{at}/value", limits.OPTION_VALUE, 1)
    if "value" not in option and not url_allowed:
        yield at, "missing required field: value"
    if "description" in option:
        yield from _length(option["description"]["text"], f"{at}/description/text", limits.OPTION_DESCRIPTION, 1)
    if "url" in option:
        if url_allowed:
            yield from _length(option["url"], f"{at}/url", limits.OPTION_URL, 0)
        else:
            yield at, "invalid additional property: url"


def _among(option: Json, allowed: list[Json]) -> bool:
    return any(_bare(option) == _bare(each) for each in allowed)


def _bare(option: Json) -> Json:
    """An option without the defaults that Slack adds, for comparison."""
    text = {name: value for name, value in option["text"].items() if name not in {"emoji", "verbatim"}}
    return {"text": text, "value": option.get("value"), "url": option.get("url")}


# --- measures ---------------------------------------------------------------------------------------------------


def _length(value: str | None, at: str, most: int, least: int) -> Iterator[Problem]:
    if value is None:
        return
    if len(value) > most:
        yield at, f"must be less than {most + 1} characters"
    elif len(value) < least:
        yield at, f"must be more than {least - 1} characters"


def _count(items: list[Any], at: str, most: int, least: int) -> Iterator[Problem]:
    if len(items) > most:
        yield at, f"no more than {most} items allowed"
    elif len(items) < least:
        yield at, f"must provide at least {least} item{'s' if least > 1 else ''}"
