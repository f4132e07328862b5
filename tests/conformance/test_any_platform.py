"""The tables of taps, forms and commands, worked by a platform that nobody has: the same path, the same refusals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import count

import pytest

from bot.interactions import actions, commands, submissions
from bot.interactions.actions import Changed, Opened, Replaced
from bot.interactions.interaction import Act, Entries, Typed
from bot.ports.clock import Clock
from bot.ports.context import Desk, Member
from bot.ui.components import Button, Message, Paragraph, Row, Sheet, TextField, Ticks
from bot.ui.ids import Form, Tap
from bot.ui.texts import Words
from handlers.errors import InvalidEntryError, NotNowError, NotYoursError
from handlers.method.stages import Stage
from handlers.method.statements import Said
from handlers.requests import Caller, Profile
from prompts.wording import Ready
from storage.database import Database
from tests.handlers.world import ANNA, BEN, World

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
        return Member(Profile(user_id.title(), "Europe/Berlin"), at_work=user_id != GONE)

    async def channel_name(self, channel_id: str) -> str | None:
        return channel_id.lower()

    async def is_colleague(self, user_id: str) -> bool:
        return True

    async def hears(self, channel_id: str) -> bool:
        return channel_id == "R1"


class Pen:
    """One person's hand: what they tap and save on the desk."""

    def __init__(self, desk: Desk, world: World) -> None:
        self.desk = desk
        self.world = world
        self._numbers = count(1)

    def act(self, person: str = ANNA, **what: object) -> Act:
        looking = Caller("slack", self.world.workspace, person, "")
        return replace(Act(looking, replace(looking, event_key=f"act:{next(self._numbers)}")), **what)

    def on(self, sheet: Sheet, tap: Tap) -> Act:
        """A tap on a button of the sheet."""
        rows = [piece for piece in sheet.pieces if isinstance(piece, Row)]
        (button,) = [each for row in rows for each in row.elements if each.tap == tap]
        return self.act(tap=tap, value=button.value, form=sheet.form, place=sheet.place)

    async def tap(self, act: Act) -> Sheet:
        outcome = await actions.tapped(self.desk, act)
        assert isinstance(outcome, Opened)
        return outcome.sheet

    async def save(self, sheet: Sheet, **entered: str | frozenset[str]) -> Sheet | None:
        """Save the sheet with what stands in its fields and what is entered."""
        shown = {each.name: each.value for each in sheet.pieces if isinstance(each, TextField)}
        return await submissions.submitted(
            self.desk, self.act(form=sheet.form, place=sheet.place, entries=Entries({**shown, **entered}))
        )

    async def type(self, text: str, channel: str = "R1", *, in_person: bool = False) -> Message | Sheet:
        who = self.act()
        return await commands.commanded(self.desk, Typed(who.looking, who.acting, text, channel, in_person))


@pytest.fixture
def pen(database: Database, world: World) -> Iterator[Pen]:
    desk = Desk(
        database,
        Clock(wall=lambda: world.now),
        PhoneBook(),
        Words(Typewriter(), "coach"),
        lambda: None,
        "B1",
    )
    return Pen(desk, world)


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def text_of(drawn: Message | Sheet) -> str:
    return "\n".join(piece.text for piece in drawn.pieces if isinstance(piece, Paragraph))


async def test_from_the_card_to_the_recap(pen: Pen, world: World) -> None:
    deal = world.a_deal()
    sheet: Sheet | None = await pen.tap(pen.act(tap=Tap.CARD_GO_ON, value=str(deal)))
    assert sheet is not None
    assert sheet.form == Form.CHECKLIST
    sheet = await pen.save(sheet, reached="Dana_", steps=frozenset(), expectations="A call every Friday", priorities="")
    while sheet is not None and sheet.form != Form.WRAP_UP:
        if sheet.form == Form.READ_BACK:
            sheet = await pen.tap(pen.on(sheet, Tap.READ_AGREED))
        else:
            sheet = await pen.save(sheet)
    assert sheet is not None
    (objectives,) = [piece for piece in sheet.pieces if isinstance(piece, Ticks)]
    ticked = frozenset(box.value for box in objectives.boxes)
    sheet = await pen.save(sheet, objectives=ticked, outcome="agreed")
    assert sheet is not None
    assert sheet.form == Form.RECAP
    assert await pen.save(sheet) is None

    assert [statement.said for statement in world.statements(deal)] == [Said.AGREED]
    assert world.stage(deal) == Stage.RECAPPED


async def test_what_was_tapped_twice_counts_once_and_shows_where_they_are(pen: Pen, world: World) -> None:
    deal = world.a_deal()
    first = await pen.save(
        await pen.tap(pen.act(tap=Tap.CARD_GO_ON, value=str(deal))),
        reached="Dana",
        steps=frozenset(),
        expectations="A call every Friday\nOne invoice a month",
        priorities="",
    )
    while first is not None and first.form != Form.READ_BACK:
        first = await pen.save(first)
    assert first is not None
    agreed = pen.on(first, Tap.READ_AGREED)
    second = await pen.tap(agreed)
    assert second.place != first.place

    assert (await pen.tap(agreed)).place == second.place
    assert (await actions.where_they_are(pen.desk, agreed)).place == second.place
    assert [statement.said for statement in world.statements(deal)] == [Said.AGREED, None]


async def test_a_reminder_is_put_off_once_by_whichever_button(pen: Pen, world: World) -> None:
    deal = world.a_deal()
    later = [Tap.SNOOZE_HOUR, Tap.SNOOZE_TOMORROW]
    for tap in later:
        outcome = await actions.tapped(pen.desk, pen.act(tap=tap, value=str(deal), message="R1:1"))
        assert isinstance(outcome, Replaced)
        assert isinstance(outcome.message.pieces[-1], Row)
    assert world.actions(deal).count("snoozed") == 1


async def test_a_deal_is_handed_on_to_who_is_picked(pen: Pen, world: World) -> None:
    deal = world.a_deal()
    with pytest.raises(InvalidEntryError):
        await actions.tapped(pen.desk, pen.act(tap=Tap.CARD_OWNER, value=str(deal), picked=GONE))
    outcome = await actions.tapped(pen.desk, pen.act(tap=Tap.CARD_OWNER, value=str(deal), picked=BEN))
    assert isinstance(outcome, Changed)
    assert f"@{BEN}" in outcome.line
    with pytest.raises(NotYoursError):
        await pen.tap(pen.act(tap=Tap.CARD_GO_ON, value=str(deal)))


async def test_a_room_says_what_it_is_for(pen: Pen) -> None:
    question = await pen.type("channel")
    assert isinstance(question, Message)
    assert "room R1" in question.text
    (row,) = [piece for piece in question.pieces if isinstance(piece, Row)]
    button = row.elements[0]
    assert isinstance(button, Button)
    outcome = await actions.tapped(pen.desk, pen.act(tap=button.tap, value=button.value, channel="R1"))
    assert isinstance(outcome, Replaced)
    assert "Europe/Berlin" in outcome.message.text


async def test_what_can_be_typed(pen: Pen, world: World) -> None:
    assert "coach list" in text_of(await pen.type(""))
    assert "coach show North" in text_of(await pen.type("shwo North"))
    form = await pen.type("won")
    assert isinstance(form, Sheet)
    assert form.form == Form.WON
    assert "Fabrikam-Sons" in text_of(await pen.type("won Fabrikam_Sons $5k"))
    assert len(world.everything()["deals"]) == 1


@pytest.mark.parametrize(("channel", "in_person"), [("R1", True), ("R2", False)])
async def test_where_it_cannot_hear_it_says_so(pen: Pen, channel: str, in_person: bool) -> None:
    with pytest.raises(NotNowError):
        await pen.type("summary here", channel, in_person=in_person)


async def test_a_button_or_a_form_of_another_version_is_refused(pen: Pen) -> None:
    with pytest.raises(NotNowError, match="old_button"):
        await actions.tapped(pen.desk, pen.act(tap="card.of_the_past"))
    with pytest.raises(NotNowError, match="old_button"):
        await submissions.submitted(pen.desk, pen.act(form="of_the_past"))
