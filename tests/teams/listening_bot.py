"""A company whose bot does nothing but listen: what Teams' conversation is handed over to when it tells of a deal."""

from __future__ import annotations

import time
from datetime import UTC
from typing import Any

from bot.ports.context import Desk
from bot.teams import channel_invite, message_extension, messages
from bot.teams.activity import Turn
from bot.teams.card_text import TeamsMarkup, unmarked
from bot.teams.connector.contract import Answer, Reply
from bot.teams.connector.outbound_activity import Message
from bot.teams.context import TeamsFront
from bot.teams.directory import Around
from bot.teams.installation import change
from bot.teams.rosters import Rosters
from bot.ui.texts import Words
from handlers import export
from handlers.workspace import conversation_references
from handlers.workspace.conversation_references import Reached
from sandbox.teams.chats import ADA, Person
from tests.teams.teams_driver import BOT, TEAM, TENANT, WINS, Company, Json

CHAT = "19:dealdesk@thread.v2"
GROUP = "00000000-0000-4000-8000-00000000cafe"
WIN = "Just closed Northwind Dental! $45k ARR"


class Listening:
    """A `Dispatch` that draws sheets and messages as plain text, for the test to read. `took`: what `heard` gave."""

    took: list[bool]

    def __init__(self, front: TeamsFront) -> None:
        self._front = front
        self._rosters = Rosters(front.connector)
        Listening.took = []

    async def __call__(self, turn: Turn, reply: Reply) -> Answer | None:
        front, around = self._front, Around(self._front, self._rosters, turn)
        words = Words(TeamsMarkup({}, UTC), "@FirstCall")
        desk = Desk(front.database, front.clock, around, words, front.wake, turn.bot)
        if turn.name == message_extension.FETCH:
            fields = message_extension.form(desk, turn).pieces
            return Answer({each.name: each.value for each in fields})  # type: ignore[union-attr]  # all are fields
        if turn.name == message_extension.SUBMIT:
            return Answer({"said": unmarked((await message_extension.told(desk, turn)).text)})
        match change(turn):
            case Reached() as reached:
                await front.apply(conversation_references.remember, reached)
        asked = await channel_invite.question(desk, turn)
        if asked is not None and turn.person is not None:
            chat = await front.connector.open_personal(
                turn.service_url, bot=turn.bot, user=turn.user, tenant=turn.tenant
            )
            await front.connector.send(turn.service_url, chat, Message(unmarked(asked.text)))
        Listening.took.append(await messages.heard(desk, around, turn))
        return None


def moment() -> str:
    """The id of a message that is posted now."""
    time.sleep(0.002)
    return str(int(time.time() * 1000))


def posted(
    company: Company,
    text: str = WIN,
    who: Person = ADA,
    *,
    answers: str | None = None,
    channel: str = WINS,
    **more: Any,
) -> Json:
    """A message of a channel, as Teams tells it: its text, and the same as HTML."""
    number = moment()
    html = {"contentType": "text/html", "content": f"<p>{text}</p>"}
    data = {"team": {"id": TEAM, "name": "Sales", "aadGroupId": GROUP}}
    conversation = {
        "id": f"{channel};messageid={answers or number}",
        "conversationType": "channel",
        "isGroup": True,
        "tenantId": TENANT,
    }
    told = {"id": number, "text": text, "attachments": [html], "conversation": conversation, "channelData": data}
    return company.activity(who=who, channel=channel, **{**told, **more})


def in_chat(company: Company, text: str = WIN, who: Person = ADA, html: str | None = None, **more: Any) -> Json:
    """A message of a group chat."""
    return company.activity(
        who=who,
        id=moment(),
        text=text,
        attachments=[{"contentType": "text/html", "content": html or f"<p>{text}</p>"}],
        conversation={"id": CHAT, "conversationType": "groupChat", "isGroup": True, "tenantId": TENANT},
        **more,
    )


def changed(message: Json, happened: str, text: str | None = None, **more: Any) -> Json:
    """The same message, edited, brought back or deleted a little later."""
    kind = "messageDelete" if happened == "softDeleteMessage" else "messageUpdate"
    now: Json = {} if text is None else {"text": text, "attachments": []}
    data = {**message["channelData"], "eventType": happened}
    return {**message, "type": kind, "timestamp": f"now {moment()}", "channelData": data, **now, **more}


def mention(name: str, user: str = BOT) -> Json:
    """The entity of a mention."""
    return {"type": "mention", "text": f"<at>{name}</at>", "mentioned": {"id": user, "name": name}}


async def deals(company: Company) -> list[Json]:
    """Every deal as `firstcall export` writes it."""
    workspaces = await company.bot.database.read(export.workspaces)
    return await company.bot.database.read(export.page, workspaces[0]) if workspaces else []
