"""The action "Closed deal" on any message of Teams: the form of a won deal, filled with what the message says."""

from __future__ import annotations

from bot.interactions import report_deal
from bot.ports.context import Context
from bot.teams import message_text
from bot.teams.activity import IncomingActivity, Json
from bot.teams.adaptive_cards import form_values
from bot.ui.components import Message, Modal
from handlers.intake.manual_report import parse_report

COMMAND = "closedDeal"
"""What the manifest calls the action."""
FETCH, SUBMIT = "composeExtension/fetchTask", "composeExtension/submitAction"


def report_modal(context: Context, activity: IncomingActivity) -> Modal:
    """The sheet to open for `FETCH`. Nothing is remembered."""
    return report_deal.report_form(context.texts, message_text.payload_text(_object(activity, "messagePayload")).post)


async def save_report(context: Context, activity: IncomingActivity) -> Message:
    """Take what was entered, for `SUBMIT`: the deal is theirs who tells of it. Gives what to answer.

    Raises `InvalidEntryError` for a customer without a name: the form stays open, with what was typed.
    """
    entered = form_values(_object(activity, "data"))
    request = parse_report(activity.caller(activity.event_key), entered.value("customer"), entered.value("amount"))
    return await report_deal.save_report(context, request)


def _object(activity: IncomingActivity, name: str) -> Json:
    value = activity.json.get("value")
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}
