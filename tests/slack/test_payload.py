"""Slack's payloads are read into interactions and commands."""

from __future__ import annotations

from typing import Any

import pytest

from bot.slack import payload
from bot.ui.ids import ModalState

WHO: dict[str, Any] = {"user": {"id": "U1"}, "team": {"id": "T1"}}
STATE = {
    "a": {"text": {"type": "plain_text_input", "value": "typed"}},
    "b": {"empty": {"type": "plain_text_input", "value": None}},
    "read_all:1:1": {"boxes": {"type": "checkboxes", "selected_options": [{"value": "yes"}, {"value": "no"}]}},
    "d": {"none": {"type": "checkboxes", "selected_options": []}},
    "e": {"radio": {"type": "radio_buttons", "selected_option": {"value": "agreed"}}},
    "f": {"off": {"type": "radio_buttons", "selected_option": None}},
    "g": {"who": {"type": "users_select", "selected_user": "U2"}},
}
MODAL = {
    "type": "modal",
    "id": "V1",
    "hash": "h",
    "callback_id": "recap",
    "private_metadata": ModalState(7, 8, 9).to_text(),
    "state": {"values": STATE},
}


def test_a_button_in_a_message() -> None:
    body = {**WHO, "container": {"channel_id": "D1", "message_ts": "1.1"}}
    act = payload.interaction(body, {"action_id": "card.go_on", "value": "7", "action_ts": "2.2"})
    assert (act.action_id, act.value, act.view, act.state) == ("card.go_on", "7", "", ModalState())
    assert (act.channel, act.message) == ("D1", "D1:1.1")
    assert (act.viewer.person, act.viewer.workspace, act.viewer.event_key) == ("U1", "T1", "")
    assert (act.actor.person, act.actor.event_key) == ("U1", "tap:D1:1.1:2.2")


def test_a_button_in_a_modal() -> None:
    act = payload.interaction({**WHO, "view": MODAL}, {"action_id": "readback.agreed", "value": "8:9"})
    assert (act.view, act.state) == ("recap", ModalState(7, 8, 9))
    assert act.actor.event_key == "tap:V1:h:readback.agreed:8:9"


def test_a_button_on_the_home_tab_belongs_to_no_modal() -> None:
    act = payload.interaction({**WHO, "view": {"type": "home", "id": "V2", "hash": "h"}}, {"action_id": "card.fix"})
    assert (act.view, act.state, act.values.names) == ("", ModalState(), ())


@pytest.mark.parametrize("row", ["card:7", "card:7:owner", "deal:7"])
def test_the_value_of_a_menu_is_in_its_block_id(row: str) -> None:
    act = payload.interaction(WHO, {"action_id": "card.owner", "block_id": row, "selected_user": "U2"})
    assert (act.value, act.selected_user) == ("7", "U2")


def test_the_values_of_a_modal() -> None:
    act = payload.submission(WHO, MODAL)
    assert (act.view, act.state, act.actor.event_key) == ("recap", ModalState(7, 8, 9), "form:V1:h")
    entries = act.values
    assert entries.names == ("text", "empty", "boxes", "none", "radio", "off", "who")
    assert [entries.value(name) for name in ("text", "empty", "radio", "off", "who")] == [
        "typed",
        "",
        "agreed",
        "",
        "U2",
    ]
    assert (entries.ticked("boxes"), entries.ticked("none")) == (frozenset({"yes", "no"}), frozenset())
    assert entries.ticked(*entries.names) == frozenset({"yes", "no"})
    assert (entries.value("boxes"), entries.ticked("text"), entries.value("unknown")) == ("", frozenset(), "")


@pytest.mark.parametrize(("channel", "in_person"), [("C1", False), ("D1", True)])
def test_a_command(channel: str, in_person: bool) -> None:
    body = {"user_id": "U1", "team_id": "T1", "channel_id": channel, "text": " list ", "trigger_id": "t"}
    typed = payload.command(body)
    assert (typed.text, typed.channel, typed.is_direct) == (" list ", channel, in_person)
    assert (typed.viewer.event_key, typed.actor.event_key) == ("", "command:t")


@pytest.mark.parametrize("metadata", ["no json", "[1]", '{"deal_id": [1]}'])
def test_a_foreign_modal_is_refused(metadata: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        payload.submission(WHO, {**MODAL, "private_metadata": metadata})
