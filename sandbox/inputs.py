"""User input: the state that Slack sends with a payload, and the client's checks before a submission."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sandbox.blocks import elements_of, options_of
from sandbox.errors import BadInputError

Json = dict[str, Any]

FIELDS = {
    "channels_select": ("selected_channel", "initial_channel"),
    "checkboxes": ("selected_options", "initial_options"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "datepicker": ("selected_date", "initial_date"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "email_text_input": ("value", "initial_value"),
    "external_select": ("selected_option", "initial_option"),
    "file_input": ("files", "initial_files"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "number_input": ("value", "initial_value"),
    "plain_text_input": ("value", "initial_value"),
    "radio_buttons": ("selected_option", "initial_option"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "timepicker": ("selected_time", "initial_time"),
    "url_text_input": ("value", "initial_value"),
    "users_select": ("selected_user", "initial_user"),
}
"""By element type: the field in the state, and the element's property with the initial value."""

STATELESS = {"overflow": "selected_option"}
REQUIRED = "Please complete this required field."


def stateful(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Each element with a state, with its block."""
    for block in blocks:
        for _, element in elements_of(block):
            if element["type"] in FIELDS:
                yield block, element


def find_element(blocks: list[Json], block_id: Any, action_id: Any) -> Json:
    """The element that a person acted on. Raises `BadInputError` if there is none."""
    for block in blocks:
        if block.get("block_id") == block_id:
            for _, element in elements_of(block):
                if element.get("action_id") == action_id:
                    return element
    raise BadInputError(f"There is nothing called {action_id} in block {block_id} to act on.")


def values(blocks: list[Json], entered: Json) -> Json:
    """Slack's `state.values`: the entered value, or else the element's initial value."""
    state: Json = {}
    for block, element in stateful(blocks):
        field, initial = FIELDS[element["type"]]
        empty: Any = [] if field.endswith("s") else None
        given = entered.get(block["block_id"], {}).get(element["action_id"])
        value = element.get(initial, empty) if given is None else given.get(field, empty)
        state.setdefault(block["block_id"], {})[element["action_id"]] = {"type": element["type"], field: value}
    return state


def read(blocks: list[Json], state: Any) -> Json:
    """Parse the state that the page sends into `{block_id: {action_id: {field: value}}}`.

    An unknown block, or an option that was not offered, raises `BadInputError`: a client cannot send them. An option
    may be given by its value alone.
    """
    if state is None:
        return {}
    if not isinstance(state, dict) or not all(isinstance(each, dict) for each in state.values()):
        raise BadInputError("state is an object: block id to action id to what was entered.")
    entered: Json = {}
    for block_id, actions in state.items():
        for action_id, given in actions.items():
            element = find_element(blocks, block_id, action_id)
            entered.setdefault(block_id, {})[action_id] = fields_of(element, given)
    return entered


def fields_of(element: Json, given: Any) -> Json:
    """A person's choice or text in one element, in Slack's fields; raises `BadInputError` for an impossible value."""
    kind = element["type"]
    field = FIELDS[kind][0] if kind in FIELDS else STATELESS.get(kind)
    if field is None:
        return {"value": element["value"]} if "value" in element else {}
    if not isinstance(given, dict):
        given = {field: given}
    value = given.get(field)
    if "options" in element or "option_groups" in element:
        value = _chosen(element, field, value)
    if field == "value" and value is not None and not isinstance(value, str):
        raise BadInputError("A typed value is a text.")
    if kind in FIELDS and field == "value" and value == "":
        value = None
    return {field: value}


def _chosen(element: Json, field: str, value: Any) -> Any:
    if field == "selected_options":
        if not isinstance(value, list | None):
            raise BadInputError("selected_options is a list.")
        return [_option(element, each) for each in value or ()]
    return None if value is None else _option(element, value)


def _option(element: Json, chosen: Any) -> Json:
    wanted = chosen.get("value") if isinstance(chosen, dict) else chosen
    for _, option in options_of(element):
        if option.get("value") == wanted:
            return option
    raise BadInputError(f"{wanted} is not among the options.")


def client_errors(blocks: list[Json], state: Json) -> dict[str, str]:
    """The errors that the client itself shows before a submission: block id to sentence."""
    errors: dict[str, str] = {}
    for block, element in stateful(blocks):
        if block["type"] != "input":
            continue
        field = FIELDS[element["type"]][0]
        value = state[block["block_id"]][element["action_id"]][field]
        sentence = _complaint(block, element, value)
        if sentence:
            errors[block["block_id"]] = sentence
    return errors


def _complaint(block: Json, element: Json, value: Any) -> str | None:
    if value in (None, "", []):
        return None if block.get("optional") else REQUIRED
    if element["type"] == "email_text_input" and "@" not in value:
        return "Please enter a valid email address."
    if element["type"] == "url_text_input" and "://" not in value:
        return "Please enter a valid link."
    check = COMPLAINTS.get(element["type"])
    return check(element, value) if check is not None else _count_complaint(element, value)


def _text_complaint(element: Json, value: str) -> str | None:
    least, most = element.get("min_length", 0), element.get("max_length", 3_000)
    if len(value) < least:
        return f"Please enter at least {least} characters."
    return f"Please enter at most {most} characters." if len(value) > most else None


def _count_complaint(element: Json, value: Any) -> str | None:
    most = element.get("max_selected_items")
    if most is not None and isinstance(value, list) and len(value) > most:
        return f"Please choose at most {most}."
    return None


def _number_complaint(element: Json, value: str) -> str | None:
    try:
        number = float(value)
    except ValueError:
        return "Please enter a number."
    if not element["is_decimal_allowed"] and not number.is_integer():
        return "Please enter a whole number."
    if "min_value" in element and number < float(element["min_value"]):
        return f"Please enter {element['min_value']} or more."
    if "max_value" in element and number > float(element["max_value"]):
        return f"Please enter {element['max_value']} or less."
    return None


COMPLAINTS: dict[str, Callable[[Json, str], str | None]] = {
    "plain_text_input": _text_complaint,
    "number_input": _number_complaint,
}
