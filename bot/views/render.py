"""Selects the view for a screen: a modal for what a person opened, a message or a file for what the outbox sends."""

from __future__ import annotations

from bot.ui.components import File, Message, Modal
from bot.ui.texts import Texts
from bot.views import (
    attempts,
    brief,
    call_schedule,
    card,
    challenges,
    channel,
    checklist,
    coaching_form,
    contacts,
    correction_form,
    cover,
    deal_forms,
    deal_team,
    details_form,
    handoff_views,
    handover,
    notices,
    orders,
    promises,
    read_all,
    read_back,
    recap_form,
    record,
    referrals,
    reminders,
    reopen_form,
    review,
    statement_form,
    statement_list,
    summaries,
    talk_track,
    wins,
    wrap_up,
)
from bot.views.challenges import ChallengeModal
from bot.views.referrals import ReferralsForm
from bot.views.review import ReviewScreen
from handlers.screens.brief import BriefCommitmentsScreen, BriefContactsScreen, BriefNotesScreen, BriefScreen, BriefStep
from handlers.screens.call import (
    AttemptLogged,
    CallScreen,
    ChecklistScreen,
    CoachingScreen,
    ContactForm,
    ContactKept,
    CorrectionScreen,
    DetailsForm,
    ListScreen,
    ReadAllScreen,
    ReadBackScreen,
    RecapScreen,
    RecordScreen,
    ReferralScreen,
    ReopenScreen,
    StatementForm,
    StatementScreen,
    TalkForm,
    WrapUpScreen,
)
from handlers.screens.cover import CoverForm, CoverMessage
from handlers.screens.deal_team import MemberLeft, TeamForm, TeamWelcome
from handlers.screens.deals import CorrectDealScreen, DealCard, HandedOver, MoreActions
from handlers.screens.handoff import HandoffModal
from handlers.screens.orders import OrderForm, OrderQuestion, StepForm
from handlers.screens.outgoing import OutgoingScreen
from handlers.screens.promises import PromiseAnswered, PromisesScreen
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
    RetiredReminder,
    ScheduleScreen,
    SnoozeScreen,
    StoppedReminder,
)
from handlers.screens.review import (
    SelfCheckAsk,
    SelfCheckDone,
)
from handlers.screens.team import (
    ClosedChannel,
    DealsReceived,
    HandoverForm,
    RepLeft,
    SharedChannel,
    SummarySchedule,
    WinSummary,
)

StepScreen = CallScreen | CorrectionScreen | ReferralScreen | ReopenScreen | StatementScreen
"""A step of the alignment call."""

AfterCallScreen = (
    ChallengeModal
    | PromisesScreen
    | OrderForm
    | StepForm
    | ReferralsForm
    | ReviewScreen
    | HandoverForm
    | CoverForm
    | HandoffModal
    | TeamForm
)
"""What happens to a deal after its call."""

ModalScreen = (
    StepScreen
    | CorrectDealScreen
    | MoreActions
    | ScheduleScreen
    | CallPlanned
    | SnoozeScreen
    | ReminderSnoozed
    | RemindersScreen
    | BriefStep
    | AttemptLogged
    | ContactForm
    | ContactKept
    | TalkForm
    | AfterCallScreen
)
"""What an action or a submission can open."""


def modal(screen: ModalScreen, texts: Texts) -> Modal:
    """The screen as a modal: the one that the rep asked for, or the step after the one that they saved."""
    if isinstance(screen, AfterCallScreen):
        return _after_the_call(screen, texts)
    match screen:
        case CorrectDealScreen():
            view = deal_forms.edit_deal_form(screen, texts)
        case MoreActions():
            view = card.more_actions(screen, texts)
        case RemindersScreen() | SnoozeScreen():
            view = reminders.render_form(screen, texts)
        case ScheduleScreen():
            view = call_schedule.schedule_form(screen, texts)
        case CallPlanned():
            view = call_schedule.call_planned(screen, texts)
        case ReminderSnoozed():
            view = call_schedule.snoozed_modal(screen, texts)
        case BriefScreen() | BriefContactsScreen() | BriefCommitmentsScreen() | BriefNotesScreen():
            view = brief.render(screen, texts)
        case AttemptLogged() | ContactForm() | ContactKept() | TalkForm():
            view = _around_the_call(screen, texts)
        case _:
            view = _step(screen, texts)
    return view


def _after_the_call(screen: AfterCallScreen, texts: Texts) -> Modal:
    if isinstance(screen, ChallengeModal):
        view = challenges.render(screen, texts)
    elif isinstance(screen, PromisesScreen):
        view = promises.render(screen, texts)
    elif isinstance(screen, ReferralsForm):
        view = referrals.render(screen, texts)
    elif isinstance(screen, ReviewScreen):
        view = review.render(screen, texts)
    elif isinstance(screen, OrderForm):
        view = orders.order_form(screen, texts)
    elif isinstance(screen, StepForm):
        view = orders.step_form(screen, texts)
    elif isinstance(screen, HandoverForm):
        view = handover.form(screen, texts)
    elif isinstance(screen, CoverForm):
        view = cover.form(screen, texts)
    elif isinstance(screen, TeamForm):
        view = deal_team.modal(screen, texts)
    else:
        view = handoff_views.modal(screen, texts)
    return view


def _around_the_call(screen: AttemptLogged | ContactForm | ContactKept | TalkForm, texts: Texts) -> Modal:
    match screen:
        case AttemptLogged():
            return attempts.logged(screen, texts)
        case ContactForm():
            return contacts.form(screen, texts)
        case ContactKept():
            return contacts.kept(screen, texts)
        case TalkForm():
            return talk_track.words_form(screen, texts)


def _step(screen: StepScreen, texts: Texts) -> Modal:  # noqa: C901 (one case per screen)
    match screen:
        case ChecklistScreen():
            view = checklist.render(screen, texts)
        case CoachingScreen():
            view = coaching_form.render(screen, texts)
        case ListScreen():
            view = statement_list.render(screen, texts)
        case StatementForm():
            view = statement_form.render(screen, texts)
        case DetailsForm():
            view = details_form.render(screen, texts)
        case ReadBackScreen():
            view = read_back.render(screen, texts)
        case ReadAllScreen():
            view = read_all.render(screen, texts)
        case CorrectionScreen():
            view = correction_form.render(screen, texts)
        case WrapUpScreen() | ReferralScreen():
            view = wrap_up.render(screen, texts)
        case RecapScreen():
            view = recap_form.render(screen, texts)
        case ReopenScreen():
            view = reopen_form.render(screen, texts)
        case RecordScreen():
            view = record.render(screen, texts)
    return view


def message(screen: OutgoingScreen, texts: Texts) -> Message | File:
    """The screen as what the outbox sends."""
    if isinstance(screen, CoverMessage):
        return cover.render(screen, texts)
    match screen:
        case DealCard():
            view: Message | File = card.render(screen, texts)
        case CallSoon() | CallOver() | CallInvite():
            view = call_schedule.render(screen, texts)
        case CallReminder() | Nudge() | Digest() | ReminderSnoozed() | RetiredReminder() | StoppedReminder():
            view = reminders.render(screen, texts)
        case BriefScreen():
            view = brief.message(screen, texts)
        case HandedOver():
            view = notices.handed_over(screen, texts)
        case WinSummary() | SummarySchedule() | SharedChannel() | ClosedChannel() | DealsReceived() | RepLeft():
            view = _team(screen, texts)
        case PromiseAnswered() | OrderQuestion() | SelfCheckAsk() | SelfCheckDone():
            view = _message_after_the_call(screen, texts)
        case TeamWelcome() | MemberLeft():
            view = deal_team.message(screen, texts)
        case _:
            view = handoff_views.message(screen, texts)
    return view


def _message_after_the_call(
    screen: PromiseAnswered | OrderQuestion | SelfCheckAsk | SelfCheckDone, texts: Texts
) -> Message:
    match screen:
        case PromiseAnswered():
            return promises.answered(screen, texts)
        case OrderQuestion():
            return orders.ask_reported(screen, texts)
        case SelfCheckAsk():
            return review.ask(screen, texts)
        case SelfCheckDone():
            return review.done(screen, texts)


def _team(
    screen: WinSummary | SummarySchedule | SharedChannel | ClosedChannel | DealsReceived | RepLeft, texts: Texts
) -> Message:
    match screen:
        case DealsReceived() | RepLeft():
            return handover.render(screen, texts)
        case WinSummary():
            return wins.summary(screen, texts)
        case SummarySchedule():
            return summaries.schedule(screen, texts)
        case SharedChannel():
            return channel.shared_question(screen, texts)
        case ClosedChannel():
            return channel.closed(screen, texts)
