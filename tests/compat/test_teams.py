"""Teams after an update: what stands there from before is pressed, saved, continued, looked at and delivered again."""

from __future__ import annotations

import copy
import json
from typing import Any

from bot.ui.ids import ActionId, ViewId
from sandbox.teams.chats import ADA
from tests.compat.bot_at_work import AtWork
from tests.compat.left_behind import SERVICE_URL, LeftBehind
from tests.compat.story import MID_CALL_ON_TEAMS, OBJECTIVES
from tests.compat.teams_side import OURS, buttons, card_in, card_of, does, form_of
from tests.compat.test_slack import ON_SQLITE, applied, everything, not_understood, stage
from tests.wording import wording

Json = dict[str, Any]


def cards(left: LeftBehind) -> list[tuple[str, Json]]:
    """Every card in Ada's chat that has a button, with the id of its message."""
    messages = left.teams["messages"]["a:1ada"]
    found = ((number, card_of(message)) for number, message in messages.items() if "attachments" in message)
    return [(number, card) for number, card in found if list(buttons(card))]


async def test_the_call_under_way_is_continued_in_the_open_dialog_up_to_the_recap(at: AtWork, left: LeftBehind) -> None:
    messages = len(at.teams.chat())
    card = left.teams["dialogs"][MID_CALL_ON_TEAMS]
    while form_of(card) == ViewId.READ_BACK:
        card = card_in(await at.on_teams(at.teams.pressed(card, ActionId.READ_AGREED)))
    entries: Json = {"objectives[]": ",".join(OBJECTIVES), "outcome": "agreed", "number": "3"}
    card = card_in(await at.on_teams(at.teams.pressed(card, "save", **entries)))
    assert form_of(card) == ViewId.RECAP
    assert await at.on_teams(at.teams.pressed(card, "save")) == {}

    assert stage(at, MID_CALL_ON_TEAMS) == "recapped"
    assert len(at.teams.chat()) == messages
    title = wording("card.title_recapped", customer=MID_CALL_ON_TEAMS)
    assert any(title in str(message) for message in at.teams.chat().values())


@ON_SQLITE
async def test_every_button_that_is_there_still_does_something(at: AtWork, left: LeftBehind) -> None:
    """Much is refused politely by now, as the deal has moved on; nothing is unknown, and nothing fails."""
    pressed = set()
    for number, card in cards(left):
        for tap, button in {does(each): each for each in reversed(list(buttons(card)))}.items():
            picked: Json = (
                {f"picked:{tap}:{button['data'][OURS]['value']}": ADA.person} if tap == ActionId.CARD_OWNER else {}
            )
            answer = await at.on_teams(at.teams.pressed(card, tap, reply_to=number, **picked))
            assert answer, (tap, card)
            told = json.dumps(answer, ensure_ascii=False)
            assert not [each for each in not_understood() if each in told], (tap, card)
            pressed.add(tap)
    assert len(pressed) > 15


@ON_SQLITE
async def test_a_card_that_is_looked_at_again_shows_what_is_true_now(at: AtWork, left: LeftBehind) -> None:
    shown = set()
    for _, card in cards(left):
        if "refresh" not in card:
            continue
        value = {"action": card["refresh"]["action"], "trigger": "automatic"}
        answer = await at.on_teams(at.teams.activity("invoke", name="adaptiveCard/action", value=value))
        assert answer["type"] == "application/vnd.microsoft.card.adaptive", answer
        assert answer["value"]["refresh"] == card["refresh"]
        shown.add(card["refresh"]["action"]["data"][OURS]["shows"].partition(":")[0])
    assert shown == {"deal", "list", "reminders", "settings"}


async def test_what_was_applied_is_recognised_when_it_is_delivered_again(at: AtWork, left: LeftBehind) -> None:
    before, events, messages = everything(at), applied(at), copy.deepcopy(at.teams.messages())
    for activity in left.teams["applied"]:
        again = json.loads(json.dumps(activity).replace(SERVICE_URL, at.teams.sandbox.service_url))
        await at.on_teams(again)
        assert applied(at) == events, activity
    assert everything(at) == before
    assert at.teams.messages() == messages


@ON_SQLITE
async def test_a_word_from_before_opens_the_same_chat(at: AtWork) -> None:
    """The stored conversation reference is what the person is known by: no second one is made, and no new chat."""
    references = at.rows("SELECT external_id, conversation FROM conversation_references ORDER BY id")
    await at.on_teams(at.teams.activity(text="list"))
    assert at.rows("SELECT external_id, conversation FROM conversation_references ORDER BY id") == references
    [(count,)] = at.rows("SELECT count(*) FROM people WHERE external_id = :person", person=ADA.person)
    assert count == 1
