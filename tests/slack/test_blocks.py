"""Slack accepts the blocks of any components, whatever they contain."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack import blocks
from bot.slack.mrkdwn import SlackMarkup
from bot.ui.clipping import length
from bot.ui.components import (
    MOST_CHECKBOXES,
    ActionRow,
    Button,
    Checkbox,
    Checkboxes,
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
from bot.ui.ids import ActionId, ModalState, ViewId
from sandbox.blocks import BlockKit

KIT = BlockKit()


def sent(drawn: blocks.Block) -> Any:
    """As it reaches Slack."""
    return json.loads(json.dumps(drawn))


FORWARD = "Northwind <Dental> & Sons "
TEXTS = st.sampled_from(["Short", FORWARD * 3, FORWARD * 20, FORWARD * 300, "&" * 4000, "🦷" * 4000])
MARKED = TEXTS.map(SlackMarkup.escape)
STYLES = st.sampled_from([None, "primary", "danger"])

BUTTONS = st.builds(Button, TEXTS, st.just(ActionId.CARD_GO_ON), st.just("1"), TEXTS, STYLES)
MENUS = st.builds(UserSelect, TEXTS, st.just(ActionId.CARD_OWNER), st.just("1"))
SAID = st.one_of(
    st.builds(Heading, TEXTS),
    st.builds(Paragraph, MARKED),
    st.builds(ContextText, st.lists(MARKED, min_size=1, max_size=12).map(tuple)),
    st.just(Divider()),
)
BOXES = st.lists(TEXTS, min_size=1, max_size=MOST_CHECKBOXES).map(
    lambda texts: tuple(Checkbox(str(n), text, text, ticked=n % 2 == 0, in_full=text) for n, text in enumerate(texts))
)
OPTIONS = st.lists(TEXTS, min_size=1, max_size=MOST_CHECKBOXES).map(
    lambda texts: tuple(Option(str(n), text) for n, text in enumerate(texts))
)
FIELDS = st.one_of(
    st.builds(
        TextField, st.just("field"), st.just("Field"), hint=st.just("Hint"), placeholder=TEXTS, multiline=st.booleans()
    ),
    st.builds(Checkboxes, st.just("field"), st.just("Field"), BOXES, attests=st.sampled_from([None, "", "1:1 2:1"])),
    st.builds(RadioGroup, st.just("field"), st.just("Field"), OPTIONS, st.sampled_from([None, "0"])),
    st.builds(Select, st.just("field"), st.just("Field"), OPTIONS, st.sampled_from([None, "0"]), TEXTS),
    st.builds(UserField, st.just("field"), st.just("Field"), st.just("U1")),
)


@given(st.lists(SAID, min_size=1, max_size=12), st.one_of(BUTTONS, MENUS))
@settings(deadline=None, max_examples=60)
def test_a_message(said: list[Heading | Paragraph | ContextText | Divider], element: Button | UserSelect) -> None:
    drawn = sent(blocks.message(Message("Text", (*said, ActionRow("card:1", (element,))))))
    assert KIT.message_problems(drawn["blocks"]) == []


@given(st.lists(SAID, max_size=12), FIELDS, TEXTS, TEXTS)
@settings(deadline=None, max_examples=60)
def test_a_modal(
    said: list[Heading | Paragraph | ContextText | Divider],
    field: TextField | Checkboxes | RadioGroup | Select | UserField,
    title: str,
    submit: str,
) -> None:
    sheet = Modal(ViewId.FIX, title, (*said, field), state=ModalState(1), close="Close", submit=submit)
    assert KIT.view_problems(sent(blocks.modal(sheet))) == []


@pytest.mark.parametrize("count", [95, 97, 98, 99, 300])
def test_a_modal_that_is_too_long_says_so_and_keeps_its_ending(count: int) -> None:
    said = tuple(Paragraph(f"{number}") for number in range(count))
    ending = (Divider(), Heading("What happened"), Paragraph("Heard"))
    sheet = Modal(
        ViewId.RECORD,
        "T",
        said,
        state=ModalState(1),
        close="Close",
        ending=ending,
        left_out=ContextText(("There is more",)),
    )
    view = sent(blocks.modal(sheet))
    assert KIT.view_problems(view) == []
    assert [block["type"] for block in view["blocks"][-3:]] == ["divider", "header", "section"]
    assert ("There is more" in str(view)) == (count > 97)


@given(st.lists(MARKED, min_size=1, max_size=8))
@settings(deadline=None, max_examples=60)
def test_an_excerpt_is_short_enough_and_says_what_it_leaves_out(paragraphs: list[str]) -> None:
    drawn = blocks.message(Message("Text", (Excerpt(tuple(paragraphs), "There is more"),)))["blocks"]
    assert KIT.message_problems(drawn) == []
    shown = [block["text"]["text"] for block in drawn if block["type"] == "section"]
    assert sum(map(len, shown)) <= blocks.MESSAGE_LIMIT + len(" …")
    assert ("There is more" in str(drawn)) == (sum(map(length, paragraphs)) > blocks.MESSAGE_LIMIT)


def test_what_a_tick_attests_is_part_of_the_field() -> None:
    """Slack keeps the tick of a field of the same id when the modal is redrawn."""
    drawn = [
        blocks.message(Message("", (Checkboxes("all", "All", (Checkbox("yes", "Yes"),), attests=attests),)))["blocks"][
            0
        ]
        for attests in (None, "", "1:1", "1:1 2:1")
    ]
    assert [block["block_id"] for block in drawn] == ["all", "all:", "all:1:1", "all:1:1 2:1"]
    assert {block["element"]["action_id"] for block in drawn} == {"all"}


def test_a_shortened_checkbox_is_shown_in_full_below() -> None:
    boxes = (Checkbox("1", "Short", in_full="Short"), Checkbox("2", "x" * 80, in_full="in full"))
    field, below = blocks.message(Message("", (Checkboxes("all", "All", boxes),)))["blocks"]
    assert field["element"]["options"][1]["text"]["text"].endswith("…")
    assert below["text"]["text"] == "in full"
