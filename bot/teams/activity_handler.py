"""What people say to us and tap on Teams: from a turn to the tables that all platforms share, and the card back.

a command       in the chat of two: the answer as a card there, a sheet as a card that turns into its next step;
                in a channel: what is the rep's own comes in the chat of two
a button        of a card in a chat (`adaptiveCard/action`): the card's place is taken by what follows
a dialog        (`task/fetch`, `task/submit`): the sheet above the chat, step by step
"""

from __future__ import annotations

import structlog

from bot.interactions.actions import Changed, Opened
from bot.ports.messenger import DeliveryError
from bot.teams import (
    card_actions,
    card_refresh,
    channel_invite,
    commands,
    invoke_responses,
    message_extension,
    messages,
    team_channels,
)
from bot.teams.activity import PLATFORM, Turn
from bot.teams.adaptive_cards import Where
from bot.teams.card_text import unmarked
from bot.teams.connector import outbound_activity as said
from bot.teams.connector.contract import Answer, Reply
from bot.teams.context import TeamsFront
from bot.teams.conversation_references import Acquaintance
from bot.teams.desk import desk, known
from bot.teams.directory import Around
from bot.teams.installation import Change, change, lets_into_a_team
from bot.teams.modal_cache import DrawnSheets
from bot.teams.rosters import Rosters
from bot.teams.turn_context import Reader
from bot.ui.components import Sheet
from handlers.errors import InvalidEntryError
from handlers.workspace import conversation_references
from handlers.workspace.conversation_references import Lost, Reached, TeamBack, Wanted
from handlers.workspace.first_contact import greeted
from handlers.workspace.names import Names

_OF_A_MESSAGE = frozenset({"messageUpdate", "messageDelete"})

log = structlog.stdlib.get_logger(__name__)


class Conversation:
    """A `bot.teams.connector.contract.Dispatch`."""

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
        elif turn.name in (message_extension.FETCH, message_extension.SUBMIT):
            return await self._of_the_action(turn)
        return None

    async def _met(self, turn: Turn, met: Change, reply: Reply) -> None:
        """Where we are let in, and where we are not any more. Who installs us for themselves is told what we do."""
        match met:
            case Reached():
                await self._front.apply(conversation_references.remember, met)
                if turn.is_personal and await self._front.apply(greeted, turn.caller(f"met:{turn.conversation}")):
                    await reply((await self._at(turn)).introduction())
                if lets_into_a_team(turn):
                    await channel_invite.question(
                        (await self._at(turn)).desk, turn
                    )  # who keeps the channel is committed
                    self._front.follow_ups.later(self._look_around(turn, met))
                else:
                    await self._ask_what_for(turn)
            case Lost():
                await self._front.apply(conversation_references.lose, met)
                self._acquaintance.forget()
            case TeamBack():
                await self._front.apply(conversation_references.team_back, met)

    async def _look_around(self, turn: Turn, entrance: Reached) -> None:
        """Learn which channels the team has; then the question can name the one that it is about."""
        await team_channels.learn(self._front, entrance)
        try:
            await self._ask_what_for(turn)
        except DeliveryError as error:
            log.warning("who installed us could not be asked", reason=str(error))

    async def _ask_what_for(self, turn: Turn) -> None:
        """Whoever installs us in a team or a group chat is asked in person what it is for."""
        place = channel_invite.place(turn)
        if place is None:
            return
        at = await self._at(turn)
        question = await channel_invite.question(at.desk, turn)
        if question is not None:
            await self._in_person(turn, at.message(at.card(question)))

    async def _heard(self, turn: Turn) -> bool:
        """Whether it tells of a deal. Nearly nothing does, so nothing is looked up before that is known."""
        around = Around(self._front, self._rosters, turn)
        return await messages.heard(desk(self._front, turn, around, Names()), around, turn)

    async def _message(self, turn: Turn, reply: Reply) -> None:
        if not (turn.is_personal or turn.mentioned):
            await self._heard(turn)
            return
        await self._acquaintance.note(turn)
        if not await self._front.apply(greeted, turn.caller(f"said:{turn.event_key}")):
            return  # it was delivered before, and answered
        at = await self._at(turn)
        if card_actions.is_one(turn):  # a client that sends a button as a message
            await reply(
                at.message(invoke_responses.in_chat(at, await invoke_responses.done(at, card_actions.read(turn))))
            )
            return
        text = commands.command(turn.said)
        if text.casefold() in ("", *at.desk.words.plain("teams.greetings").split()):
            await reply(at.introduction())
            return
        verb = text.partition(" ")[0].casefold()
        if verb not in commands.VERBS and await self._heard(turn):
            return  # the card of the deal is on its way
        answer = await commands.answer(at.desk, commands.read(turn, text))
        card = (
            at.sheet(answer, Where.CHAT)
            if isinstance(answer, Sheet)
            else at.card(answer, card_refresh.of_command(text))
        )
        if turn.is_personal or verb in commands.IN_PLACE:
            await reply(at.message(card))
        else:
            await self._in_person(turn, at.message(card))
            await reply(said.Message(at.desk.words.plain("teams.answered_in_person")))

    async def _in_person(self, turn: Turn, message: said.Message) -> None:
        """Write to the person in the chat of two, which is opened if there is none."""
        wanted = Wanted(PLATFORM, turn.tenant, turn.person or turn.user)
        address = await self._front.database.read(conversation_references.address_of, wanted)
        conversation = address.conversation if address is not None else None
        if conversation is None:
            conversation = await self._front.connector.open_personal(
                turn.service_url, bot=turn.bot, user=turn.user, tenant=turn.tenant
            )
            await self._front.database.write(conversation_references.opened, wanted, conversation)
        await self._front.connector.send(turn.service_url, conversation, message)

    async def _on_a_card(self, turn: Turn, reply: Reply) -> Answer:
        """The card's place is taken by what follows: at once for who tapped, and for good behind the answer.

        A message stays where it is when its button opens a sheet: that is posted below.
        """
        at = await self._at(turn)
        act = card_actions.read(turn)
        if act.shows:
            message = await card_refresh.now(at.desk, act.act, act.shows)
            return invoke_responses.shown(at.card(message, act.shows, act.nonce))
        done = await invoke_responses.done(at, act)
        if isinstance(done, Changed):
            return invoke_responses.sentence(invoke_responses.told(at, done))
        card = invoke_responses.in_chat(at, done)
        if act.where is None and isinstance(done, Opened):
            await reply(at.message(card))
            return invoke_responses.sentence(at.desk.words.plain("teams.opened"))
        replaced = turn.activity.get("replyToId")
        if isinstance(replaced, str) and replaced:
            self._front.follow_ups.later(self._keep(turn, replaced, at.message(card)))
        return invoke_responses.shown(card)

    async def _keep(self, turn: Turn, message_id: str, message: said.Message) -> None:
        try:
            await self._front.connector.update(turn.service_url, turn.conversation, message_id, message)
        except DeliveryError as error:  # the client shows it already; on the next look the old card leads on
            log.warning("a card was not kept", reason=str(error))

    async def _in_a_dialog(self, turn: Turn) -> Answer:
        at = await self._at(turn)
        return invoke_responses.in_dialog(at, await invoke_responses.done(at, card_actions.read(turn)))

    async def _of_the_action(self, turn: Turn) -> Answer:
        """ "Closed deal" on a message: the form, and what was entered in it."""
        at = await self._at(turn)
        form = message_extension.form(at.desk, turn)
        if turn.name == message_extension.FETCH:
            return invoke_responses.in_dialog(at, Opened(form))
        try:
            told = await message_extension.told(at.desk, turn)
        except InvalidEntryError as error:
            act = card_actions.read(turn)
            return invoke_responses.in_dialog(
                at, invoke_responses.refused(at, act, self._drawn.find(act.nonce) or form, error)
            )
        return invoke_responses.closing(unmarked(told.text))

    async def _at(self, turn: Turn) -> Reader:
        found = await known(self._front, turn.tenant, turn.person or turn.user)
        around = Around(self._front, self._rosters, turn)
        return Reader(self._front, desk(self._front, turn, around, found), found, turn.user, self._drawn)
