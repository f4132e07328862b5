"""Every surface as an Adaptive Card: valid by the schema, within Teams' limits, and labelled throughout."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from bot.interactions.actions import ACTIONS_OPENING_MODALS
from bot.teams import adaptive_cards
from bot.teams.adaptive_cards import CARD_LIMIT, CardOptions, Refresh, Surface, card_bytes
from bot.teams.card_inputs import form_values
from bot.teams.card_text import TeamsMarkup
from bot.teams.commands import COMMAND
from bot.ui.components import (
    ActionRow,
    Button,
    Checkbox,
    Checkboxes,
    Excerpt,
    Heading,
    Message,
    Modal,
    Option,
    Paragraph,
    TextField,
)
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from tests.repo import test_surfaces
from tests.teams.card_driver import CardDriver

Json = dict[str, Any]
SCHEMA = json.loads((Path(__file__).parents[1] / "contracts" / "adaptive-card-1.5.schema.json").read_text("utf-8"))
VALID = Draft7Validator(SCHEMA)
MOST_BUTTONS = 6
OPTIONS = CardOptions(
    "n1",
    "Please fill this in.",
    "This is who",
    (Option("u1", "Ada Kemp"),),
    dialogs=ACTIONS_OPENING_MODALS,
    save="Save for later",
    forgets="Teams forgets what you type here.",
)
TEXTS = Texts(TeamsMarkup({"U1": "Ada Kemp", "C1": "Wins"}, ZoneInfo("Europe/Oslo")), COMMAND)


def wrong_with(card: Json) -> list[str]:
    """The violations of the Adaptive Cards 1.5 schema, which lacks what Teams documents for a list that is filtered."""
    return [error.message for error in VALID.iter_errors(_without_filters(card))]


def _without_filters(part: Any) -> Any:
    if isinstance(part, list):
        return [_without_filters(each) for each in part]
    if not isinstance(part, dict):
        return part
    known = {name: _without_filters(each) for name, each in part.items() if name != "choices.data"}
    return {**known, "style": "compact"} if known.get("style") == "filtered" else known


def drawn(surface: Message | Modal) -> Iterator[Json]:
    """All cards of a surface."""
    if isinstance(surface, Message):
        yield adaptive_cards.message_card(surface, OPTIONS)
        yield adaptive_cards.message_card(surface, replace(OPTIONS, refresh=Refresh("29:ada", "list northwind")))
    else:
        for where in Surface:
            yield adaptive_cards.modal_card(surface, where, OPTIONS)


SURFACES = [(name, each) for name, found in test_surfaces.rendered(TEXTS).items() for each in found]


@pytest.mark.parametrize(("name", "surface"), SURFACES, ids=[f"{name} {n}" for n, (name, _) in enumerate(SURFACES)])
def test_a_surface_is_a_valid_card_within_the_limits(name: str, surface: Message | Modal) -> None:
    for card in drawn(surface):
        assert wrong_with(card) == [], name
        assert card_bytes(card) <= CARD_LIMIT + 1_000
        shown = CardDriver(card)
        rows = [element for element in card["body"] if element["type"] == "ActionSet"]
        beside = [[each for each in row["actions"] if each.get("mode") != "secondary"] for row in rows]
        assert all(0 < len(buttons) <= MOST_BUTTONS for buttons in beside)
        assert all(title.strip() for title in shown.titles)
        assert all(each.get("label") for each in shown.fields.values())
        assert card["fallbackText"].strip()
        assert "*" not in card["fallbackText"]


def test_buttons_carry_their_data_on_each_surface() -> None:
    modal = Modal(
        ViewId.EDIT,
        "A statement",
        (ActionRow("x", (Button("Back", ActionId.CALL_EDIT_LIST, "1", accessible_name="Back to the list"),)),),
        state=ModalState(7, 3, 2),
        close="Later",
        submit="Save",
    )
    in_chat, in_dialog = (CardDriver(adaptive_cards.modal_card(modal, where, OPTIONS)) for where in Surface)
    assert (in_chat.titles, in_dialog.titles) == (["Back", "Save", "Later"], ["Back", "Save"])
    assert in_chat.button("Save")["type"] == "Action.Execute"
    assert in_dialog.button("Save")["type"] == "Action.Submit"
    carried = in_dialog.pressed("Back")["firstcall"]
    assert (carried["tap"], carried["value"], carried["form"]) == ("call.edit_list", "1", "edit")
    assert ModalState.from_text(carried["place"]) == ModalState(7, 3, 2)


def test_empty_required_fields_do_not_block_other_buttons() -> None:
    field = TextField("wording", "In their words")
    row = ActionRow("x", (Button("Back", ActionId.CALL_EDIT_LIST, "1", accessible_name="Back"),))
    shown = CardDriver(
        adaptive_cards.modal_card(Modal(ViewId.EDIT, "t", (field, row), None, "Later", "Save"), Surface.DIALOG, OPTIONS)
    )
    assert shown.pressed("Back")
    with pytest.raises(AssertionError, match="must be filled in"):
        shown.pressed("Save")


def test_values_and_their_errors_are_shown() -> None:
    boxes = Checkboxes("steps", "Steps", (Checkbox("a", "A", ticked=True), Checkbox("b", "B")), optional=True)
    modal = Modal(ViewId.CHECKLIST, "t", (TextField("amount", "Amount", value="1"), boxes), None, "Later", "Save")
    values = form_values({"amount": "much", "steps[]": "b"})
    options = CardOptions("n", "x", "y", values=values, errors={"amount": "I cannot read that."})
    shown = CardDriver(adaptive_cards.modal_card(modal, Surface.DIALOG, options))
    assert "I cannot read that." in shown.text
    assert (shown.fields["amount"]["value"], shown.fields["steps[]"]["value"]) == ("much", "b")


@given(st.dictionaries(st.sampled_from(["a", "b[]", "c"]), st.text(alphabet="xyz, ", max_size=9)))
def test_values_are_read_by_the_type_of_their_field(data: dict[str, str]) -> None:
    found = form_values({**data, "firstcall": {}, "msteams": {}})
    assert set(found.names) == {name.removesuffix("[]") for name in data}
    assert found.value("a") == data.get("a", "")
    assert found.ticked("b") == frozenset(filter(None, data.get("b[]", "").split(",")))


@given(st.lists(st.text(min_size=1, max_size=4_000), min_size=1, max_size=12))
def test_a_shortened_message_says_so(paragraphs: list[str]) -> None:
    marked = tuple(TeamsMarkup.escape(each) or "x" for each in paragraphs)
    card = adaptive_cards.message_card(
        Message("Brief", (Heading("Brief"), Excerpt(marked, "There is more in the brief."))), OPTIONS
    )
    assert card_bytes(card) <= CARD_LIMIT + 1_000
    whole = all(line in CardDriver(card).text for each in marked for line in each.split("\n") if line.strip())
    assert whole or "There is more in the brief." in CardDriver(card).text


def test_markup_in_a_customers_name_is_shown_literally() -> None:
    name = "**Acme** [x](https://evil.example) <at>all</at> \u202eabc"
    card = adaptive_cards.message_card(
        Message("x", (Heading(name), Paragraph(TEXTS.markup.bold(TEXTS.markup.escape(name))))), OPTIONS
    )
    assert [each["type"] for each in card["body"]] == ["RichTextBlock", "RichTextBlock"]
    assert CardDriver(card).text == f"{name}\n{name}"
