"""A company whose bot does nothing but listen: what Teams' conversation is handed over to when it tells of a deal."""

from __future__ import annotations

import time
from datetime import UTC
from typing import Any

from bot.ports.context import Context
from bot.teams import channel_invite, message_extension, messages
from bot.teams.activity import IncomingActivity
from bot.teams.card_text import TeamsMarkup, unmarked
from bot.teams.connector.contract import InvokeResult, Reply
from bot.teams.connector.outbound_activity import OutboundActivity
from bot.teams.context import TeamsContext
from bot.teams.directory import TeamsDirectory
from bot.teams.installation import installation_change
from bot.teams.rosters import Rosters
from bot.ui.texts import Texts
from handlers import export
from handlers.workspace import conversation_references
from handlers.workspace.conversation_references import ReferenceSeen
from sandbox.teams.chats import ADA, Person
from tests.teams.teams_driver import BOT, TEAM, TENANT, WINS, Company, Json

CHAT = "19:dealdesk@thread.v2"
GROUP = "00000000-0000-4000-8000-00000000cafe"
WIN = "Just closed Northwind Dental! $45k ARR"


class Listening:
    """A `Dispatch` that draws sheets and messages as plain text, for the test to read. `took`: what `heard` gave."""

    took: list[bool]

    def __init__(self, teams: TeamsContext) -> None:
        self._front = teams
        self._rosters = Rosters(teams.connector)
        Listening.took = []

    async def __call__(self, activity: IncomingActivity, reply: Reply) -> InvokeResult | None:
        front, around = self._front, TeamsDirectory(self._front, self._rosters, activity)
        words = Texts(TeamsMarkup({}, UTC), "@FirstCall")
        desk = Context(front.database, front.clock, around, words, front.wake, activity.bot)
        if activity.name == message_extension.FETCH:
            fields = message_extension.report_modal(desk, activity).components
            return InvokeResult({each.name: each.value for each in fields})  # type: ignore[union-attr]  # all are fields
        if activity.name == message_extension.SUBMIT:
            return InvokeResult({"said": unmarked((await message_extension.save_report(desk, activity)).text)})
        match installation_change(activity):
            case ReferenceSeen() as reached:
                await front.apply(conversation_references.remember, reached)
        asked = await channel_invite.purpose_question(desk, activity)
        if asked is not None and activity.person is not None:
            chat = await front.connector.open_personal(
                activity.service_url, bot=activity.bot, user=activity.user, tenant=activity.tenant
            )
            await front.connector.send(activity.service_url, chat, OutboundActivity(unmarked(asked.text)))
        Listening.took.append(await messages.handle_message(desk, around, activity))
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
