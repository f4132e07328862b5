"""What people say to us and tap on Teams: from a turn to the tables that all platforms share, and the card back.

a command       in the chat of two: the answer as a card there, a sheet as a card that turns into its next step;
                in a channel: what is the rep's own comes in the chat of two
a button        of a card in a chat (`adaptiveCard/action`): the card's place is taken by what follows
a dialog        (`task/fetch`, `task/submit`): the sheet above the chat, step by step
"""

from __future__ import annotations

import structlog

from bot.interactions.actions import DealChanged, OpenModal
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
from bot.teams.activity import PLATFORM, IncomingActivity
from bot.teams.adaptive_cards import Surface
from bot.teams.card_text import unmarked
from bot.teams.connector import outbound_activity as said
from bot.teams.connector.contract import InvokeResult, Reply
from bot.teams.context import TeamsContext
from bot.teams.conversation_references import ConversationReferenceStore
from bot.teams.desk import known_names, turn_context
from bot.teams.directory import TeamsDirectory
from bot.teams.installation import Change, installation_change, is_team_installation
from bot.teams.modal_cache import ModalCache
from bot.teams.rosters import Rosters
from bot.teams.turn_context import TurnContext
from bot.ui.components import Modal
from handlers.errors import InvalidEntryError
from handlers.workspace import conversation_references
from handlers.workspace.conversation_references import AddressRequest, ReferenceLost, ReferenceSeen, TeamRestored
from handlers.workspace.first_contact import is_first_contact
from handlers.workspace.names import Names

_OF_A_MESSAGE = frozenset({"messageUpdate", "messageDelete"})

log = structlog.stdlib.get_logger(__name__)


class ActivityHandler:
    """A `bot.teams.connector.contract.Dispatch`."""

    def __init__(self, teams: TeamsContext) -> None:
        self._front = teams
        self._references = ConversationReferenceStore(teams)
        self._rosters = Rosters(teams.connector)
        self._modals = ModalCache()

    async def __call__(self, activity: IncomingActivity, reply: Reply) -> InvokeResult | None:
        """Handle the turn. Raises `Refusal`."""
        met = installation_change(activity)
        if met is not None:
            await self._installed(activity, met, reply)
        elif activity.kind == "message":
            await self._message(activity, reply)
        elif activity.kind in _OF_A_MESSAGE:
            await self._hear(activity)
        elif activity.name == "adaptiveCard/action":
            return await self._card_action(activity, reply)
        elif activity.name in ("task/fetch", "task/submit"):
            return await self._task_module(activity)
        elif activity.name in (message_extension.FETCH, message_extension.SUBMIT):
            return await self._message_extension(activity)
        return None

    async def _installed(self, activity: IncomingActivity, met: Change, reply: Reply) -> None:
        """Where we are let in, and where we are not any more. Who installs us for themselves is told what we do."""
        match met:
            case ReferenceSeen():
                await self._front.apply(conversation_references.remember, met)
                if activity.is_personal and await self._front.apply(
                    is_first_contact, activity.caller(f"met:{activity.conversation}")
                ):
                    await reply((await self._turn_context(activity)).introduction())
                if is_team_installation(activity):
                    await channel_invite.purpose_question(
                        (await self._turn_context(activity)).context, activity
                    )  # who keeps the channel is committed
                    self._front.background.run(self._learn_channels(activity, met))
                else:
                    await self._ask_purpose(activity)
            case ReferenceLost():
                await self._front.apply(conversation_references.forget, met)
                self._references.forget()
            case TeamRestored():
                await self._front.apply(conversation_references.restore_team, met)

    async def _learn_channels(self, activity: IncomingActivity, entrance: ReferenceSeen) -> None:
        """Learn which channels the team has; then the question can name the one that it is about."""
        await team_channels.learn_channels(self._front, entrance)
        try:
            await self._ask_purpose(activity)
        except DeliveryError as error:
            log.warning("who installed us could not be asked", reason=str(error))

    async def _ask_purpose(self, activity: IncomingActivity) -> None:
        """Whoever installs us in a team or a group chat is asked in person what it is for."""
        place = channel_invite.channel_asked_about(activity)
        if place is None:
            return
        at = await self._turn_context(activity)
        question = await channel_invite.purpose_question(at.context, activity)
        if question is not None:
            await self._send_direct(activity, at.message(at.card(question)))

    async def _hear(self, activity: IncomingActivity) -> bool:
        """Whether it tells of a deal. Nearly nothing does, so nothing is looked up before that is known."""
        around = TeamsDirectory(self._front, self._rosters, activity)
        return await messages.handle_message(turn_context(self._front, activity, around, Names()), around, activity)

    async def _message(self, activity: IncomingActivity, reply: Reply) -> None:
        if not (activity.is_personal or activity.mentioned):
            await self._hear(activity)
            return
        await self._references.store(activity)
        if not await self._front.apply(is_first_contact, activity.caller(f"said:{activity.event_key}")):
            return  # it was delivered before, and answered
        at = await self._turn_context(activity)
        if card_actions.is_card_action(activity):  # a client that sends a button as a message
            await reply(
                at.message(
                    invoke_responses.result_card(
                        at, await invoke_responses.run_card_action(at, card_actions.read_card_action(activity))
                    )
                )
            )
            return
        text = commands.command_text(activity.text)
        if text.casefold() in ("", *at.context.texts.plain("teams.greetings").split()):
            await reply(at.introduction())
            return
        verb = text.partition(" ")[0].casefold()
        if verb not in commands.VERBS and await self._hear(activity):
            return  # the card of the deal is on its way
        answer = await commands.run(at.context, commands.read_command(activity, text))
        card = (
            at.modal(answer, Surface.CHAT)
            if isinstance(answer, Modal)
            else at.card(answer, card_refresh.command_refresh(text))
        )
        if activity.is_personal or verb in commands.IN_PLACE:
            await reply(at.message(card))
        else:
            await self._send_direct(activity, at.message(card))
            await reply(said.OutboundActivity(at.context.texts.plain("teams.answered_in_person")))

    async def _send_direct(self, activity: IncomingActivity, message: said.OutboundActivity) -> None:
        """Write to the person in the chat of two, which is opened if there is none."""
        wanted = AddressRequest(PLATFORM, activity.tenant, activity.person or activity.user)
        address = await self._front.database.read(conversation_references.address_of, wanted)
        conversation = address.conversation if address is not None else None
        if conversation is None:
            conversation = await self._front.connector.open_personal(
                activity.service_url, bot=activity.bot, user=activity.user, tenant=activity.tenant
            )
            await self._front.database.write(conversation_references.conversation_opened, wanted, conversation)
        await self._front.connector.send(activity.service_url, conversation, message)

    async def _card_action(self, activity: IncomingActivity, reply: Reply) -> InvokeResult:
        """The card's place is taken by what follows: at once for who tapped, and for good behind the answer.

        A message stays where it is when its button opens a sheet: that is posted below.
        """
        at = await self._turn_context(activity)
        act = card_actions.read_card_action(activity)
        if act.refreshes:
            message = await card_refresh.refreshed_message(at.context, act.interaction, act.refreshes)
            return invoke_responses.card_response(at.card(message, act.refreshes, act.nonce))
        done = await invoke_responses.run_card_action(at, act)
        if isinstance(done, DealChanged):
            return invoke_responses.message_response(invoke_responses.change_text(at, done))
        card = invoke_responses.result_card(at, done)
        if act.surface is None and isinstance(done, OpenModal):
            await reply(at.message(card))
            return invoke_responses.message_response(at.context.texts.plain("teams.opened"))
        replaced = activity.json.get("replyToId")
        if isinstance(replaced, str) and replaced:
            self._front.background.run(self._update_card(activity, replaced, at.message(card)))
        return invoke_responses.card_response(card)

    async def _update_card(self, activity: IncomingActivity, message_id: str, message: said.OutboundActivity) -> None:
        try:
            await self._front.connector.update(activity.service_url, activity.conversation, message_id, message)
        except DeliveryError as error:  # the client shows it already; on the next look the old card leads on
            log.warning("a card was not kept", reason=str(error))

    async def _task_module(self, activity: IncomingActivity) -> InvokeResult:
        at = await self._turn_context(activity)
        return invoke_responses.task_response(
            at, await invoke_responses.run_card_action(at, card_actions.read_card_action(activity))
        )

    async def _message_extension(self, activity: IncomingActivity) -> InvokeResult:
        """ "Closed deal" on a message: the form, and what was entered in it."""
        at = await self._turn_context(activity)
        form = message_extension.report_modal(at.context, activity)
        if activity.name == message_extension.FETCH:
            return invoke_responses.task_response(at, OpenModal(form))
        try:
            told = await message_extension.save_report(at.context, activity)
        except InvalidEntryError as error:
            act = card_actions.read_card_action(activity)
            return invoke_responses.task_response(
                at, invoke_responses.entry_refused(at, act, self._modals.find(act.nonce) or form, error)
            )
        return invoke_responses.closing_response(unmarked(told.text))

    async def _turn_context(self, activity: IncomingActivity) -> TurnContext:
        found = await known_names(self._front, activity.tenant, activity.person or activity.user)
        around = TeamsDirectory(self._front, self._rosters, activity)
        return TurnContext(
            self._front, turn_context(self._front, activity, around, found), found, activity.user, self._modals
        )
