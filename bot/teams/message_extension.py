"""The action "Closed deal" on any message of Teams: the form of a won deal, filled with what the message says."""

from __future__ import annotations

from bot.interactions import report_deal
from bot.ports.context import Desk
from bot.teams import message_text
from bot.teams.activity import Json, Turn
from bot.teams.adaptive_cards import entries
from bot.ui.components import Message, Sheet
from handlers.intake.manual_report import reported

COMMAND = "closedDeal"
"""What the manifest calls the action."""
FETCH, SUBMIT = "composeExtension/fetchTask", "composeExtension/submitAction"


def form(desk: Desk, turn: Turn) -> Sheet:
    """The sheet to open for `FETCH`. Nothing is remembered."""
    return report_deal.form(desk.words, message_text.of_payload(_object(turn, "messagePayload")).post)


async def told(desk: Desk, turn: Turn) -> Message:
    """Take what was entered, for `SUBMIT`: the deal is theirs who tells of it. Gives what to answer.

    Raises `InvalidEntryError` for a customer without a name: the form stays open, with what was typed.
    """
    entered = entries(_object(turn, "data"))
    request = reported(turn.caller(turn.event_key), entered.value("customer"), entered.value("amount"))
    return await report_deal.told(desk, request)


def _object(turn: Turn, name: str) -> Json:
    value = turn.activity.get("value")
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}
