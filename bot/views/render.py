"""Which view shows a screen: as a sheet when a person opened it, as a letter when it goes out by itself."""

from __future__ import annotations

from bot.ui.components import File, Message, Modal
from bot.ui.texts import Texts
from bot.views import brief, call, call_schedule, card, notices, reminders, wins
from handlers.screens.brief import BriefCommitmentsScreen, BriefContactsScreen, BriefNotesScreen, BriefScreen, BriefStep
from handlers.screens.call import CallScreen, CorrectionScreen, ReopenScreen, StatementScreen
from handlers.screens.deals import CorrectDealScreen, DealCard, HandedOver
from handlers.screens.outgoing import OutgoingScreen
from handlers.screens.reminders import (
    CallInvite,
    CallOver,
    CallPlanned,
    CallReminder,
    CallSoon,
    Digest,
    Nudge,
    ReminderSnoozed,
    RemindersScreen,
    ScheduleScreen,
    SnoozeScreen,
)
from handlers.screens.team import WinSummary

Opening = (
    CallScreen
    | CorrectionScreen
    | StatementScreen
    | ReopenScreen
    | CorrectDealScreen
    | ScheduleScreen
    | CallPlanned
    | SnoozeScreen
    | ReminderSnoozed
    | RemindersScreen
    | BriefStep
)
"""What a tap or a saved form can lead to."""


def modal(screen: Opening, texts: Texts) -> Modal:
    """The screen as a sheet: what the rep tapped for, or the step after the one that they saved."""
    match screen:
        case CorrectDealScreen():
            drawn = notices.edit_deal_form(screen, texts)
        case RemindersScreen() | SnoozeScreen():
            drawn = reminders.form(screen, texts)
        case ScheduleScreen():
            drawn = call_schedule.form(screen, texts)
        case CallPlanned():
            drawn = call_schedule.planned(screen, texts)
        case ReminderSnoozed():
            drawn = call_schedule.put_off_until(screen, texts)
        case BriefScreen() | BriefContactsScreen() | BriefCommitmentsScreen() | BriefNotesScreen():
            drawn = brief.render(screen, texts)
        case _:
            drawn = call.render(screen, texts)
    return drawn


def message(screen: OutgoingScreen, texts: Texts) -> Message | File:
    """The screen as what the outbox sends."""
    match screen:
        case DealCard():
            return card.render(screen, texts)
        case CallSoon() | CallOver() | CallInvite():
            return call_schedule.render(screen, texts)
        case CallReminder() | Nudge() | Digest():
            return reminders.render(screen, texts)
        case BriefScreen():
            return brief.message(screen, texts)
        case HandedOver():
            return notices.handed_over(screen, texts)
        case WinSummary():
            return wins.summary(screen, texts)
