"""The message extension, "Closed deal" and "Log a challenge" on any message: a form, prefilled from it."""

from __future__ import annotations

from dataclasses import replace

from bot.interactions import challenges, report_deal
from bot.ports.context import Context
from bot.teams import message_text
from bot.teams.activity import IncomingActivity
from bot.teams.card_inputs import CARD_DATA, form_values
from bot.teams.installation import author_reference
from bot.teams.json_fields import object_field, text_field
from bot.ui.components import Message, Modal
from handlers.intake.manual_report import parse_report
from handlers.workspace import conversation_references
from handlers.workspace.conversation_references import ReferenceSeen

COMMAND, LOG_CHALLENGE = "closedDeal", "logChallenge"
"""The command ids in the manifest."""
FETCH, SUBMIT = "composeExtension/fetchTask", "composeExtension/submitAction"


async def form(context: Context, activity: IncomingActivity) -> Modal:
    """The form that the command opens, for `FETCH`. Nothing is stored.

    Raises `NotNowError` if the person has no deal that a challenge could be about.
    """
    value = object_field(activity.json, "value")
    if text_field(value, "commandId") != LOG_CHALLENGE:
        return report_modal(context, activity)
    text = message_text.payload_text(object_field(value, "messagePayload")).text
    return await challenges.form_for_message(context, activity.caller(), text)


def report_modal(context: Context, activity: IncomingActivity) -> Modal:
    """The form to open for `FETCH`. Nothing is stored."""
    payload = object_field(object_field(activity.json, "value"), "messagePayload")
    return report_deal.report_form(context.texts, message_text.payload_text(payload).post)


async def save_report(context: Context, activity: IncomingActivity) -> Message:
    """Save the form, for `SUBMIT`: the sender becomes the rep of the deal, and is reachable. Returns the answer.

    Raises `InvalidEntryError` if the customer's name is missing: the form stays open with what was entered.
    """
    data = object_field(object_field(activity.json, "value"), "data")
    values, nonce = form_values(data), text_field(object_field(data, CARD_DATA), "nonce")
    caller = activity.caller(f"form:{nonce}" if nonce else activity.event_key)  # a second click has another activity
    request = parse_report(replace(caller, content=values.digest), values.value("customer"), values.value("amount"))
    await context.apply(conversation_references.remember, _sender(activity))
    return await report_deal.save_report(context, request)


def _sender(activity: IncomingActivity) -> ReferenceSeen:
    """How to open a personal chat with the sender. The chat of the activity may be one that the bot is not in."""
    return replace(author_reference(activity), conversation=None)
