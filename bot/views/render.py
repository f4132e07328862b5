"""Which view shows a screen: as a sheet when a person opened it, as a letter when it goes out by itself."""

from __future__ import annotations

from bot.ui.components import File, Message, Sheet
from bot.ui.texts import Words
from bot.views import brief, call, call_schedule, card, notices, reminders, wins
from handlers.screens.brief import BriefScreen, BriefStep, BriefWhoScreen, BriefWordsScreen, CommitmentsScreen
from handlers.screens.call import CallScreen, CorrectionScreen, ReopenScreen, StatementScreen
from handlers.screens.deals import DealCard, FixScreen, HandedOver
from handlers.screens.outgoing import OutgoingScreen
from handlers.screens.reminders import (
    CallInvite,
    CallOver,
    CallPlanned,
    CallReminder,
    CallSoon,
    Digest,
    Nudge,
    ReminderPutOff,
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
    | FixScreen
    | ScheduleScreen
    | CallPlanned
    | SnoozeScreen
    | ReminderPutOff
    | RemindersScreen
    | BriefStep
)
"""What a tap or a saved form can lead to."""


def sheet(screen: Opening, words: Words) -> Sheet:
    """The screen as a sheet: what the rep tapped for, or the step after the one that they saved."""
    match screen:
        case FixScreen():
            drawn = notices.fix_form(screen, words)
        case RemindersScreen() | SnoozeScreen():
            drawn = reminders.form(screen, words)
        case ScheduleScreen():
            drawn = call_schedule.form(screen, words)
        case CallPlanned():
            drawn = call_schedule.planned(screen, words)
        case ReminderPutOff():
            drawn = call_schedule.put_off_until(screen, words)
        case BriefScreen() | BriefWhoScreen() | CommitmentsScreen() | BriefWordsScreen():
            drawn = brief.render(screen, words)
        case _:
            drawn = call.render(screen, words)
    return drawn


def letter(screen: OutgoingScreen, words: Words) -> Message | File:
    """The screen as what the outbox sends."""
    match screen:
        case DealCard():
            return card.render(screen, words)
        case CallSoon() | CallOver() | CallInvite():
            return call_schedule.render(screen, words)
        case CallReminder() | Nudge() | Digest():
            return reminders.render(screen, words)
        case BriefScreen():
            return brief.message(screen, words)
        case HandedOver():
            return notices.handed_over(screen, words)
        case WinSummary():
            return wins.summary(screen, words)
