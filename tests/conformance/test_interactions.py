"""Actions, submissions and commands on the invented platform: what a driver of a real platform cannot ask for."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from bot.interactions import actions, commands, submissions
from bot.interactions.actions import DealChanged, OpenModal, ReplaceMessage
from bot.interactions.interaction import Command, FormValues, Interaction
from bot.ports.clock import Clock
from bot.ports.context import Context
from bot.ui.components import ActionRow, Button, Message, Modal, TextField
from bot.ui.ids import ActionId, ModalState, ViewId
from bot.ui.texts import Texts
from handlers.errors import InvalidEntryError, NotNowError, NotYoursError
from handlers.method.statements import Said
from handlers.requests import Caller
from storage.database import Database
from tests.conformance.invented_platform import ANNA, BEN, GONE, ROOM, PhoneBook, TypewriterMarkup, text_of
from tests.handlers.world import World
from tests.wording import wording


class Person:
    """One person on the invented platform: what they click, submit and type."""

    def __init__(self, context: Context, world: World) -> None:
        self.context = context
        self.world = world
        self._numbers = count(1)

    def interaction(self, person: str = ANNA, **what: object) -> Interaction:
        viewer = Caller("slack", self.world.workspace, person, "")
        return replace(Interaction(viewer, replace(viewer, event_key=f"act:{next(self._numbers)}")), **what)

    def on(self, modal: Modal, action_id: ActionId) -> Interaction:
        """A click on a button of the modal."""
        rows = [each for each in modal.components if isinstance(each, ActionRow)]
        (button,) = [each for row in rows for each in row.elements if each.action_id == action_id]
        return self.interaction(action_id=action_id, value=button.value, view=modal.view, state=modal.state)

    async def click(self, interaction: Interaction) -> Modal:
        outcome = await actions.run_action(self.context, interaction)
        assert isinstance(outcome, OpenModal)
        return outcome.modal

    async def submit(self, modal: Modal, **entered: str | frozenset[str]) -> Modal | None:
        """Submit the modal with the values that its fields show and what is entered."""
        shown = {each.name: each.value for each in modal.components if isinstance(each, TextField)}
        values = FormValues({**shown, **entered})
        return await submissions.save_submission(
            self.context, self.interaction(view=modal.view, state=modal.state, values=values)
        )

    async def type(self, text: str, channel: str = ROOM, *, is_direct: bool = False) -> Message | Modal:
        who = self.interaction()
        return await commands.run_command(self.context, Command(who.viewer, who.actor, text, channel, is_direct))


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


@pytest.fixture
def person(database: Database, world: World) -> Person:
    clock = Clock(wall=lambda: world.now)
    return Person(Context(database, clock, lambda: None, PhoneBook(), Texts(TypewriterMarkup(), "coach"), "B1"), world)


async def test_a_repeated_click_shows_the_present_statement(person: Person, world: World) -> None:
    deal = world.a_deal()
    first = await person.submit(
        await person.click(person.interaction(action_id=ActionId.CARD_GO_ON, value=str(deal))),
        reached="Dana",
        steps=frozenset(),
        expectations="A call every Friday\nOne invoice a month",
        priorities="",
    )
    while first is not None and first.view != ViewId.READ_BACK:
        first = await person.submit(first)
    assert first is not None
    agreed = person.on(first, ActionId.READ_AGREED)
    second = await person.click(agreed)
    assert second.state != first.state

    assert (await person.click(agreed)).state == second.state
    assert (await actions.current_modal(person.context, agreed)).state == second.state
    assert [statement.said for statement in world.statements(deal)] == [Said.AGREED, None]


@pytest.mark.parametrize(
    ("view", "shown"),
    [
        (ViewId.REFERRALS, ViewId.REFERRALS),
        (ViewId.REFERRAL_MEETING, ViewId.REFERRALS),
        (ViewId.HANDOFF, ViewId.HANDOFF),
        (ViewId.PROMISES, ViewId.PROMISES),
    ],
)
async def test_two_quick_taps_leave_the_person_where_they_are(
    person: Person, world: World, view: ViewId, shown: ViewId
) -> None:
    """The second tap's answer comes too late for the view that it was on, so the view is drawn again."""
    deal = world.a_deal()
    world.capture(deal, "Go-live by 1 May", "40 seats")
    world.agree_to_all(deal)
    world.wrap_up(deal)
    world.send_recap(deal)

    again = await actions.current_modal(person.context, person.interaction(view=view, state=ModalState(deal)))

    assert again.view == shown


async def test_a_reminder_is_put_off_once_by_whichever_button(person: Person, world: World) -> None:
    deal = world.a_deal()
    for action_id in (ActionId.SNOOZE_HOUR, ActionId.SNOOZE_TOMORROW):
        outcome = await actions.run_action(
            person.context, person.interaction(action_id=action_id, value=str(deal), message="R1:1")
        )
        assert isinstance(outcome, ReplaceMessage)
        assert isinstance(outcome.message.components[-1], ActionRow)
    assert world.actions(deal).count("snoozed") == 1


async def test_a_deal_cannot_be_handed_to_somebody_who_left(person: Person, world: World) -> None:
    deal = world.a_deal()
    pick = person.interaction(action_id=ActionId.CARD_OWNER, value=str(deal), selected_user=GONE)
    with pytest.raises(InvalidEntryError):
        await actions.run_action(person.context, pick)
    pick = person.interaction(action_id=ActionId.CARD_OWNER, value=str(deal), selected_user=BEN)
    outcome = await actions.run_action(person.context, pick)
    assert isinstance(outcome, DealChanged)
    assert f"@{BEN}" in outcome.summary
    with pytest.raises(NotYoursError):
        await person.click(person.interaction(action_id=ActionId.CARD_GO_ON, value=str(deal)))


async def test_a_channel_purpose_names_the_channel_and_the_zone(person: Person) -> None:
    question = await person.type("channel")
    assert isinstance(question, Message)
    assert f"room {ROOM}" in question.text
    (row,) = [each for each in question.components if isinstance(each, ActionRow)]
    button = row.elements[0]
    assert isinstance(button, Button)
    outcome = await actions.run_action(
        person.context, person.interaction(action_id=button.action_id, value=button.value, channel=ROOM)
    )
    assert isinstance(outcome, ReplaceMessage)
    assert "Europe/Berlin" in outcome.message.text


async def test_typed_text_is_escaped_in_the_platforms_markup(person: Person, world: World) -> None:
    assert wording("help.list", command="coach") in text_of(await person.type(""))
    assert wording("help.meant", typed="shwo") in text_of(await person.type("shwo North"))
    form = await person.type("won")
    assert isinstance(form, Modal)
    assert form.view == ViewId.WON
    assert "Fabrikam-Sons" in text_of(await person.type("won Fabrikam_Sons $5k"))
    assert len(world.all_rows()["deals"]) == 1


@pytest.mark.parametrize(("channel", "is_direct"), [(ROOM, True), ("R_OTHER", False)])
async def test_a_channel_command_is_refused_where_the_bot_is_not(person: Person, channel: str, is_direct: bool) -> None:
    with pytest.raises(NotNowError):
        await person.type("summary here", channel, is_direct=is_direct)


async def test_a_button_or_a_form_of_another_version_is_refused(person: Person) -> None:
    with pytest.raises(NotNowError, match="old_button"):
        await actions.run_action(person.context, person.interaction(action_id="card.of_the_past"))
    with pytest.raises(NotNowError, match="old_button"):
        await submissions.save_submission(person.context, person.interaction(view="of_the_past"))
