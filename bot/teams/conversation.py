"""What people say to us and tap on Teams: from a turn to the tables that all platforms share, and the card back.

a command       in the chat of two: the answer as a card there, a sheet as a card that turns into its next step;
                in a channel: what is the rep's own comes in the chat of two
a button        of a card in a chat (`adaptiveCard/action`): the card's place is taken by what follows
a dialog        (`task/fetch`, `task/submit`): the sheet above the chat, step by step
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from bot import forms, taps
from bot.acts import Entries
from bot.desk import Desk
from bot.messenger import DeliveryError
from bot.pieces import Message, Sheet
from bot.taps import Changed, Opened, Replaced
from bot.teams import acts, cards, closed_deal, hearing, invitation, looks, places, typed
from bot.teams import message as said
from bot.teams.acquaintance import Acquaintance
from bot.teams.acts import CardAct
from bot.teams.around import Around
from bot.teams.cards import CARRIED, Card, Refresh, Setting, Where
from bot.teams.comings import Change, change, lets_into_a_team
from bot.teams.desk import desk, known, people
from bot.teams.dispatch import Answer, Reply
from bot.teams.drawn import DrawnSheets
from bot.teams.front import TeamsFront
from bot.teams.rosters import Rosters
from bot.teams.text import unmarked
from bot.teams.turn import PLATFORM, Json, Turn
from handlers import references
from handlers.errors import InvalidEntryError
from handlers.greeting import greeted
from handlers.names import Names
from handlers.references import Lost, Reached, TeamBack, Wanted

_OF_A_MESSAGE = frozenset({"messageUpdate", "messageDelete"})
ADAPTIVE = "application/vnd.microsoft.card.adaptive"
SENTENCE = "application/vnd.microsoft.activity.message"

log = structlog.stdlib.get_logger(__name__)


class Conversation:
    """A `bot.teams.dispatch.Dispatch`."""

    def __init__(self, front: TeamsFront) -> None:
        self._front = front
        self._acquaintance = Acquaintance(front)
        self._rosters = Rosters(front.connector)
        self._drawn = DrawnSheets()

    async def __call__(self, turn: Turn, reply: Reply) -> Answer | None:
        """Handle the turn. Raises `Refusal`."""
        met = change(turn)
        if met is not None:
            await self._met(turn, met, reply)
        elif turn.kind == "message":
            await self._message(turn, reply)
        elif turn.kind in _OF_A_MESSAGE:
            await self._heard(turn)
        elif turn.name == "adaptiveCard/action":
            return await self._on_a_card(turn, reply)
        elif turn.name in ("task/fetch", "task/submit"):
            return await self._in_a_dialog(turn)
        elif turn.name in (closed_deal.FETCH, closed_deal.SUBMIT):
            return await self._of_the_action(turn)
        return None

    async def _met(self, turn: Turn, met: Change, reply: Reply) -> None:
        """Where we are let in, and where we are not any more. Who installs us for themselves is told what we do."""
        match met:
            case Reached():
                await self._front.apply(references.remember, met)
                if turn.is_personal and await self._front.apply(greeted, turn.caller(f"met:{turn.conversation}")):
                    await reply((await self._at(turn)).introduction())
                if lets_into_a_team(turn):
                    await invitation.question((await self._at(turn)).desk, turn)  # who keeps the channel is committed
                    self._front.follow_ups.later(self._look_around(turn, met))
                else:
                    await self._ask_what_for(turn)
            case Lost():
                await self._front.apply(references.lose, met)
                self._acquaintance.forget()
            case TeamBack():
                await self._front.apply(references.team_back, met)

    async def _look_around(self, turn: Turn, entrance: Reached) -> None:
        """Learn which channels the team has; then the question can name the one that it is about."""
        await places.learn(self._front, entrance)
        try:
            await self._ask_what_for(turn)
        except DeliveryError as error:
            log.warning("who installed us could not be asked", reason=str(error))

    async def _ask_what_for(self, turn: Turn) -> None:
        """Whoever installs us in a team or a group chat is asked in person what it is for."""
        place = invitation.place(turn)
        if place is None:
            return
        at = await self._at(turn)
        question = await invitation.question(at.desk, turn)
        if question is not None:
            await self._in_person(turn, at.message(at.card(question)))

    async def _heard(self, turn: Turn) -> bool:
        """Whether it tells of a deal. Nearly nothing does, so nothing is looked up before that is known."""
        around = Around(self._front, self._rosters, turn)
        return await hearing.heard(desk(self._front, turn, around, Names()), around, turn)

    async def _message(self, turn: Turn, reply: Reply) -> None:
        if not (turn.is_personal or turn.mentioned):
            await self._heard(turn)
            return
        await self._acquaintance.note(turn)
        if not await self._front.apply(greeted, turn.caller(f"said:{turn.event_key}")):
            return  # it was delivered before, and answered
        at = await self._at(turn)
        if CARRIED in (turn.activity.get("value") or {}):  # a client that sends a button as a message
            await reply(at.message(self._after(at, await self._done(at, acts.read(turn)))))
            return
        text = typed.command(turn.said)
        if text.casefold() in ("", *at.desk.words.plain("teams.greetings").split()):
            await reply(at.introduction())
            return
        verb = text.partition(" ")[0].casefold()
        if verb not in typed.VERBS and await self._heard(turn):
            return  # the card of the deal is on its way
        drawn = self._answer(at, await typed.answer(at.desk, typed.read(turn, text)), text)
        if turn.is_personal or verb in typed.IN_PLACE:
            await reply(at.message(drawn))
        else:
            await self._in_person(turn, at.message(drawn))
            await reply(said.Message(at.desk.words.plain("teams.answered_in_person")))

    async def _in_person(self, turn: Turn, message: said.Message) -> None:
        """Write to the person in the chat of two, which is opened if there is none."""
        wanted = Wanted(PLATFORM, turn.tenant, turn.person or turn.user)
        address = await self._front.database.read(references.address_of, wanted)
        conversation = address.conversation if address is not None else None
        if conversation is None:
            conversation = await self._front.connector.open_personal(
                turn.service_url, bot=turn.bot, user=turn.user, tenant=turn.tenant
            )
            await self._front.database.write(references.opened, wanted, conversation)
        await self._front.connector.send(turn.service_url, conversation, message)

    async def _on_a_card(self, turn: Turn, reply: Reply) -> Answer:
        """The card's place is taken by what follows: at once for who tapped, and for good behind the answer.

        A message stays where it is when its button opens a sheet: that is posted below.
        """
        at = await self._at(turn)
        pressed = acts.read(turn)
        if pressed.shows:
            message = await looks.now(at.desk, pressed.act, pressed.shows)
            return _shown(at.card(message, pressed.shows, pressed.nonce))
        done = await self._done(at, pressed)
        if isinstance(done, Changed):
            return _told(at.told(done))
        if pressed.where is None and isinstance(done, Opened):
            await reply(at.message(self._after(at, done)))
            return _told(at.desk.words.plain("teams.opened"))
        drawn = self._after(at, done)
        replaced = turn.activity.get("replyToId")
        if isinstance(replaced, str) and replaced:
            self._front.follow_ups.later(self._keep(turn, replaced, at.message(drawn)))
        return _shown(drawn)

    async def _keep(self, turn: Turn, message_id: str, message: said.Message) -> None:
        try:
            await self._front.connector.update(turn.service_url, turn.conversation, message_id, message)
        except DeliveryError as error:  # the client shows it already; on the next look the old card leads on
            log.warning("a card was not kept", reason=str(error))

    async def _in_a_dialog(self, turn: Turn) -> Answer:
        at = await self._at(turn)
        pressed = acts.read(turn)
        done = await self._done(at, pressed)
        match done:
            case Opened(sheet):
                return Answer({"task": {"type": "continue", "value": self._dialog(at, sheet)}})
            case Refused():
                return Answer({"task": {"type": "continue", "value": self._dialog_again(at, done)}})
            case Replaced(message):
                return Answer({"task": {"type": "continue", "value": _dialog(message.text, at.card(message))}})
            case Changed():
                return Answer({"task": {"type": "message", "value": at.told(done)}})
            case Left():
                return Answer({})

    async def _of_the_action(self, turn: Turn) -> Answer:
        """ "Closed deal" on a message: the form, and what was entered in it."""
        at = await self._at(turn)
        form = closed_deal.form(at.desk, turn)
        if turn.name == closed_deal.FETCH:
            return Answer({"task": {"type": "continue", "value": self._dialog(at, form)}})
        try:
            told = await closed_deal.told(at.desk, turn)
        except InvalidEntryError as error:
            pressed = acts.read(turn)
            sheet = self._drawn.find(pressed.nonce) or form
            refused = Refused(sheet, pressed.act.entries, {error.field: error.sentence(at.desk.words.plain)})
            return Answer({"task": {"type": "continue", "value": self._dialog_again(at, refused)}})
        return Answer({"task": {"type": "message", "value": unmarked(told.text)}})

    async def _done(self, at: _At, pressed: CardAct) -> Done:
        """Do what the button says."""
        if pressed.leaves:
            return Left(at.desk.words.rich("teams.left"))
        try:
            if pressed.saves:
                following = await forms.submitted(at.desk, pressed.act)
                return Opened(following) if following is not None else Left(at.desk.words.rich("teams.saved"))
            return await taps.tapped(at.desk, pressed.act)
        except InvalidEntryError as error:
            sheet = self._drawn.find(pressed.nonce)
            if sheet is None:
                sheet = await taps.where_they_are(at.desk, pressed.act)
            name = f"{error.field}{pressed.act.place.suffix}"
            wrong = error.sentence(at.desk.words.plain)
            return Refused(sheet, pressed.act.entries, {error.field: wrong, name: wrong})

    def _answer(self, at: _At, answer: Message | Sheet, text: str) -> Card:
        if isinstance(answer, Message):
            return at.card(answer, looks.of_command(text))
        return self._sheet(at, answer, Where.CHAT)

    def _after(self, at: _At, done: Done) -> Card:
        """The card that takes the place of the one that was tapped."""
        match done:
            case Opened(sheet):
                return self._sheet(at, sheet, Where.CHAT)
            case Refused(sheet, typed, errors):
                return self._sheet(at, sheet, Where.CHAT, typed, errors)
            case Replaced(message):
                return at.card(message)
            case Changed():
                return at.card(Message.saying(at.told(done)))
            case Left(line):
                return at.card(Message.saying(line))

    def _sheet(
        self,
        at: _At,
        sheet: Sheet,
        where: Where,
        typed: Entries | None = None,
        errors: Mapping[str, str] | None = None,
    ) -> Card:
        nonce = secrets.token_hex(8)
        self._drawn.keep(nonce, sheet)
        return cards.sheet(sheet, where, at.setting(nonce, typed, errors or {}))

    def _dialog(self, at: _At, sheet: Sheet) -> Json:
        return _dialog(sheet.title, self._sheet(at, sheet, Where.DIALOG))

    def _dialog_again(self, at: _At, refused: Refused) -> Json:
        card = self._sheet(at, refused.sheet, Where.DIALOG, refused.typed, refused.errors)
        return _dialog(refused.sheet.title, card)

    async def _at(self, turn: Turn) -> _At:
        found = await known(self._front, turn.tenant, turn.person or turn.user)
        around = Around(self._front, self._rosters, turn)
        return _At(desk(self._front, turn, around, found), found, turn.user, self._front)


@dataclass(frozen=True, slots=True)
class Left:
    """The sheet is done with; `line` stands in its place in a chat."""

    line: str


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry cannot be taken: the sheet again, with what was typed and what is wrong with it, by field."""

    sheet: Sheet
    typed: Entries
    errors: Mapping[str, str] = field(default_factory=dict)


Done = Opened | Replaced | Changed | Left | Refused


@dataclass(frozen=True, slots=True)
class _At:
    """The desk of a turn, and how cards are drawn for who reads them."""

    desk: Desk
    names: Names
    reader: str
    front: TeamsFront

    def setting(
        self,
        nonce: str,
        typed: Entries | None = None,
        errors: Mapping[str, str] | None = None,
        refresh: Refresh | None = None,
    ) -> Setting:
        return Setting(
            nonce,
            needed=self.desk.words.plain("teams.needed"),
            pick=self.desk.words.plain("teams.pick"),
            people=people(self.names),
            dialogs=self.front.dialogs,
            typed=typed,
            errors=errors or {},
            refresh=refresh,
        )

    def card(self, message: Message, shows: str = "", nonce: str = "") -> Card:
        """`shows` says what Teams may ask for anew, when its reader looks at it later (`bot.teams.looks`)."""
        refresh = self.front.refresh(self.reader, shows)
        return cards.message(message, self.setting(nonce or secrets.token_hex(8), refresh=refresh))

    def message(self, card: Card) -> said.Message:
        return said.Message(str(card["fallbackText"]), card)

    def introduction(self) -> said.Message:
        return self.message(self.card(Message.saying(self.desk.words.rich("teams.introduction"))))

    def told(self, done: Changed) -> str:
        return unmarked(done.line) or self.desk.words.plain("teams.saved")


def _shown(card: Card) -> Answer:
    """In the place of the card."""
    return Answer({"statusCode": 200, "type": ADAPTIVE, "value": card})


def _told(sentence: str) -> Answer:
    return Answer({"statusCode": 200, "type": SENTENCE, "value": sentence})


def _dialog(title: str, card: Card) -> Json:
    return {"title": title, "height": "large", "width": "medium", "card": {"contentType": ADAPTIVE, "content": card}}
