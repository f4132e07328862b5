"""What Teams knows around a message: the names, who is there, and how whoever has a deal can be written to."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote, urlencode

from bot.ports.context import Member
from bot.teams import installation
from bot.teams.activity import PLATFORM, IncomingActivity
from bot.teams.context import TeamsContext
from bot.teams.message_text import mentions
from bot.teams.rosters import Conversation, Rosters
from handlers.requests import Profile
from handlers.workspace import conversation_references
from handlers.workspace.conversation_references import AddressRequest, ReferenceSeen

DEEP_LINK = "https://teams.microsoft.com/l/message"
GUEST = "#ext#"
IN_A_CHAT = urlencode({"context": '{"contextType":"chat"}'})


class TeamsDirectory:
    """What surrounds the message of one turn. People are object ids in Entra. Nothing is asked before it is needed."""

    def __init__(self, teams: TeamsContext, rosters: Rosters, activity: IncomingActivity) -> None:
        self._front = teams
        self._rosters = rosters
        self._turn = activity
        self._place = Conversation(activity.service_url, activity.conversation_root)

    async def profile(self, user_id: str) -> Profile | None:
        """A person's name; a zone only for whoever is speaking."""
        if user_id == self._turn.person:
            return self._turn.caller().profile
        member = await self._rosters.member(self._place, user_id)
        return None if member is None else Profile(name=member.name, zone=None)

    async def member(self, user_id: str) -> Member | None:
        """Who that is: whoever is in the conversation works here."""
        profile = await self.profile(user_id)
        return None if profile is None else Member(profile, active=True, admin=await self._is_admin(user_id))

    async def is_colleague(self, user_id: str) -> bool:
        """Whether their account is the tenant's own: the name that a guest signs in by says that they are one."""
        user = self._turn.user if user_id == self._turn.person else user_id
        member = await self._rosters.member(self._place, user)
        return member is not None and GUEST not in (member.principal or "").lower()

    async def channel_name(self, channel_id: str) -> str | None:
        """The channel's name, when Teams told it with this message."""
        return (
            installation.conversation_reference(self._turn).name if channel_id == self._turn.conversation_root else None
        )

    async def is_in_channel(self, channel_id: str) -> bool:
        """Whether we were let in there."""
        wanted = AddressRequest(PLATFORM, self._turn.tenant, channel_id)
        address = await self._front.database.read(conversation_references.address_of, wanted)
        return address is not None and address.blocked_reason is None

    async def find_person(self, written: str) -> str | None:
        """Whom the message mentions by that name, else the one in the conversation, else the one we know."""
        mentioned = mentions(self._turn).get(written)
        if mentioned == self._turn.bot:
            return None
        if mentioned:
            member = await self._rosters.member(self._place, mentioned)
        else:
            member = await self._rosters.member_by_name(self._place, written)
        if member is not None and member.person is not None:
            return member.person
        database = self._front.database
        return await database.read(conversation_references.person_by_name, PLATFORM, self._turn.tenant, written)

    async def channel_creator(self, channel: str) -> str | None:  # noqa: ARG002 (of the protocol)
        """Teams does not tell."""
        return None

    async def can_see(self, person: str, channel: str) -> bool:
        """Whether they are in there."""
        return await self._rosters.member(replace(self._place, id=channel), person) is not None

    async def permalink(self, channel: str, message: str) -> str | None:
        """Where Teams shows a message; None in the personal chat, where nobody needs to be led to it."""
        if self._turn.is_personal:
            return None
        path = f"{DEEP_LINK}/{quote(channel, safe=':@')}/{quote(message, safe='')}"
        if self._turn.scope == "groupChat":
            return f"{path}?{IN_A_CHAT}"
        parts = {"tenantId": self._turn.tenant, "groupId": self._group(), "parentMessageId": thread_root(self._turn)}
        return f"{path}?{urlencode({name: part for name, part in parts.items() if part})}"

    async def make_reachable(self, person: str) -> Profile | None:
        """Keep how a chat with them is opened, so that what is sent next can reach them."""
        if person == self._turn.person:
            await self._front.apply(conversation_references.remember, installation.author_reference(self._turn))
        else:
            member = await self._rosters.member(self._place, person)
            if member is not None:
                await self._front.apply(conversation_references.remember, self._reached(person, member.user))
        return await self.profile(person)

    async def _is_admin(self, person: str) -> bool:
        """Whether the settings name them as an admin, by object id or by the name that they sign in by.

        Teams knows of no admins. A name is looked up only when the settings have one, and a look-up that fails is a no.
        """
        admins = self._front.admins
        if person.lower() in admins:
            return True
        if not any("@" in named for named in admins):
            return False
        user = self._turn.user if person == self._turn.person else person
        member = await self._rosters.member(self._place, user)
        name = "" if member is None else member.principal or ""
        return name.isascii() and name.lower() in admins

    def _reached(self, person: str, user: str) -> ReferenceSeen:
        return replace(installation.author_reference(self._turn), external_id=person, conversation=None, user=user)

    def _group(self) -> str:
        """The object id of the team's group in Entra, which Teams does not always tell."""
        data = self._turn.json.get("channelData")
        team = data.get("team") if isinstance(data, dict) else None
        group = team.get("aadGroupId") if isinstance(team, dict) else None
        return group if isinstance(group, str) else ""


def thread_root(activity: IncomingActivity) -> str:
    """The message of the channel that the thread began with: the message itself when nobody answered yet."""
    return activity.conversation.partition(";messageid=")[2] or activity.id
