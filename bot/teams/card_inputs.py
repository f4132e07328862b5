"""The input fields of Adaptive Cards: drawn with their values, and read back from the data of an action."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from bot.interactions.interaction import FormValues
from bot.teams.card_text import unmarked
from bot.teams.people_search import DATASET
from bot.ui.clipping import clip
from bot.ui.components import Checkbox, Checkboxes, Option, RadioGroup, Select, TextField

Element = dict[str, Any]

EXAMPLE_LIMIT = 150
CARD_DATA = "firstcall"
"""The key of the bot's own data in the data of an action. The other keys are the fields."""
MOST_LISTED = 20
"""People in a field. An overview has such a field for each of ten deals, and must fit into one card."""
SUGGESTED = 5
"""People that a field which searches shows before anything is typed."""
MOST_WITHOUT_SEARCH = 100
_MULTIPLE = "[]"
"""The suffix of the id of a field with several values: Teams sends them as one text."""


def text_input(field: TextField, value: str) -> Element:
    """The input of a text field."""
    element: Element = {
        "type": "Input.Text",
        "id": field.name,
        "label": field.label,
        "isMultiline": field.multiline,
        "maxLength": field.max_length,
    }
    if value:
        element["value"] = value
    if field.placeholder:
        element["placeholder"] = clip(field.placeholder, EXAMPLE_LIMIT)
    return element


def checkboxes_input(field: Checkboxes, ticked: Collection[str]) -> Element:
    """The input of checkboxes; its value is a list."""
    element: Element = {
        "type": "Input.ChoiceSet",
        "id": f"{field.name}{_MULTIPLE}",
        "label": field.label,
        "isMultiSelect": True,
        "style": "expanded",
        "wrap": True,
        "choices": [{"title": _checkbox_title(box), "value": box.value} for box in field.options],
    }
    preset = ",".join(box.value for box in field.options if box.value in ticked)
    return {**element, "value": preset} if preset else element


def _checkbox_title(box: Checkbox) -> str:
    """The full text: choices wrap."""
    text = unmarked(box.in_full) or box.text
    return f"{text} – {box.about}" if box.about else text


def choice_input(field: RadioGroup | Select, chosen: str | None) -> Element:
    """The input of a radio group or a select."""
    element: Element = {
        "type": "Input.ChoiceSet",
        "id": field.name,
        "label": field.label,
        "style": "compact" if isinstance(field, Select) else "expanded",
        "wrap": True,
        "choices": [{"title": option.text, "value": option.value} for option in field.options],
    }
    if isinstance(field, Select) and field.placeholder:
        element["placeholder"] = field.placeholder
    return {**element, "value": chosen} if chosen in {option.value for option in field.options} else element


def people_input(
    name: str, label: str, people: Sequence[Option], chosen: str, *, search: bool, placeholder: str
) -> Element:
    """The input of a person: a list to filter, or beyond `MOST_LISTED` people a field that searches them.

    Without `search` the client cannot ask the bot, and the list has those that fit.
    """
    searches = search and len(people) > MOST_LISTED
    listed = list(people[: SUGGESTED if searches else MOST_LISTED if search else MOST_WITHOUT_SEARCH])
    listed += [each for each in people if each.value == chosen and each not in listed]
    element: Element = {
        "type": "Input.ChoiceSet",
        "id": name,
        "label": label,
        "style": "filtered",
        "choices": [{"title": each.text, "value": each.value} for each in listed],
    }
    if len(people) > MOST_LISTED:
        element["placeholder"] = placeholder
    if searches:
        element["choices.data"] = {"type": "Data.Query", "dataset": DATASET}
    return {**element, "value": chosen} if chosen in {each.value for each in listed} else element


def form_values(data: Mapping[str, Any]) -> FormValues:
    """The values of the card's fields when the button was clicked."""
    return FormValues(dict(_values(data)))


def _values(data: Mapping[str, Any]) -> Iterator[tuple[str, str | frozenset[str]]]:
    for name, value in data.items():
        entered = "" if value is None or isinstance(value, dict | list) else str(value)
        if name.endswith(_MULTIPLE):
            yield name.removesuffix(_MULTIPLE), frozenset(filter(None, entered.split(",")))
        elif name not in (CARD_DATA, "msteams"):
            yield name, entered
