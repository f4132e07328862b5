"""The screens that the outbox sends."""

from __future__ import annotations

from handlers.screens.brief import BriefScreen
from handlers.screens.cover import CoverMessage
from handlers.screens.deal_team import TeamMessage
from handlers.screens.deals import DealCard, HandedOver
from handlers.screens.handoff import FeasibilityQuestion, HandoffMessage, PostedBrief
from handlers.screens.orders import OrderQuestion
from handlers.screens.promises import PromiseAnswered
from handlers.screens.reminders import (
    CallInvite,
    CallOver,
    CallReminder,
    CallSoon,
    Digest,
    Nudge,
    ReminderSnoozed,
    RetiredReminder,
    StoppedReminder,
)
from handlers.screens.review import SelfCheckAsk, SelfCheckDone
from handlers.screens.team import ClosedChannel, DealsReceived, RepLeft, SharedChannel, SummarySchedule, WinSummary

OutgoingScreen = (
    DealCard
    | CallReminder
    | CallSoon
    | CallOver
    | CallInvite
    | Nudge
    | Digest
    | ReminderSnoozed
    | RetiredReminder
    | StoppedReminder
    | PromiseAnswered
    | BriefScreen
    | HandedOver
    | OrderQuestion
    | WinSummary
    | ClosedChannel
    | SummarySchedule
    | DealsReceived
    | RepLeft
    | SharedChannel
    | SelfCheckAsk
    | SelfCheckDone
    | HandoffMessage
    | CoverMessage
    | TeamMessage
)
"""What the outbox hands to a messenger."""

FOR_OWN_COMPANY = WinSummary | FeasibilityQuestion | PostedBrief
"""What may not be posted where another company reads it."""
