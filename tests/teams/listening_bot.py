"""A bot that only listens: messages, installations and the message extension, without commands and cards."""

from __future__ import annotations

import time
from datetime import UTC
from typing import Any

from bot.ports.context import Context
from bot.teams import channel_invite, message_extension, messages
from bot.teams.activity import IncomingActivity
from bot.teams.card_text import TeamsMarkup, unmarked
from bot.teams.connector.adapter import InvokeResult, Reply
from bot.teams.connector.connector import OutboundActivity
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
    """A `TurnHandler` that answers in plain text. `taken`: what `handle_message` returned each time."""

    taken: list[bool]

    def __init__(self, teams: TeamsContext) -> None:
        self._teams = teams
        self._rosters = Rosters(teams.connector)
        Listening.taken = []

    async def __call__(self, activity: IncomingActivity, reply: Reply) -> InvokeResult | None:
        teams, directory = self._teams, TeamsDirectory(self._teams, self._rosters, activity)
        texts = Texts(TeamsMarkup({}, UTC), "@FirstCall")
        context = Context(teams.database, teams.clock, teams.wake, directory, texts, activity.bot)
        if activity.name == message_extension.FETCH:
            fields = message_extension.report_modal(context, activity).components
            return InvokeResult({each.name: each.value for each in fields})  # type: ignore[union-attr]  # all are fields
        if activity.name == message_extension.SUBMIT:
            return InvokeResult({"said": unmarked((await message_extension.save_report(context, activity)).text)})
        match installation_change(activity):
            case ReferenceSeen() as reference:
                await teams.apply(conversation_references.remember, reference)
        question = await channel_invite.purpose_question(context, activity)
        if question is not None and activity.person is not None:
            chat = await teams.connector.open_personal(
                activity.service_url, bot=activity.bot, user=activity.user, tenant=activity.tenant
            )
            await teams.connector.send(activity.service_url, chat, OutboundActivity(unmarked(question.text)))
        Listening.taken.append(await messages.handle_message(context, directory, activity))
        return None


def message_id() -> str:
    """The id of a message that is posted now: a time in milliseconds, never the same twice."""
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
    """A channel message as Teams sends it: with its text, and again as HTML."""
    number = message_id()
    html = {"contentType": "text/html", "content": f"<p>{text}</p>"}
    data = {"team": {"id": TEAM, "name": "Sales", "aadGroupId": GROUP}}
    conversation = {
        "id": f"{channel};messageid={answers or number}",
        "conversationType": "channel",
        "isGroup": True,
        "tenantId": TENANT,
    }
    fields = {"id": number, "text": text, "attachments": [html], "conversation": conversation, "channelData": data}
    return company.activity(who=who, channel=channel, **{**fields, **more})


def in_chat(company: Company, text: str = WIN, who: Person = ADA, html: str | None = None, **more: Any) -> Json:
    """A group chat message."""
    return company.activity(
        who=who,
        id=message_id(),
        text=text,
        attachments=[{"contentType": "text/html", "content": html or f"<p>{text}</p>"}],
        conversation={"id": CHAT, "conversationType": "groupChat", "isGroup": True, "tenantId": TENANT},
        **more,
    )


def changed(message: Json, event_type: str, text: str | None = None, **more: Any) -> Json:
    """The same message, edited, restored or deleted later."""
    kind = "messageDelete" if event_type == "softDeleteMessage" else "messageUpdate"
    edited: Json = {} if text is None else {"text": text, "attachments": []}
    data = {**message["channelData"], "eventType": event_type}
    return {**message, "type": kind, "timestamp": f"now {message_id()}", "channelData": data, **edited, **more}


def mention(name: str, user: str = BOT) -> Json:
    """The entity of a mention."""
    return {"type": "mention", "text": f"<at>{name}</at>", "mentioned": {"id": user, "name": name}}


async def deals(company: Company) -> list[Json]:
    """Every deal as `firstcall export` writes it."""
    workspaces = await company.bot.database.read(export.workspaces)
    return await company.bot.database.read(export.page, workspaces[0]) if workspaces else []
