"""The activity handler: from an activity to the interaction handlers that all platforms share, and their answer back.

a command          in the personal chat, answered by a card there, a modal by a card that turns into its next step;
                   in a channel, what belongs to the rep is answered in the personal chat
a card's button    in a chat (`adaptiveCard/action`), replaces the card by its next step
a dialog           (`task/fetch`, `task/submit`), goes from step to step above the chat
a search           (`application/search`), is what somebody types into the field of a person
"""

from __future__ import annotations

import structlog
from cachetools import TTLCache

from bot.interactions.actions import DealChanged, OpenModal
from bot.interactions.profiles import note_presence, note_profile
from bot.ports.affiliation import Affiliation
from bot.ports.messenger import DeliveryError
from bot.teams import (
    card_actions,
    card_refresh,
    channel_invite,
    commands,
    invoke_responses,
    message_extension,
    message_text,
    messages,
    people_search,
    team_channels,
)
from bot.teams.accounts import Accounts
from bot.teams.activity import PLATFORM, IncomingActivity
from bot.teams.adaptive_cards import Surface
from bot.teams.card_text import unmarked
from bot.teams.connector.adapter import InvokeResult, Reply
from bot.teams.connector.connector import OutboundActivity
from bot.teams.context import TeamsContext
from bot.teams.conversation_references import ConversationReferenceStore
from bot.teams.directory import TeamsDirectory
from bot.teams.installation import (
    CHANNEL_SHARED,
    CHANNEL_UNSHARED,
    InstallationChange,
    installation_change,
    is_team_installation,
    other_companies,
)
from bot.teams.personal_chats import PersonalChats
from bot.teams.rosters import Conversation, Rosters
from bot.teams.turn_context import ModalCache, TurnContext, card_activity, choices, interaction_context, read_names
from bot.ui.components import ActionRow, Modal
from bot.views.notices import message_in_modal
from handlers.errors import InvalidEntryError, NotNowError
from handlers.team import channels, closed_channels
from handlers.team.channels import SharingChanged
from handlers.team.departures import PresenceSeen
from handlers.workspace import conversation_references
from handlers.workspace.conversation_references import AddressRequest, ReferenceLost, ReferenceSeen, TeamRestored
from handlers.workspace.first_contact import is_first_contact
from handlers.workspace.names import Names
from handlers.workspace.profile_changes import ProfileSeen

PEOPLE_CACHED = 10_000
CACHE_SECONDS = 3600.0

log = structlog.stdlib.get_logger(__name__)


class ActivityHandler:
    """A `bot.teams.connector.adapter.TurnHandler`."""

    def __init__(self, teams: TeamsContext) -> None:
        self._teams = teams
        self._references = ConversationReferenceStore(teams)
        self._rosters = Rosters(teams.connector)
        self._accounts = Accounts(teams)
        self._chats = PersonalChats(teams.connector, teams.database)
        self._modals = ModalCache()
        self._shown: TTLCache[tuple[str, str], tuple[object, ...]] = TTLCache(PEOPLE_CACHED, CACHE_SECONDS)
        """What the last activity of each person said about them, so that the database is not asked each time."""

    async def __call__(self, activity: IncomingActivity, reply: Reply) -> InvokeResult | None:
        """Handle one activity. Raises `Refusal`."""
        await self._note_sender(activity)
        change = installation_change(activity)
        if activity.event_type in (CHANNEL_SHARED, CHANNEL_UNSHARED) and activity.channel is not None:
            await self._on_sharing(activity, activity.channel)
        elif change is not None:
            await self._on_installation(activity, change, reply)
        elif activity.type == "conversationUpdate" and activity.members_removed:
            self._teams.background.run(self._on_members_removed(activity))
        elif activity.type == "message":
            await self._on_message(activity, reply)
        elif activity.type in (messages.CHANGED, messages.DELETED):
            await self._detect(activity)
        elif activity.name == "adaptiveCard/action":
            return await self._on_card_action(activity, reply)
        elif activity.name in ("task/fetch", "task/submit"):
            return await self._on_dialog(activity)
        elif activity.name == people_search.INVOKE:
            names = await read_names(self._teams, activity.tenant, activity.person or activity.user)
            return people_search.search_people(activity, choices(names))
        elif activity.name in (message_extension.FETCH, message_extension.SUBMIT):
            return await self._on_message_extension(activity)
        return None

    async def _note_sender(self, activity: IncomingActivity) -> None:
        """Store a known sender's new time zone, also when nothing else of the activity is stored."""
        profile = activity.caller().profile
        key = (activity.tenant, activity.person or "")
        shown = (activity.person_name, activity.zone, activity.local_time and activity.local_time.utcoffset())
        if activity.person and profile is not None and self._shown.get(key) != shown:
            await note_profile(self._teams, ProfileSeen(PLATFORM, activity.tenant, activity.person, profile))
            await note_presence(self._teams, PresenceSeen(PLATFORM, activity.tenant, activity.person, active=True))
            self._shown[key] = shown

    async def _on_installation(self, activity: IncomingActivity, change: InstallationChange, reply: Reply) -> None:
        """Store where the bot is installed or removed, and introduce it to a person who installs it for themselves."""
        match change:
            case ReferenceSeen() if await self._is_external(activity):
                if activity.is_personal:
                    raise NotNowError("refusal.colleagues_only")
            case ReferenceSeen():
                await self._teams.apply(conversation_references.remember, change)
                if activity.is_personal and await self._is_new(activity):
                    await reply((await self._turn_context(activity)).introduction())
                if is_team_installation(activity):
                    # The owner of the channel is committed now; the question waits for the channels' names.
                    await channel_invite.purpose_question((await self._turn_context(activity)).context, activity)
                    self._teams.background.run(self._learn_channels(activity, change))
                else:
                    await self._ask_purpose(activity)
            case ReferenceLost():
                await self._teams.apply(closed_channels.lose_reference, change)
                self._references.forget()
            case TeamRestored():
                await self._teams.apply(conversation_references.restore_team, change)

    async def _on_members_removed(self, activity: IncomingActivity) -> None:
        """People left a team, a chat, or the company: then their reminders stop."""
        for person in await self._accounts.notice(activity.tenant, activity.members_removed):
            self._shown.pop((activity.tenant, person), None)

    async def _on_sharing(self, activity: IncomingActivity, channel: str) -> None:
        """A channel is shared with another company, or no more: its wins wait for an admin's word."""
        directory = TeamsDirectory(self._teams, self._rosters, activity)
        shared = activity.event_type == CHANNEL_SHARED and other_companies(activity)
        if activity.event_type == CHANNEL_SHARED and not shared:
            return
        request = SharingChanged(
            PLATFORM,
            activity.tenant,
            channel,
            activity.channel_name,
            shared=shared or await self._has_external_members(activity, channel),
            event_key=activity.event_key,
            admins=await directory.admins(),
        )
        await self._teams.apply(channels.sharing_changed, request)

    async def _has_external_members(self, activity: IncomingActivity, channel: str) -> bool:
        """Whether people of another company are in the channel, or may be."""
        try:
            conversation = Conversation(activity.service_url, channel)
            return await self._rosters.has_external_members(conversation, activity.tenant)
        except DeliveryError as error:
            log.warning("listing members failed", conversation=channel, reason=str(error))
            return True

    async def _is_external(self, activity: IncomingActivity) -> bool:
        """Whether the sender is known to be of another company; the platform itself is no person."""
        if activity.person is None:
            return False
        directory = TeamsDirectory(self._teams, self._rosters, activity)
        return await directory.affiliation(activity.person) is Affiliation.EXTERNAL

    async def _learn_channels(self, activity: IncomingActivity, installed_in: ReferenceSeen) -> None:
        """Store the team's channels; then the question can call its channel by name."""
        await team_channels.learn_channels(self._teams, installed_in)
        try:
            await self._ask_purpose(activity)
        except DeliveryError as error:
            log.warning("question about the channel's purpose not sent", reason=str(error))

    async def _ask_purpose(self, activity: IncomingActivity) -> None:
        """Ask the person who installed the bot in a team or group chat, in private, what it is for."""
        if channel_invite.invited_channel(activity) is None:
            return
        turn = await self._turn_context(activity)
        question = await channel_invite.purpose_question(turn.context, activity)
        if question is not None:
            await self._send_personal(activity, card_activity(turn.card(question)))

    async def _detect(self, activity: IncomingActivity) -> bool:
        """Whether the message reports a deal. Nearly none does, so no names are read for it."""
        directory = TeamsDirectory(self._teams, self._rosters, activity)
        context = interaction_context(self._teams, activity, directory, Names())
        return await messages.handle_message(context, directory, activity)

    async def _on_message(self, activity: IncomingActivity, reply: Reply) -> None:
        if not (activity.is_personal or activity.mentions_bot):
            await self._detect(activity)
            return
        turn = await self._turn_context(activity)
        await turn.context.require_member(activity.caller())
        await self._references.store(activity)
        await self._teams.apply(is_first_contact, activity.caller())  # their zone, before a time is shown
        turn = await self._turn_context(activity)  # with the sender's name, if they are new
        reply_once = self._once(activity, reply)
        if card_actions.is_card_action(activity):  # some clients send a button as a message
            result = await card_actions.run_card_action(turn, card_actions.read_card_action(activity))
            await reply_once(card_activity(invoke_responses.result_card(turn, result)))
            return
        message = message_text.activity_text(activity)
        text = commands.command_text(message.text)
        greets = text.casefold() in ("", *turn.context.texts.plain("teams.greetings").split())
        if greets and (not activity.is_personal or await self._is_new(activity)):
            await reply_once(turn.introduction())
            return
        if not commands.is_command(text, message) and await self._detect(activity):
            return  # the outbox sends the deal's card
        await self._on_command(activity, turn, text, reply)

    async def _is_new(self, activity: IncomingActivity) -> bool:
        """Whether the sender has not been introduced to the bot yet."""
        return await self._teams.apply(is_first_contact, activity.caller(f"met:{activity.conversation}"))

    def _once(self, activity: IncomingActivity, reply: Reply) -> Reply:
        """Replies to the message unless an earlier delivery of it was replied to.

        What the message says has been stored before: a bot that was killed in between stores it at the next delivery.
        """

        async def reply_once(message: OutboundActivity) -> str:
            if await self._teams.apply(is_first_contact, activity.caller(f"said:{activity.event_key}")):
                return await reply(message)
            return ""

        return reply_once

    async def _on_command(self, activity: IncomingActivity, turn: TurnContext, text: str, reply: Reply) -> None:
        answer = await commands.run_command(turn.context, commands.read_command(activity, text))
        if isinstance(answer, Modal):
            card = turn.modal(answer, Surface.CHAT)
        else:
            card = turn.card(answer, card_refresh.command_refresh(text))
        if activity.is_personal or commands.answered_in_place(text, shared=activity.shared_channel):
            await self._once(activity, reply)(card_activity(card))
            return

        async def answer_in_person(message: OutboundActivity) -> str:
            await self._send_personal(activity, card_activity(card))  # first: the reply says that it was sent
            return await reply(message)

        note = OutboundActivity(turn.context.texts.plain("teams.answered_in_person"))
        await self._once(activity, answer_in_person)(note)

    async def _send_personal(self, activity: IncomingActivity, message: OutboundActivity) -> None:
        """Post into the sender's personal chat, which is created if needed."""
        request = AddressRequest(PLATFORM, activity.tenant, activity.person or activity.user)
        address = await self._teams.database.read(conversation_references.address_of, request)
        await self._chats.send(
            request,
            message,
            service_url=activity.service_url,
            bot=activity.bot,
            user=activity.user,
            conversation=None if address is None else address.conversation,
        )

    async def _on_card_action(self, activity: IncomingActivity, reply: Reply) -> InvokeResult:
        """Replace the card: in the response for the person who clicked, and by an update for good.

        If the button of a message opens a modal, the message stays, and the modal is posted below it.
        """
        turn = await self._turn_context(activity)
        action = card_actions.read_card_action(activity)
        if action.refreshes:
            message = await card_refresh.refreshed_message(turn.context, action.interaction, action.refreshes)
            return invoke_responses.card_response(turn.card(message, action.refreshes, action.nonce))
        result = await card_actions.run_card_action(turn, action)
        if isinstance(result, DealChanged):
            return invoke_responses.message_response(invoke_responses.change_text(turn, result))
        card = invoke_responses.result_card(turn, result)
        if action.surface is None and isinstance(result, OpenModal):
            await reply(card_activity(card))
            return invoke_responses.message_response(turn.context.texts.plain("teams.opened"))
        if activity.reply_to_id:
            self._teams.background.run(self._update_card(activity, card_activity(card)))
        return invoke_responses.card_response(card)

    async def _update_card(self, activity: IncomingActivity, message: OutboundActivity) -> None:
        try:
            await self._teams.connector.update(
                activity.service_url, activity.conversation, activity.reply_to_id, message
            )
        except DeliveryError as error:  # the client already shows it; if reopened, the old card leads to the same step
            log.warning("card not updated", reason=str(error))

    async def _on_dialog(self, activity: IncomingActivity) -> InvokeResult:
        turn = await self._turn_context(activity)
        result = await card_actions.run_card_action(turn, card_actions.read_card_action(activity))
        return invoke_responses.dialog_response(turn, result)

    async def _on_message_extension(self, activity: IncomingActivity) -> InvokeResult:
        """Open a form, or save it."""
        turn = await self._turn_context(activity)
        await turn.context.require_member(activity.caller())
        if activity.name == message_extension.FETCH:
            opened = await message_extension.form(turn.context, activity)
            return invoke_responses.dialog_response(turn, OpenModal(opened))
        form = message_extension.report_modal(turn.context, activity)
        action = card_actions.read_card_action(activity) if card_actions.is_card_action(activity) else None
        if action is not None and not action.submits_report:  # another form, or a button of what answered one
            return invoke_responses.dialog_response(turn, await card_actions.run_card_action(turn, action))
        try:
            saved = await message_extension.save_report(turn.context, activity)
        except InvalidEntryError as error:
            action = action or card_actions.read_card_action(activity)
            modal = self._modals.find(action.nonce) or form
            return invoke_responses.dialog_response(turn, card_actions.invalid_entry(turn, action, modal, error))
        if any(isinstance(component, ActionRow) for component in saved.components):
            asked = message_in_modal(saved, turn.context.texts)
            return invoke_responses.dialog_response(turn, OpenModal(asked))
        return invoke_responses.dialog_message_response(unmarked(saved.text))

    async def _turn_context(self, activity: IncomingActivity) -> TurnContext:
        names = await read_names(self._teams, activity.tenant, activity.person or activity.user)
        directory = TeamsDirectory(self._teams, self._rosters, activity)
        context = interaction_context(self._teams, activity, directory, names)
        return TurnContext(self._teams, context, names, activity.user, self._modals)
