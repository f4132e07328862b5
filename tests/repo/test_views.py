"""Every view and message as somebody on a phone, or with a screen reader, meets it: few fields, short labels."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.ui.components import BUTTON_SHOWN, ActionRow, Field, Message, Modal, UserSelect
from tests.repo.test_surfaces import CUSTOMER, RENDERED, labels, parts

MOST_FIELDS = 4
MOST_BUTTONS = 3
EXPLAINED = {"input"}
"""A field's label stands on a line of its own; it may be longer than a button."""


def found(surface: str, kind: str) -> list[dict[str, Any]]:
    """The parts of that type, in all renderings of a surface."""
    return [part for each in RENDERED[surface] for part in parts(each) if part.get("type") == kind]


TIME = re.compile(r"<!date\^[^|>]*\|([^>]*)>")
"""A moment for each reader's own zone, and what stands for it elsewhere."""


@pytest.mark.parametrize("surface", RENDERED)
def test_a_step_has_few_fields(surface: str) -> None:
    for rendered in RENDERED[surface]:
        if isinstance(rendered, Modal):
            fields = [piece.name for piece in rendered.components if isinstance(piece, Field)]
            assert len(fields) <= MOST_FIELDS, fields


@pytest.mark.parametrize("surface", RENDERED)
def test_a_row_has_few_buttons_and_each_goes_by_one_name(surface: str) -> None:
    for row in found(surface, "actions"):
        buttons = [element for element in row["elements"] if element["type"] == "button"]
        assert len(buttons) <= MOST_BUTTONS
        names = [element["action_id"] for element in row["elements"]]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("surface", RENDERED)
def test_what_is_tapped_has_a_short_label_and_a_name_for_who_cannot_see_it(surface: str) -> None:
    for rendered in RENDERED[surface]:
        for part in parts(rendered):
            if part.get("type") not in EXPLAINED:
                assert all(len(label) <= BUTTON_SHOWN for label in labels(part)), labels(part)
    for button in found(surface, "button"):
        assert button["accessibility_label"].strip()


@pytest.mark.parametrize("surface", RENDERED)
def test_a_message_makes_sense_as_plain_text(surface: str) -> None:
    for message in RENDERED[surface]:
        if isinstance(message, Message):
            assert len(message.text.split()) > 2
            assert "{" not in TIME.sub(r"\1", message.text)
            assert not message.text.startswith(("*", "<", "•"))


@pytest.mark.parametrize("surface", ["The card", "The reminder", "The list", "Wins of the week"])
def test_what_tells_of_deals_names_the_customer_in_its_plain_text(surface: str) -> None:
    whole = [m for m in RENDERED[surface] if isinstance(m, Message)]
    assert whole
    assert surface == "Wins of the week" or all(CUSTOMER in message.text for message in whole)


@pytest.mark.parametrize("surface", RENDERED)
def test_what_a_menu_carries_stands_in_the_name_of_its_row(surface: str) -> None:
    """Slack's menus carry nothing themselves; `bot.slack.payload` reads it there."""
    rows = [piece for each in RENDERED[surface] for piece in each.components if isinstance(piece, ActionRow)]
    for row in rows:
        for menu in row.elements:
            assert not isinstance(menu, UserSelect) or row.name.split(":")[1] == menu.value
