"""People and channels of a Teams conversation: names, membership, and how a person can be reached."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote, urlencode

import structlog

from bot.ports.affiliation import Affiliation
from bot.ports.context import Member
from bot.ports.messenger import DeliveryError, RefusedError
from bot.teams import installation
from bot.teams.activity import PLATFORM, IncomingActivity
from bot.teams.connector.connector import Member as RosterMember
from bot.teams.context import TeamsContext
from bot.teams.rosters import Conversation, Rosters
from handlers.requests import Profile
from handlers.team import channels
from handlers.workspace import conversation_references, names
from handlers.workspace.conversation_references import AddressRequest

DEEP_LINK = "https://teams.microsoft.com/l/message"
log = structlog.stdlib.get_logger(__name__)

CHAT_CONTEXT = urlencode({"context": '{"contextType":"chat"}'})


class TeamsDirectory:
    """The directory for one activity. People are Entra object ids. Nothing is looked up before it is needed."""

    def __init__(self, teams: TeamsContext, rosters: Rosters, activity: IncomingActivity) -> None:
        self._teams = teams
        self._rosters = rosters
        self._activity = activity
        self._conversation = Conversation(activity.service_url, activity.conversation_root)

    async def profile(self, user_id: str) -> Profile | None:
        """A person's name; for the sender of the activity also their zone."""
        if user_id == self._activity.person:
            return self._activity.caller().profile
        member = await self._rosters.member(self._conversation, user_id)
        return None if member is None else Profile(name=member.name, zone=None)

    async def member(self, user_id: str) -> Member | None:
        """A person. Everyone in the conversation counts as active."""
        profile = await self.profile(user_id)
        return None if profile is None else Member(profile, active=True, admin=await self._is_admin(user_id))

    async def affiliation(self, user_id: str, home: str | None = None) -> Affiliation:
        """Where a person belongs, by their account in this conversation, else in their chat with the bot.

        Guests of the tenant are people of another company. If neither look-up works, somebody who is known counts as a
        member: nobody of another company becomes known. The bot may not be in the chat of a message extension, so a
        chat with its sender is opened if they are not known yet.
        """
        tenant = self._activity.tenant
        if home is not None and home != tenant:
            return Affiliation.EXTERNAL
        member = await self._rosters.member(self._conversation, self._roster_id(user_id))
        if member is None:
            address = await self._teams.database.read(
                conversation_references.address_of, AddressRequest(PLATFORM, tenant, user_id)
            )
            if address is None:
                member = await self._member_of_new_chat(user_id)
                if member is None:
                    known = await self._teams.database.read(names.is_person, PLATFORM, tenant, user_id)
                    return Affiliation.MEMBER if known else Affiliation.UNKNOWN
                return _affiliation_of(member, tenant)
            if address.conversation is not None and address.conversation != self._conversation.id:
                chat = Conversation(address.service_url, address.conversation)
                member = await self._rosters.member(chat, address.user or user_id)
        if member is None:  # they were checked when they were first seen
            return Affiliation.MEMBER
        return _affiliation_of(member, tenant)

    async def _member_of_new_chat(self, user_id: str) -> RosterMember | None:
        """The sender as a member of their chat with the bot, opened for that; None for anybody else.

        Nothing is stored: somebody of another company stays unknown.
        """
        activity = self._activity
        if user_id != activity.person:
            return None
        try:
            chat = await self._teams.connector.open_personal(
                activity.service_url, bot=activity.bot, user=activity.user, tenant=activity.tenant
            )
        except DeliveryError as error:
            log.info("personal chat not opened", person=user_id, reason=str(error))
            return None
        if chat == self._conversation.id:  # the failed look-up was there
            return None
        return await self._rosters.member(Conversation(activity.service_url, chat), activity.user)

    async def channel_name(self, channel_id: str) -> str | None:
        """The channel's name, if the activity came from that channel and has it."""
        return self._activity.channel_name if channel_id == self._activity.conversation_root else None

    async def ask_channel_name(self, channel_id: str) -> str | None:
        """The same: nobody is asked."""
        return await self.channel_name(channel_id)

    async def shared_externally(self, channel_id: str) -> bool | None:
        """Whether a guest or another company can read the channel now: it is a shared one, or they are in it."""
        activity, database = self._activity, self._teams.database
        if channel_id == activity.conversation_root and activity.shared_channel:
            return True
        if await database.read(channels.is_shared, PLATFORM, activity.tenant, channel_id):
            return True
        try:
            return await self._has_external_members(channel_id)
        except DeliveryError as error:
            log.warning("listing members failed", conversation=channel_id, reason=str(error))
            return None

    async def _has_external_members(self, channel_id: str) -> bool:
        """Whether outsiders are in a channel. One that Teams does not know yet has the members of its team.

        Raises `DeliveryError`.
        """
        tenant = self._activity.tenant
        try:
            return await self._rosters.has_external_members(replace(self._conversation, id=channel_id), tenant)
        except RefusedError:
            if channel_id == self._conversation.id:
                raise
            return await self._rosters.has_external_members(self._conversation, tenant)

    async def maybe_shared(self, channel: str) -> bool:  # noqa: ARG002 (of the protocol)
        """Whether the activity's channel is a shared one."""
        return self._activity.shared_channel

    async def admins(self) -> tuple[str, ...]:
        """The admins that the settings name by object id, and that the bot can write to."""
        reachable = []
        for admin in sorted(self._teams.admins):
            request = AddressRequest(PLATFORM, self._activity.tenant, admin)
            if await self._teams.database.read(conversation_references.address_of, request) is not None:
                reachable.append(admin)
        return tuple(reachable)

    async def is_in_channel(self, channel_id: str) -> bool:
        """Whether the bot is installed in the channel."""
        request = AddressRequest(PLATFORM, self._activity.tenant, channel_id)
        address = await self._teams.database.read(conversation_references.address_of, request)
        return address is not None and address.blocked_reason is None

    async def exists(self, user_id: str) -> bool | None:
        """Whether the person is known in the tenant, or a member of the conversation."""
        known = await self._teams.database.read(names.is_person, PLATFORM, self._activity.tenant, user_id)
        return known or await self._rosters.has_member(self._conversation, user_id)

    async def shares_channel(self, user_id: str, channel_id: str) -> bool | None:
        """Whether the bot is installed in the channel or chat, and the person is a member of it."""
        if not await self.is_in_channel(channel_id):
            return False
        return await self._rosters.has_member(replace(self._conversation, id=channel_id), self._roster_id(user_id))

    async def find_person(self, written: str) -> str | None:
        """The person whom the message mentions by that name, else a member of the conversation, else a known person."""
        mentioned = self._activity.mentions.get(written)
        if mentioned == self._activity.bot:
            return None
        if mentioned:
            member = await self._rosters.member(self._conversation, mentioned)
        else:
            member = await self._rosters.member_by_name(self._conversation, written)
        if member is not None and member.person is not None:
            return member.person
        database = self._teams.database
        return await database.read(conversation_references.person_by_name, PLATFORM, self._activity.tenant, written)

    async def channel_creator(self, channel: str) -> str | None:  # noqa: ARG002 (of the protocol)
        """None: Teams does not say who created a channel."""
        return None

    async def can_see(self, person: str, channel: str) -> bool:
        """Whether they are a member of the channel."""
        return await self._rosters.member(replace(self._conversation, id=channel), person) is not None

    async def permalink(self, channel: str, message: str) -> str | None:
        """A deep link to a message; None in a personal chat, where nobody needs one."""
        if self._activity.is_personal:
            return None
        url = f"{DEEP_LINK}/{quote(channel, safe=':@')}/{quote(message, safe='')}"
        if self._activity.scope == "groupChat":
            return f"{url}?{CHAT_CONTEXT}"
        parameters = {
            "tenantId": self._activity.tenant,
            "groupId": self._activity.team_group,
            "parentMessageId": thread_root(self._activity),
        }
        return f"{url}?{urlencode({name: value for name, value in parameters.items() if value})}"

    async def make_reachable(self, person: str) -> Profile | None:
        """Store how to open a chat with them, so that a message can be sent to them next."""
        author = installation.author_reference(self._activity)
        if person == self._activity.person:
            await self._teams.apply(conversation_references.remember, author)
        else:
            member = await self._rosters.member(self._conversation, person)
            if member is not None:
                reference = replace(author, external_id=person, conversation=None, user=member.user)
                await self._teams.apply(conversation_references.remember, reference)
        return await self.profile(person)

    async def _is_admin(self, person: str) -> bool:
        """Whether the settings list them as an admin, by Entra object id or by user principal name.

        Teams does not know admins. A name is looked up only if the settings list any; a failed look-up means no.
        """
        admins = self._teams.admins
        if person.lower() in admins:
            return True
        if not any("@" in admin for admin in admins):
            return False
        member = await self._rosters.member(self._conversation, self._roster_id(person))
        name = "" if member is None else member.principal or ""
        return name.isascii() and name.lower() in admins

    def _roster_id(self, person: str) -> str:
        """The id to look a person up by: the Teams id is known for the sender only."""
        return self._activity.user if person == self._activity.person else person


def _affiliation_of(member: RosterMember, tenant: str) -> Affiliation:
    return Affiliation.EXTERNAL if member.is_external(tenant) else Affiliation.COLLEAGUE


def thread_root(activity: IncomingActivity) -> str:
    """The message that started the thread in a channel: the message itself if it starts one."""
    return activity.conversation.partition(";messageid=")[2] or activity.id
