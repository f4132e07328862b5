"""The compiled schema accepts and refuses exactly what a general JSON Schema validator does."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from sandbox.schema import SCHEMA, Schema
from tests.sandbox.block_kit import (
    actions,
    button,
    choice,
    image,
    input_block,
    modal,
    mrkdwn,
    option,
    plain,
    section,
    text_input,
)

Json = dict[str, Any]
DEFINITIONS = json.loads(SCHEMA.read_text(encoding="utf-8"))

VALID: list[Json] = [
    section(accessory=button(style="primary", confirm={"text": mrkdwn("Sure?")})),
    {"type": "section", "fields": [mrkdwn("a"), plain("b")]},
    actions(button(), choice("static_select", action_id="s"), choice("overflow", action_id="o")),
    actions({"type": "users_select", "action_id": "u"}, {"type": "datepicker", "action_id": "d"}),
    input_block(text_input(multiline=True, min_length=1), optional=True, hint=plain("h")),
    input_block(
        {"type": "checkboxes", "action_id": "c", "options": [{"text": mrkdwn("*x*"), "value": "1"}, option("y", "2")]}
    ),
    input_block({"type": "number_input", "is_decimal_allowed": False, "action_id": "n"}),
    {"type": "context", "elements": [mrkdwn("x"), image()]},
    {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "A"},
    {"type": "header", "text": plain("x")},
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "text", "text": "x", "style": {"bold": True}},
                    {"type": "user", "user_id": "U1"},
                    {"type": "link", "url": "https://example.com"},
                ],
            },
            {"type": "rich_text_list", "style": "bullet", "elements": []},
        ],
    },
    {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]},
]
JUNK = st.sampled_from([None, 0, 1.5, True, "", "x", [], {}, {"type": "plain_text"}, ["x"], "modal", "button"])


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    paths = [path]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in items:
        paths.extend(_paths(each, (*path, key)))
    return paths


def _spoilt(value: Any, path: tuple[Any, ...], junk: Any, how: str) -> Any:
    if not path:
        return junk
    spoilt = copy.deepcopy(value)
    parent = spoilt
    for key in path[:-1]:
        parent = parent[key]
    if how == "remove" and isinstance(parent, dict):
        del parent[path[-1]]
    elif how == "add" and isinstance(parent, dict):
        parent["unheard_of"] = junk
    else:
        parent[path[-1]] = junk
    return spoilt


@pytest.fixture(scope="module")
def ours() -> Schema:
    return Schema.vendored()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_the_compiled_schema_agrees_with_jsonschema(ours: Schema, data: st.DataObject) -> None:
    valid = data.draw(st.sampled_from(VALID))
    path = data.draw(st.sampled_from(_paths(valid)))
    value = _spoilt(valid, path, data.draw(JUNK), data.draw(st.sampled_from(["replace", "remove", "add"])))
    name = "KnownBlock"
    theirs = Draft7Validator({**DEFINITIONS, "$ref": f"#/definitions/{name}"})
    assert (ours.check(name)(value) == []) == theirs.is_valid(value), value


@pytest.mark.parametrize("block", VALID, ids=[each["type"] for each in VALID])
def test_valid_blocks_pass_both(ours: Schema, block: Json) -> None:
    assert ours.check("KnownBlock")(block) == []
    assert Draft7Validator({**DEFINITIONS, "$ref": "#/definitions/KnownBlock"}).is_valid(block)


def test_every_definition_compiles(ours: Schema) -> None:
    for name in DEFINITIONS["definitions"]:
        assert ours.check(name)(object()) != []


def test_a_whole_view_is_checked(ours: Schema) -> None:
    assert ours.check("Modal")(modal(section())) == []
    assert ours.check("Modal")(modal(section(), blocks={})) == [("/blocks", "must be an array")]
