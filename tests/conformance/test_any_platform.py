"""The tables of taps, forms and commands, worked by a platform that nobody has: the same path, the same refusals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import count

import pytest

from bot.interactions import actions, commands, submissions
from bot.interactions.actions import DealChanged, OpenModal, ReplaceMessage
from bot.interactions.interaction import Command, FormValues, Interaction
from bot.ports.clock import Clock
from bot.ports.context import Context, Member
from bot.ui.components import ActionRow, Button, Checkboxes, Message, Modal, Paragraph, TextField
from bot.ui.ids import ActionId, ViewId
from bot.ui.texts import Texts
from handlers.errors import InvalidEntryError, NotNowError, NotYoursError
from handlers.method.stages import Stage
from handlers.method.statements import Said
from handlers.requests import Caller, Profile
from prompts.wording import Ready
from storage.database import Database
from tests.handlers.world import ANNA, BEN, World
from tests.wording import wording

GONE = "GONE"


class Typewriter:
    """Markup of a platform that has paper."""

    @staticmethod
    def escape(text: str) -> str:
        return text.replace("_", "-")

    def mention(self, person: str) -> Ready:
        return Ready(f"@{person}")

    def person(self, named: str) -> Ready:
        return Ready(self.escape(named))

    def channel(self, channel: str) -> Ready:
        return Ready(f"room {channel}")

    def link(self, url: str, label: str) -> Ready:
        return Ready(f"{self.escape(label)} ({url})")

    def address(self, url: str) -> Ready:
        return Ready(url)

    def bold(self, marked: str) -> Ready:
        return Ready(f"__{marked}__")

    def quote(self, marked: str) -> Ready:
        return Ready(f"  {marked}")

    def moment(self, at: datetime) -> Ready:
        return Ready(f"{at:%d %b %H:%M} UTC")


class PhoneBook:
    """Everybody is there and at work but one; the bot is in one room."""

    async def profile(self, user_id: str) -> Profile | None:
        return Profile(user_id.title(), "Europe/Berlin")

    async def member(self, user_id: str) -> Member | None:
        return Member(Profile(user_id.title(), "Europe/Berlin"), active=user_id != GONE)

    async def channel_name(self, channel_id: str) -> str | None:
        return channel_id.lower()

    async def is_colleague(self, user_id: str) -> bool:
        return True

    async def is_in_channel(self, channel_id: str) -> bool:
        return channel_id == "R1"


class Pen:
    """One person's hand: what they tap and save on the desk."""

    def __init__(self, context: Context, world: World) -> None:
        self.desk = context
        self.world = world
        self._numbers = count(1)

    def act(self, person: str = ANNA, **what: object) -> Interaction:
        looking = Caller("slack", self.world.workspace, person, "")
        return replace(Interaction(looking, replace(looking, event_key=f"act:{next(self._numbers)}")), **what)

    def on(self, modal: Modal, tap: ActionId) -> Interaction:
        """A tap on a button of the sheet."""
        rows = [piece for piece in modal.components if isinstance(piece, ActionRow)]
        (button,) = [each for row in rows for each in row.elements if each.action_id == tap]
        return self.act(action_id=tap, value=button.value, view=modal.view, state=modal.state)

    async def tap(self, interaction: Interaction) -> Modal:
        outcome = await actions.run_action(self.desk, interaction)
        assert isinstance(outcome, OpenModal)
        return outcome.modal

    async def save(self, modal: Modal, **entered: str | frozenset[str]) -> Modal | None:
        """Save the sheet with what stands in its fields and what is entered."""
        shown = {each.name: each.value for each in modal.components if isinstance(each, TextField)}
        return await submissions.save_submission(
            self.desk, self.act(view=modal.view, state=modal.state, values=FormValues({**shown, **entered}))
        )

    async def type(self, text: str, channel: str = "R1", *, in_person: bool = False) -> Message | Modal:
        who = self.act()
        return await commands.run_command(self.desk, Command(who.viewer, who.actor, text, channel, in_person))


@pytest.fixture
def pen(database: Database, world: World) -> Iterator[Pen]:
    desk = Context(
        database,
        Clock(wall=lambda: world.now),
        PhoneBook(),
        Texts(Typewriter(), "coach"),
        lambda: None,
        "B1",
    )
    return Pen(desk, world)


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def text_of(drawn: Message | Modal) -> str:
    return "\n".join(piece.text for piece in drawn.components if isinstance(piece, Paragraph))


async def test_from_the_card_to_the_recap(pen: Pen, world: World) -> None:
    deal = world.a_deal()
    sheet: Modal | None = await pen.tap(pen.act(action_id=ActionId.CARD_GO_ON, value=str(deal)))
    assert sheet is not None
    assert sheet.view == ViewId.CHECKLIST
    sheet = await pen.save(sheet, reached="Dana_", steps=frozenset(), expectations="A call every Friday", priorities="")
    while sheet is not None and sheet.view != ViewId.WRAP_UP:
        if sheet.view == ViewId.READ_BACK:
            sheet = await pen.tap(pen.on(sheet, ActionId.READ_AGREED))
        else:
            sheet = await pen.save(sheet)
    assert sheet is not None
    (objectives,) = [piece for piece in sheet.components if isinstance(piece, Checkboxes)]
    ticked = frozenset(box.value for box in objectives.options)
    sheet = await pen.save(sheet, objectives=ticked, outcome="agreed")
    assert sheet is not None
    assert sheet.view == ViewId.RECAP
    assert await pen.save(sheet) is None

    assert [statement.said for statement in world.statements(deal)] == [Said.AGREED]
    assert world.stage(deal) == Stage.RECAPPED


async def test_what_was_tapped_twice_counts_once_and_shows_where_they_are(pen: Pen, world: World) -> None:
    deal = world.a_deal()
    first = await pen.save(
        await pen.tap(pen.act(action_id=ActionId.CARD_GO_ON, value=str(deal))),
        reached="Dana",
        steps=frozenset(),
        expectations="A call every Friday\nOne invoice a month",
        priorities="",
    )
    while first is not None and first.view != ViewId.READ_BACK:
        first = await pen.save(first)
    assert first is not None
    agreed = pen.on(first, ActionId.READ_AGREED)
    second = await pen.tap(agreed)
    assert second.state != first.state

    assert (await pen.tap(agreed)).state == second.state
    assert (await actions.current_modal(pen.desk, agreed)).state == second.state
    assert [statement.said for statement in world.statements(deal)] == [Said.AGREED, None]


async def test_a_reminder_is_put_off_once_by_whichever_button(pen: Pen, world: World) -> None:
    deal = world.a_deal()
    later = [ActionId.SNOOZE_HOUR, ActionId.SNOOZE_TOMORROW]
    for tap in later:
        outcome = await actions.run_action(pen.desk, pen.act(action_id=tap, value=str(deal), message="R1:1"))
        assert isinstance(outcome, ReplaceMessage)
        assert isinstance(outcome.message.components[-1], ActionRow)
    assert world.actions(deal).count("snoozed") == 1


async def test_a_deal_is_handed_on_to_who_is_picked(pen: Pen, world: World) -> None:
    deal = world.a_deal()
    with pytest.raises(InvalidEntryError):
        await actions.run_action(pen.desk, pen.act(action_id=ActionId.CARD_OWNER, value=str(deal), selected_user=GONE))
    outcome = await actions.run_action(
        pen.desk, pen.act(action_id=ActionId.CARD_OWNER, value=str(deal), selected_user=BEN)
    )
    assert isinstance(outcome, DealChanged)
    assert f"@{BEN}" in outcome.summary
    with pytest.raises(NotYoursError):
        await pen.tap(pen.act(action_id=ActionId.CARD_GO_ON, value=str(deal)))


async def test_a_room_says_what_it_is_for(pen: Pen) -> None:
    question = await pen.type("channel")
    assert isinstance(question, Message)
    assert "room R1" in question.text
    (row,) = [piece for piece in question.components if isinstance(piece, ActionRow)]
    button = row.elements[0]
    assert isinstance(button, Button)
    outcome = await actions.run_action(pen.desk, pen.act(action_id=button.action_id, value=button.value, channel="R1"))
    assert isinstance(outcome, ReplaceMessage)
    assert "Europe/Berlin" in outcome.message.text


async def test_what_can_be_typed(pen: Pen, world: World) -> None:
    assert wording("help.list", command="coach") in text_of(await pen.type(""))
    assert wording("help.meant", typed="shwo", command="coach", instead="show North") in text_of(
        await pen.type("shwo North")
    )
    form = await pen.type("won")
    assert isinstance(form, Modal)
    assert form.view == ViewId.WON
    assert "Fabrikam-Sons" in text_of(await pen.type("won Fabrikam_Sons $5k"))
    assert len(world.everything()["deals"]) == 1


@pytest.mark.parametrize(("channel", "in_person"), [("R1", True), ("R2", False)])
async def test_where_it_cannot_hear_it_says_so(pen: Pen, channel: str, in_person: bool) -> None:
    with pytest.raises(NotNowError):
        await pen.type("summary here", channel, in_person=in_person)


async def test_a_button_or_a_form_of_another_version_is_refused(pen: Pen) -> None:
    with pytest.raises(NotNowError, match="old_button"):
        await actions.run_action(pen.desk, pen.act(action_id="card.of_the_past"))
    with pytest.raises(NotNowError, match="old_button"):
        await submissions.save_submission(pen.desk, pen.act(view="of_the_past"))
