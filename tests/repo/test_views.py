"""Every view and message works on a phone and with a screen reader: few fields, short labels."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.ui.components import BUTTON_SHOWN, ActionRow, Field, Message, Modal, UserSelect
from tests.repo.test_surfaces import CUSTOMER, RENDERED, labels, parts
from tests.wording import wording

MAX_FIELDS = 4
MAX_BUTTONS = 3
LONG_LABELS = {"input"}
"""A field's label has its own line, so it may be longer than a button's."""


def found(surface: str, kind: str) -> list[dict[str, Any]]:
    """The objects of this type in all renderings of a surface."""
    return [part for each in RENDERED[surface] for part in parts(each) if part.get("type") == kind]


TIME = re.compile(r"<!date\^[^|>]*\|([^>]*)>")
"""Slack's date token, with the fallback text."""


@pytest.mark.parametrize("surface", RENDERED)
def test_a_step_has_few_fields(surface: str) -> None:
    for rendered in RENDERED[surface]:
        if isinstance(rendered, Modal):
            fields = [component.name for component in rendered.components if isinstance(component, Field)]
            assert len(fields) <= MAX_FIELDS, fields


@pytest.mark.parametrize("surface", RENDERED)
def test_a_row_has_few_buttons_with_unique_action_ids(surface: str) -> None:
    for row in found(surface, "actions"):
        buttons = [element for element in row["elements"] if element["type"] == "button"]
        assert len(buttons) <= MAX_BUTTONS
        names = [element["action_id"] for element in row["elements"]]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("surface", RENDERED)
def test_interactive_elements_have_short_labels_and_buttons_have_accessibility_labels(surface: str) -> None:
    for rendered in RENDERED[surface]:
        for part in parts(rendered):
            if part.get("type") not in LONG_LABELS:
                assert all(len(label) <= BUTTON_SHOWN for label in labels(part)), labels(part)
    for button in found(surface, "button"):  # who speaks to a device says what is written on the button (WCAG 2.5.3)
        assert button["text"]["text"].casefold() in button["accessibility_label"].casefold()


@pytest.mark.parametrize("surface", RENDERED)
def test_a_message_makes_sense_as_plain_text(surface: str) -> None:
    for message in RENDERED[surface]:
        if isinstance(message, Message):
            assert len(message.text.split()) > 2
            assert "{" not in TIME.sub(r"\1", message.text)
            assert not message.text.startswith(("*", "<", "•"))


@pytest.mark.parametrize("surface", ["The card", "The reminder", "The list", "Wins of the week"])
def test_a_message_about_deals_names_the_customer_in_its_plain_text(surface: str) -> None:
    whole = [m for m in RENDERED[surface] if isinstance(m, Message)]
    assert whole
    nameless = sum(wording("card.title_open_nameless") in message.text for message in whole)
    assert surface == "Wins of the week" or sum(CUSTOMER in message.text for message in whole) + nameless >= len(whole)


@pytest.mark.parametrize("surface", RENDERED)
def test_the_name_of_a_row_contains_the_value_of_its_user_select(surface: str) -> None:
    """Slack's selects have no value of their own; `bot.slack.payload` reads it from the block id."""
    components = [component for each in RENDERED[surface] for component in each.components]
    rows = [component for component in components if isinstance(component, ActionRow)]
    for row in rows:
        for menu in row.elements:
            assert not isinstance(menu, UserSelect) or row.name.split(":")[1] == menu.value
