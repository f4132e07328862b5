"""Every limit of Block Kit: the maximum is accepted, one more is refused with a JSON pointer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from sandbox.blocks import BlockKit
from tests.sandbox.block_kit import (
    actions,
    button,
    choice,
    home,
    image,
    input_block,
    modal,
    mrkdwn,
    option,
    options,
    plain,
    section,
    text_input,
)

Json = dict[str, Any]


def named(rows: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Test cases with their name in the first column."""
    return [pytest.param(*each[1:], id=each[0]) for each in rows]


MESSAGE_LIMITS: list[tuple[str, int, str, Callable[[int], list[Json]]]] = [
    ("section text", 3_000, "/0/text/text", lambda n: [section("x" * n)]),
    ("section field", 2_000, "/0/fields/0/text", lambda n: [{"type": "section", "fields": [mrkdwn("x" * n)]}]),
    ("section fields", 10, "/0/fields", lambda n: [{"type": "section", "fields": [mrkdwn("x")] * n}]),
    ("header", 150, "/0/text/text", lambda n: [{"type": "header", "text": plain("x" * n)}]),
    ("context elements", 10, "/0/elements", lambda n: [{"type": "context", "elements": [mrkdwn("x")] * n}]),
    ("actions", 25, "/0/elements", lambda n: [actions(*(button(action_id=f"b{i}") for i in range(n)))]),
    ("blocks", 50, "", lambda n: [{"type": "divider"}] * n),
    ("block_id", 255, "/0/block_id", lambda n: [section(block_id="x" * n)]),
    ("action_id", 255, "/0/elements/0/action_id", lambda n: [actions(button(action_id="x" * n))]),
    ("button text", 75, "/0/elements/0/text/text", lambda n: [actions(button(text=plain("x" * n)))]),
    ("button value", 2_000, "/0/elements/0/value", lambda n: [actions(button(value="x" * n))]),
    ("button url", 3_000, "/0/elements/0/url", lambda n: [actions(button(url="x" * n))]),
    (
        "accessibility label",
        75,
        "/0/elements/0/accessibility_label",
        lambda n: [actions(button(accessibility_label="x" * n))],
    ),
    ("button in a section", 75, "/0/accessory/text/text", lambda n: [section(accessory=button(text=plain("x" * n)))]),
    ("radio buttons", 10, "/0/elements/0/options", lambda n: [actions(choice("radio_buttons", options=options(n)))]),
    ("checkboxes", 10, "/0/elements/0/options", lambda n: [actions(choice("checkboxes", options=options(n)))]),
    ("overflow", 5, "/0/elements/0/options", lambda n: [actions(choice("overflow", options=options(n)))]),
    ("select", 100, "/0/elements/0/options", lambda n: [actions(choice("static_select", options=options(n)))]),
    (
        "multi select",
        100,
        "/0/elements/0/options",
        lambda n: [actions(choice("multi_static_select", options=options(n)))],
    ),
    (
        "option groups",
        100,
        "/0/elements/0/option_groups",
        lambda n: [
            actions(
                {
                    "type": "static_select",
                    "action_id": "s",
                    "option_groups": [{"label": plain("G"), "options": [option()]}] * n,
                }
            )
        ],
    ),
    *(
        (
            f"{kind} option {name}",
            most,
            f"/0/elements/0/options/0/{where}",
            lambda n, kind=kind, name=name: [
                actions(
                    choice(
                        kind,
                        options=[
                            option(
                                **{
                                    "text": {"text": "x" * n},
                                    "value": {"value": "x" * n},
                                    "description": {"description": plain("x" * n)},
                                }[name]
                            )
                        ],
                    )
                )
            ],
        )
        for kind in ("radio_buttons", "checkboxes", "static_select")
        for name, most, where in (
            ("text", 75, "text/text"),
            ("value", 150, "value"),
            ("description", 75, "description/text"),
        )
    ),
    (
        "group label",
        75,
        "/0/elements/0/option_groups/0/label/text",
        lambda n: [
            actions(
                {
                    "type": "static_select",
                    "action_id": "s",
                    "option_groups": [{"label": plain("x" * n), "options": [option()]}],
                }
            )
        ],
    ),
    (
        "placeholder",
        150,
        "/0/elements/0/placeholder/text",
        lambda n: [actions(choice("static_select", placeholder=plain("x" * n)))],
    ),
    *(
        (
            f"confirm {name}",
            most,
            f"/0/elements/0/confirm/{name}/text",
            lambda n, name=name: [actions(button(confirm={"text": plain("Sure?"), name: plain("x" * n)}))],
        )
        for name, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30))
    ),
    ("input label", 2_000, "/0/label/text", lambda n: [input_block(text_input(), label=plain("x" * n))]),
    ("input hint", 2_000, "/0/hint/text", lambda n: [input_block(text_input(), hint=plain("x" * n))]),
    ("initial value", 3_000, "/0/element/initial_value", lambda n: [input_block(text_input(initial_value="x" * n))]),
    ("max_length", 3_000, "/0/element/max_length", lambda n: [input_block(text_input(max_length=n))]),
    ("image alt text", 2_000, "/0/alt_text", lambda n: [image(alt_text="x" * n)]),
    ("image title", 2_000, "/0/title/text", lambda n: [image(title=plain("x" * n))]),
    ("image url", 3_000, "/0/image_url", lambda n: [image(image_url="x" * n)]),
    ("image in a section", 2_000, "/0/accessory/alt_text", lambda n: [section(accessory=image(alt_text="x" * n))]),
    (
        "image in a context",
        2_000,
        "/0/elements/0/alt_text",
        lambda n: [{"type": "context", "elements": [image(alt_text="x" * n)]}],
    ),
    ("markdown", 12_000, "/0/text", lambda n: [{"type": "markdown", "text": "x" * n}]),
]

VIEW_LIMITS: list[tuple[str, int, str, Callable[[int], Json]]] = [
    ("title", 24, "/title/text", lambda n: modal(title=plain("x" * n))),
    ("submit", 24, "/submit/text", lambda n: modal(submit=plain("x" * n))),
    ("close", 24, "/close/text", lambda n: modal(close=plain("x" * n))),
    ("private_metadata", 3_000, "/private_metadata", lambda n: modal(private_metadata="x" * n)),
    ("callback_id", 255, "/callback_id", lambda n: modal(callback_id="x" * n)),
    ("external_id", 255, "/external_id", lambda n: modal(external_id="x" * n)),
    ("blocks of a modal", 100, "/blocks", lambda n: modal(*[{"type": "divider"}] * n)),
    ("blocks of a home", 100, "/blocks", lambda n: home(*[{"type": "divider"}] * n)),
    ("home private_metadata", 3_000, "/private_metadata", lambda n: home(private_metadata="x" * n)),
]


@pytest.mark.parametrize(("most", "where", "build"), named(MESSAGE_LIMITS))
def test_message_limits(block_kit: BlockKit, most: int, where: str, build: Callable[[int], list[Json]]) -> None:
    assert block_kit.message_problems(build(most)) == []
    assert where in [at for at, _ in block_kit.message_problems(build(most + 1))]


@pytest.mark.parametrize(("most", "where", "build"), named(VIEW_LIMITS))
def test_view_limits(block_kit: BlockKit, most: int, where: str, build: Callable[[int], Json]) -> None:
    assert block_kit.view_problems(build(most)) == []
    assert where in [at for at, _ in block_kit.view_problems(build(most + 1))]


WRONG_MESSAGES: list[tuple[str, list[Json], str, str]] = [
    ("empty section text", [section("")], "/0/text/text", "must be more than 0 characters"),
    ("section of nothing", [{"type": "section"}], "/0", "missing required field: text or fields"),
    ("unknown block", [{"type": "sectoin"}], "/0/type", "unsupported type: sectoin"),
    ("block without type", [{"text": mrkdwn("x")}], "/0", "missing required field: type"),
    ("block that is a text", ["x"], "/0", "must be an object"),  # type: ignore[list-item]
    ("unknown property", [section(colour="red")], "/0", "invalid additional property: colour"),
    ("number for a text", [section(block_id=7)], "/0/block_id", "must be a string"),
    ("text for a boolean", [input_block(text_input(), optional="yes")], "/0/optional", "must be a boolean"),
    ("mrkdwn in a header", [{"type": "header", "text": mrkdwn("x")}], "/0/text/type", "must be one of: plain_text"),
    ("unknown style", [actions(button(style="loud"))], "/0/elements/0/style", "must be one of: primary, danger"),
    ("typing among buttons", [actions(text_input())], "/0/elements/0/type", "unsupported type: plain_text_input"),
    ("button as input", [input_block(button())], "/0/element/type", "unsupported type: button"),
    ("no elements", [actions()], "/0/elements", "must provide at least 1 item"),
    ("no options", [actions(choice("radio_buttons", options=[]))], "/0/elements/0/options", "must provide at least 1"),
    (
        "select of nothing",
        [actions({"type": "static_select", "action_id": "s"})],
        "/0/elements/0",
        "missing required field: options",
    ),
    (
        "options and groups",
        [actions(choice("static_select", option_groups=[{"label": plain("G"), "options": [option()]}]))],
        "/0/elements/0",
        "options and option_groups cannot both be given",
    ),
    (
        "initial option of another list",
        [actions(choice("static_select", initial_option=option("Other", "9")))],
        "/0/elements/0/initial_option",
        "must be one of the provided options",
    ),
    (
        "initial options of another list",
        [actions(choice("checkboxes", initial_options=[options(3)[0], option("Other", "9")]))],
        "/0/elements/0/initial_options/1",
        "must be one of the provided options",
    ),
    (
        "option without value",
        [actions(choice("radio_buttons", options=[{"text": plain("x")}]))],
        "/0/elements/0/options/0",
        "missing required field: value",
    ),
    (
        "option with url",
        [actions(choice("radio_buttons", options=[option(url="u")]))],
        "/0/elements/0/options/0",
        "invalid additional property: url",
    ),
    (
        "mrkdwn in a select",
        [actions(choice("static_select", options=[{"text": mrkdwn("x"), "value": "1"}]))],
        "/0/elements/0/options/0/text/type",
        "must be one of: plain_text",
    ),
    ("image without alt text", [{"type": "image", "image_url": "u"}], "/0", "missing required field: alt_text"),
    ("block_id twice", [section(block_id="a"), section(block_id="a")], "/1/block_id", "already exists"),
    ("action_id twice in a block", [actions(button(), button())], "/0/elements/1/action_id", "already exists"),
    (
        "least above most",
        [input_block(text_input(min_length=9, max_length=3))],
        "/0/element/min_length",
        "must not be more",
    ),
    ("least below nothing", [input_block(text_input(min_length=-1))], "/0/element/min_length", "must be between"),
    (
        "longer than its own most",
        [input_block(text_input(max_length=3, initial_value="four"))],
        "/0/element/initial_value",
        "must be less than 4 characters",
    ),
    (
        "number that is none",
        [input_block({"type": "number_input", "is_decimal_allowed": True, "initial_value": "x"})],
        "/0/element/initial_value",
        "must be a number",
    ),
    (
        "number above its most",
        [input_block({"type": "number_input", "is_decimal_allowed": True, "initial_value": "5", "max_value": "4"})],
        "/0/element/initial_value",
        "must be between",
    ),
    (
        "number range upside down",
        [input_block({"type": "number_input", "is_decimal_allowed": True, "min_value": "5", "max_value": "4"})],
        "/0/element/min_value",
        "must not be more",
    ),
    (
        "day that is none",
        [actions({"type": "datepicker", "initial_date": "2.1.26"})],
        "/0/elements/0/initial_date",
        "YYYY",
    ),
    (
        "time that is none",
        [actions({"type": "timepicker", "initial_time": "9am"})],
        "/0/elements/0/initial_time",
        "HH:mm",
    ),
    (
        "moment that is none",
        [actions({"type": "datetimepicker", "initial_date_time": 17})],
        "/0/elements/0/initial_date_time",
        "seconds since the epoch",
    ),
    (
        "many of none",
        [actions(choice("multi_static_select", max_selected_items=0))],
        "/0/elements/0/max_selected_items",
        "must be at least 1",
    ),
    (
        "file input in a message",
        [input_block({"type": "file_input"})],
        "/0/element/type",
        "unsupported type: file_input",
    ),
]


@pytest.mark.parametrize(("blocks", "where", "what"), named(WRONG_MESSAGES))
def test_invalid_message_blocks(block_kit: BlockKit, blocks: list[Json], where: str, what: str) -> None:
    problems = dict(block_kit.message_problems(blocks))
    assert what in problems.get(where, ""), problems


WRONG_VIEWS: list[tuple[str, Any, str, str]] = [
    ("no view", "x", "", "must be an object"),
    ("another surface", {"type": "page", "blocks": []}, "/type", "unsupported type: page"),
    ("modal without title", {"type": "modal", "blocks": []}, "", "missing required field: title"),
    ("home with submit", home(submit=plain("x")), "", "invalid additional property: submit"),
    (
        "input without submit",
        {"type": "modal", "title": plain("T"), "blocks": [input_block(text_input())]},
        "",
        "missing required field: submit",
    ),
    ("markdown in a modal", modal({"type": "markdown", "text": "x"}), "/blocks/0/type", "unsupported type: markdown"),
    (
        "two that want the cursor",
        modal(
            input_block(text_input(focus_on_load=True)), input_block(text_input(action_id="b", focus_on_load=True), "b")
        ),
        "/blocks",
        "focus_on_load",
    ),
    ("file input in a home", home(input_block({"type": "file_input"})), "/blocks/0/element/type", "unsupported"),
]


@pytest.mark.parametrize(("view", "where", "what"), named(WRONG_VIEWS))
def test_invalid_views(block_kit: BlockKit, view: Any, where: str, what: str) -> None:
    problems = dict(block_kit.view_problems(view))
    assert what in problems.get(where, ""), problems


def test_an_initial_option_may_omit_defaults(block_kit: BlockKit) -> None:
    chosen = {"text": {"type": "plain_text", "text": "Option 1", "emoji": True}, "value": "1"}
    assert block_kit.message_problems([actions(choice("radio_buttons", initial_option=chosen))]) == []
    assert block_kit.view_problems(modal(input_block(choice("radio_buttons", initial_option=chosen)))) == []


def test_inputs_are_allowed_in_messages_and_homes_without_a_submit(block_kit: BlockKit) -> None:
    assert block_kit.message_problems([input_block(text_input(), dispatch_action=True)]) == []
    assert block_kit.view_problems(home(input_block(text_input()))) == []
