"""Actions of buttons and user selects: the handler that each action id calls, and what it leads to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Literal

from sqlalchemy.orm import Session

from bot.interactions import (
    announcements,
    challenges,
    commands,
    cover,
    deal_team,
    drafts,
    handoff,
    orders,
    promises,
    referrals,
    review,
)
from bot.interactions.app_home import HOME_ACTIONS, UNDELIVERED_ACTIONS, app_home, home_page, resolve_undelivered
from bot.interactions.channel_manager import require_manager
from bot.interactions.interaction import Interaction, digest_of, typed_baselines, typed_wordings
from bot.interactions.profiles import with_standing
from bot.ports.context import Context
from bot.ui.components import Message, Modal
from bot.ui.ids import ActionId, OccasionValue, OrderValue, ViewId
from bot.ui.numbers import read_number
from bot.ui.texts import Texts
from bot.views import call_schedule, channel, deal_lists, promised, reminders
from bot.views import handover as handover_view
from bot.views.announcements import thanked_text
from bot.views.attempts import ATTEMPT_ACTIONS
from bot.views.card import title
from bot.views.checklist import SELLERS_ACTIONS
from bot.views.contacts import EDIT_ACTIONS
from bot.views.notices import handed_over, message_in_modal
from bot.views.render import ModalScreen, modal
from bot.views.talk_track import SITUATION_ACTIONS
from handlers.call import (
    attempts,
    brief,
    call_contact,
    call_situations,
    call_words,
    card_actions,
    coaching,
    contact_form,
    crm_note,
    deal_search,
    read_all,
    read_back,
    recap,
    referral,
    reopening,
    scheduling,
    statement_editing,
    statement_list,
)
from handlers.call.attempts import Attempt, AttemptMade
from handlers.call.call_contact import ContactChosen
from handlers.call.call_situations import SellersAnswered, SituationAsked, TypedSoFar
from handlers.call.call_words import WordsRequest
from handlers.call.checklist import FIELDS
from handlers.call.coaching import CoachingAnswered, CoachingRequest
from handlers.call.contact_form import ContactRequest
from handlers.call.contacts import DECISION_MAKER, FUNCTIONAL_DECISION_MAKER
from handlers.call.deal_search import DealSearch
from handlers.call.read_all import ReadAllRequest, StatementMarked
from handlers.call.read_back import CorrectionRequest, StatementAnswered
from handlers.call.scheduling import CallChosen
from handlers.call.statement_editing import StatementRequest
from handlers.call.statement_list import PageRequest
from handlers.call.undo import UndoRequest
from handlers.errors import NotNowError
from handlers.handoff import handing_over
from handlers.intake import another_order, corrections
from handlers.intake.another_order import OrderOffered, OrderReported
from handlers.intake.corrections import OwnerPicked
from handlers.method.offered_times import Snooze
from handlers.method.reminder_profiles import ReminderProfile
from handlers.method.statements import Said
from handlers.method.urgency import Sellers
from handlers.reminders import my_reminders, promised_occasions, snoozing
from handlers.reminders.my_reminders import ProfileChosen, RemindersRequest
from handlers.reminders.promised_occasions import OccasionRequest
from handlers.reminders.snoozing import SnoozeChosen
from handlers.requests import DealRequest
from handlers.screens.announcements import Thanked
from handlers.screens.brief import BriefScreen, BriefStep
from handlers.screens.call import (
    AttemptLogged,
    CallScreen,
    ChecklistScreen,
    ContactForm,
    CorrectionScreen,
    ListScreen,
    RecordScreen,
    ReferralScreen,
    ReopenScreen,
    StatementForm,
    StatementScreen,
    TalkForm,
)
from handlers.screens.crm_note import CrmNote
from handlers.screens.deals import CorrectDealScreen, DealCard, DealFacts, HandedOver, MoreActions
from handlers.screens.reminders import CallPlanned, OccasionAnswered, RemindersScreen, ScheduleScreen, SnoozeScreen
from handlers.screens.team import SharedChannel
from handlers.team import channels, departures, handover
from handlers.team.channels import PurposeChosen
from handlers.team.handover import HandoverFilled
from handlers.workspace.channel_purpose import Purpose
from prompts.playbook import SituationName


@dataclass(frozen=True, slots=True)
class OpenModal:
    """Open a modal, or replace the modal that contains the button."""

    modal: Modal


@dataclass(frozen=True, slots=True)
class ReplaceMessage:
    """Replace the message that contains the button."""

    message: Message


@dataclass(frozen=True, slots=True)
class DealChanged:
    """The deal has changed, and its card updates by itself. `summary` is for other places; it may be empty."""

    summary: str


ActionResult = OpenModal | ReplaceMessage | DealChanged


_Changed = DealCard | DealFacts | HandedOver | OccasionAnswered | Thanked
"""What a changed deal, or an answered occasion, shows of itself."""


async def run_action(context: Context, interaction: Interaction) -> ActionResult:
    """Run the action. Raises `Refusal`, also for a button that no longer exists."""
    interaction = await with_standing(context, interaction)
    if interaction.action_id in _OPENS_MODAL:
        screen = await _OPENS_MODAL[interaction.action_id](context, interaction)
        return OpenModal(await drafts.offered(context, interaction.viewer, modal(screen, context.texts)))
    if interaction.action_id == ActionId.DRAFT_START_OVER:
        return OpenModal(await drafts.start_over(context, interaction) or await current_modal(context, interaction))
    if interaction.action_id in UNDELIVERED_ACTIONS:
        await resolve_undelivered(context, interaction.action_id, interaction.number, interaction.actor)
        return ReplaceMessage(await app_home(context, interaction.viewer))
    if interaction.action_id in _REPLACES_MESSAGE:
        message = await _REPLACES_MESSAGE[interaction.action_id](context, interaction)
        return OpenModal(message_in_modal(message, context.texts)) if interaction.view else ReplaceMessage(message)
    if interaction.action_id in _SHOWS:
        shown = await _SHOWS[interaction.action_id](context, interaction)
        return OpenModal(shown) if isinstance(shown, Modal) else ReplaceMessage(shown)
    if interaction.action_id in _CHANGES_DEAL:
        return DealChanged(_summary(await _CHANGES_DEAL[interaction.action_id](context, interaction), context.texts))
    raise NotNowError("refusal.old_button")


async def current_modal(context: Context, interaction: Interaction) -> Modal:
    """The current state of the modal that contains the button, for use after it may have been replaced."""
    return await drafts.offered(context, interaction.viewer, await _current(context, interaction))


async def _current(context: Context, interaction: Interaction) -> Modal:
    view = interaction.view
    if view in challenges.MODALS:
        return await challenges.current_modal(context, interaction)
    screen: ModalScreen
    if view == ViewId.ANNOUNCE:
        screen = await announcements.show_form(context, interaction)
    elif view == ViewId.DEAL_TEAM:
        screen = await deal_team.show_team(context, interaction)
    elif view in promises.VIEWS | {ViewId.PROMISE_KEEPER}:
        screen = await promises.show_board(context, interaction)
    elif view in referrals.VIEWS:
        screen = await referrals.show_page(context, interaction)
    elif view in _SHOWN:
        screen = await context.apply(_SHOWN[view], DealRequest(interaction.viewer, interaction.state.deal_id))
    else:
        screen = await _call_modal(context, interaction)
    return modal(screen, context.texts)


_SHOWN: dict[str, Callable[[Session, DealRequest, datetime], ModalScreen]] = {
    ViewId.SCHEDULE: scheduling.show_times,
    ViewId.BRIEF: brief.show,
    ViewId.HANDOFF: handing_over.show,
}
"""Modals that are about a deal and are drawn from it alone, each with its handler."""


async def _call_modal(context: Context, interaction: Interaction) -> CallScreen:
    """The next step of the call; stays on the read-back of all statements if the person is there."""
    if interaction.view == ViewId.READ_ALL:
        return await context.apply(
            read_all.show, ReadAllRequest(interaction.viewer, interaction.state.deal_id, interaction.state.seen)
        )
    return await context.apply(card_actions.continue_call, DealRequest(interaction.viewer, interaction.state.deal_id))


def _summary(outcome: _Changed | None, texts: Texts) -> str:
    """What has become of the deal, in one line."""
    match outcome:
        case None:
            return ""
        case HandedOver():
            return handed_over(outcome, texts).text
        case OccasionAnswered():
            return promised.answered(outcome, texts).text
        case Thanked():
            return thanked_text(outcome, texts)
        case DealFacts():
            return call_schedule.reminders_stopped(outcome, texts).text
        case DealCard():
            return title(outcome, texts.rich)


async def _change_deal(
    handler: Callable[[Session, DealRequest, datetime], DealCard], context: Context, interaction: Interaction
) -> DealCard:
    return await context.apply(handler, _deal_request(interaction))


def _deal_request(interaction: Interaction) -> DealRequest:
    return DealRequest(interaction.actor, interaction.number)


async def _set_reminders(
    handler: Callable[[Session, RemindersRequest, datetime], RemindersScreen],
    context: Context,
    interaction: Interaction,
) -> Message:
    return reminders.my_reminders(await context.apply(handler, RemindersRequest(interaction.actor)), context.texts)


async def _set_deal_reminders(
    handler: Callable[[Session, DealRequest, datetime], RemindersScreen], context: Context, interaction: Interaction
) -> Message:
    return reminders.my_reminders(await context.apply(handler, _deal_request(interaction)), context.texts)


async def _choose_profile(profile: ReminderProfile, context: Context, interaction: Interaction) -> Message:
    chosen = ProfileChosen(interaction.actor, profile)
    return reminders.my_reminders(await context.apply(my_reminders.choose_profile, chosen), context.texts)


async def _reminder_hours(context: Context, interaction: Interaction) -> RemindersScreen:
    return await context.apply(my_reminders.show, RemindersRequest(interaction.viewer))


async def _snooze_form(context: Context, interaction: Interaction) -> SnoozeScreen:
    return await context.apply(snoozing.ask_until, DealRequest(interaction.viewer, interaction.number))


async def _pick_owner(context: Context, interaction: Interaction) -> DealCard | HandedOver | None:
    request = OwnerPicked(
        interaction.actor,
        interaction.number,
        interaction.selected_user,
        await context.selected_profile(interaction.selected_user),
    )
    return await context.apply(corrections.pick_owner, request)


async def _report_another_order(context: Context, interaction: Interaction) -> Message:
    """Make the deal once, however often the button is tapped. The answer takes the place of the question."""
    try:
        order = OrderValue.from_text(interaction.value)
    except ValueError as error:
        raise NotNowError("refusal.old_button") from error
    actor = replace(interaction.actor, event_key=f"another:{interaction.value}", content="")
    request = OrderReported(actor, order.deal_id, order.amount_minor, order.currency or None, order.period or None)
    made = await context.apply(another_order.report_another, request)
    return Message.saying(context.texts.rich("won.heard", customer=made.customer))


async def _make_offered_order(context: Context, interaction: Interaction) -> DealCard:
    deal_id, sighting_id = interaction.numbers
    return await context.apply(another_order.make_offered, OrderOffered(interaction.actor, deal_id, sighting_id))


async def _snooze(until: Snooze, context: Context, interaction: Interaction) -> Message:
    """Snooze each reminder once, however often its buttons are clicked; another of its buttons changes the time."""
    actor = replace(interaction.actor, event_key=f"snooze:{interaction.message}", content=digest_of(until))
    screen = await context.apply(snoozing.snooze, SnoozeChosen(actor, interaction.number, until))
    return call_schedule.snoozed(screen, context.texts)


async def _answer_occasion(
    handler: Callable[[Session, OccasionRequest, datetime], OccasionAnswered],
    context: Context,
    interaction: Interaction,
) -> Message:
    """The answer takes the place of the reminder, so that it has no buttons any more."""
    return promised.answered(await context.apply(handler, _occasion_request(interaction)), context.texts)


async def _answer_listed_occasion(
    handler: Callable[[Session, OccasionRequest, datetime], OccasionAnswered],
    context: Context,
    interaction: Interaction,
) -> OccasionAnswered:
    """The list updates by itself: its other lines keep their buttons."""
    return await context.apply(handler, _occasion_request(interaction))


def _occasion_request(interaction: Interaction) -> OccasionRequest:
    try:
        value = OccasionValue.from_text(interaction.value)
    except ValueError as error:
        raise NotNowError("refusal.old_button") from error
    return OccasionRequest(interaction.actor, value.deal_id, value.statement_id, value.number, value.occasion)


async def _drop_deal(context: Context, interaction: Interaction) -> DealFacts:
    return await context.apply(my_reminders.stop_from_reminder, _deal_request(interaction))


async def _show_deals(context: Context, interaction: Interaction) -> Message:
    """Another page of the list. The button carries its number, and what was typed to list the deals."""
    page, _, typed = interaction.value.partition(":")
    request = DealSearch(interaction.viewer, typed, read_number(page) or 1)
    return deal_lists.deal_list(await context.apply(deal_search.my_deals, request), context.texts)


async def _stop_reminders(context: Context, interaction: Interaction) -> Message:
    deal = await context.apply(my_reminders.stop_from_reminder, _deal_request(interaction))
    return call_schedule.reminders_stopped(deal, context.texts)


async def _hand_over(context: Context, interaction: Interaction) -> Message:
    """Somebody left: an admin, or who manages a wins channel, says who takes their deals over."""
    actor, giver, taker = interaction.actor, interaction.value, interaction.selected_user
    profile = await context.selected_profile(taker)
    allowed = await context.is_admin(actor) or await context.database.read(
        departures.may_hand_over, actor.platform, actor.workspace, actor.person, giver
    )
    filled = HandoverFilled(actor, giver, taker, profile, customers="", is_admin=allowed)
    return handover_view.done(await context.apply(handover.hand_over_deals, filled), context.texts)


async def _choose_purpose(purpose: Purpose, context: Context, interaction: Interaction) -> Message:
    """Replace the question with the answer. The button's value is the channel: the question may be elsewhere."""
    shared: bool | None = None
    if purpose is Purpose.WINS:  # everybody's wins are posted there
        await context.require_colleague(interaction.actor)
    await context.require_shared_channel(interaction.actor.person, interaction.value)
    await require_manager(context, interaction.actor, interaction.value)
    if purpose is Purpose.WINS:
        shared = await context.shared_externally(interaction.value)
        if shared and not await context.is_admin(interaction.actor):
            raise NotNowError("refusal.shared_channel")
        if shared:
            return channel.shared_question(SharedChannel(interaction.value, became=False), context.texts)
    actor = replace(interaction.actor, profile=await context.directory.profile(interaction.actor.person))
    chosen = PurposeChosen(actor, interaction.value, purpose, shared_externally=shared)
    return channel.purpose_chosen(await context.apply(channels.choose_purpose, chosen), context.texts)


async def _allow_external_wins(context: Context, interaction: Interaction) -> Message:
    """An admin says that wins are posted where people of another company read them."""
    await context.require_colleague(interaction.actor)
    if not await context.is_admin(interaction.actor):
        raise NotNowError("refusal.admins_only")
    actor = replace(interaction.actor, profile=await context.directory.profile(interaction.actor.person))
    chosen = PurposeChosen(actor, interaction.value, Purpose.WINS, shared_externally=True, knowingly=True)
    return channel.purpose_chosen(await context.apply(channels.choose_purpose, chosen), context.texts)


async def _continue_call(context: Context, interaction: Interaction) -> CallScreen:
    return await context.apply(card_actions.continue_call, DealRequest(interaction.viewer, interaction.number))


async def _statement_list(context: Context, interaction: Interaction) -> ListScreen | ChecklistScreen:
    return await context.apply(statement_list.show, PageRequest(interaction.viewer, interaction.number))


async def _statement_page(context: Context, interaction: Interaction) -> ListScreen | ChecklistScreen:
    request = PageRequest(interaction.viewer, interaction.state.deal_id, interaction.number)
    return await context.apply(statement_list.show, request)


async def _list_as_text(context: Context, interaction: Interaction) -> CallScreen:
    return await context.apply(card_actions.show_checklist, DealRequest(interaction.viewer, interaction.number))


async def _add_statement(context: Context, interaction: Interaction) -> StatementForm:
    return await context.apply(statement_editing.ask_new, DealRequest(interaction.viewer, interaction.number))


async def _undo(context: Context, interaction: Interaction) -> ListScreen:
    deal_id, change = interaction.state.deal_id, interaction.number
    return await context.apply(statement_editing.undo, UndoRequest(interaction.actor, deal_id, change))


async def _on_statement(
    handler: Callable[[Session, StatementRequest, datetime], StatementScreen],
    context: Context,
    interaction: Interaction,
) -> StatementScreen:
    statement_id, version = interaction.numbers
    request = StatementRequest(interaction.actor, interaction.state.deal_id, statement_id, version)
    return await context.apply(handler, request)


async def _on_coached_statement(
    handler: Callable[[Session, CoachingRequest, datetime], CallScreen], context: Context, interaction: Interaction
) -> CallScreen:
    state = interaction.state
    request = CoachingRequest(
        interaction.actor,
        state.deal_id,
        interaction.number,
        dict(state.seen),
        typed_wordings(interaction.values),
        typed_baselines(interaction.values),
    )
    return await context.apply(handler, request)


async def _keep_the_rest(context: Context, interaction: Interaction) -> CallScreen:
    """Save what was typed, and leave the statements of later rounds as they are."""
    state, values = interaction.state, interaction.values
    wordings, baselines = typed_wordings(values), typed_baselines(values)
    request = CoachingAnswered(interaction.actor, state.deal_id, dict(state.seen), wordings, baselines, later=True)
    return await context.apply(coaching.save, request)


async def _show_record(context: Context, interaction: Interaction) -> CallScreen:
    return await context.apply(card_actions.show_record, DealRequest(interaction.viewer, interaction.number))


async def _show_more(context: Context, interaction: Interaction) -> MoreActions:
    return await context.apply(card_actions.show_more, DealRequest(interaction.viewer, interaction.number))


async def _show_crm_note(context: Context, interaction: Interaction) -> CrmNote:
    return await context.apply(crm_note.show, DealRequest(interaction.viewer, interaction.number))


async def _edit_deal(context: Context, interaction: Interaction) -> CorrectDealScreen:
    return await context.apply(corrections.show_form, DealRequest(interaction.viewer, interaction.number))


async def _show_brief(
    handler: Callable[[Session, DealRequest, datetime], BriefStep], context: Context, interaction: Interaction
) -> BriefStep:
    return await context.apply(handler, DealRequest(interaction.viewer, interaction.number))


async def _send_brief(context: Context, interaction: Interaction) -> BriefScreen:
    return await context.apply(brief.send, DealRequest(interaction.actor, interaction.number))


async def _reopen(context: Context, interaction: Interaction) -> ReopenScreen:
    return await context.apply(reopening.ask_what_changed, DealRequest(interaction.viewer, interaction.number))


async def _answer_statement(
    said: Literal[Said.AGREED, Said.WITHDRAWN], context: Context, interaction: Interaction
) -> CallScreen:
    state, (statement_id, version) = interaction.state, interaction.numbers
    request = StatementAnswered(interaction.actor, state.deal_id, statement_id, version, said)
    if state.seen:
        return await context.apply(read_all.mark_one, StatementMarked(request, state.seen))
    return await context.apply(read_back.answer, request)


async def _correct_statement(context: Context, interaction: Interaction) -> CorrectionScreen:
    state, (statement_id, _) = interaction.state, interaction.numbers
    request = CorrectionRequest(interaction.viewer, state.deal_id, statement_id, state.seen)
    return await context.apply(read_back.ask_correction, request)


async def _read_all(context: Context, interaction: Interaction) -> CallScreen:
    return await context.apply(read_all.show, ReadAllRequest(interaction.viewer, interaction.number))


async def _ask_for_referral(context: Context, interaction: Interaction) -> ReferralScreen | RecordScreen:
    return await context.apply(referral.ask_again, DealRequest(interaction.viewer, interaction.number))


async def _edit_recap(context: Context, interaction: Interaction) -> CallScreen:
    return await context.apply(recap.show_editor, DealRequest(interaction.viewer, interaction.number))


async def _choose_contact(role: str, context: Context, interaction: Interaction) -> CallScreen:
    await context.apply(call_contact.choose_contact, ContactChosen(interaction.actor, interaction.number, role))
    return await _call_modal(context, interaction)


async def _log_attempt(attempt: Attempt, context: Context, interaction: Interaction) -> AttemptLogged | ScheduleScreen:
    """Log the try. If they asked to move the call, the rep says to when."""
    made = await context.apply(attempts.log, AttemptMade(interaction.actor, interaction.number, attempt))
    return await _schedule(context, interaction) if attempt is Attempt.ASKED_TO_MOVE else made


def _typed_so_far(interaction: Interaction) -> TypedSoFar:
    """What the checklist's form holds."""
    state, values = interaction.state, interaction.values
    whole = {kind: field for kind, field in FIELDS.items() if kind not in state.adding}
    return TypedSoFar(
        reached=values.value("reached"),
        ticked=values.ticked("steps"),
        lists={kind: values.value(f"{field}{state.suffix}") for kind, field in whole.items()},
        seen=state.seen,
    )


async def _show_situation(name: SituationName, context: Context, interaction: Interaction) -> ChecklistScreen:
    request = SituationAsked(interaction.viewer, interaction.number, name, _typed_so_far(interaction))
    return await context.apply(call_situations.show, request)


async def _answer_sellers(sellers: Sellers, context: Context, interaction: Interaction) -> ChecklistScreen:
    request = SellersAnswered(interaction.actor, interaction.number, sellers, _typed_so_far(interaction))
    return await context.apply(call_situations.answer_sellers, request)


async def _change_words(team: bool, context: Context, interaction: Interaction) -> TalkForm:
    is_admin = await context.is_admin(interaction.actor)
    request = WordsRequest(interaction.viewer, interaction.number, is_admin, team)
    return await context.apply(call_words.show, request)


async def _edit_contact(role: str, context: Context, interaction: Interaction) -> ContactForm:
    return await context.apply(contact_form.show, ContactRequest(interaction.viewer, interaction.number, role))


async def _schedule(context: Context, interaction: Interaction) -> ScheduleScreen:
    return await context.apply(scheduling.show_times, DealRequest(interaction.viewer, interaction.number))


async def _choose_call_time(context: Context, interaction: Interaction) -> CallPlanned:
    at = datetime.fromtimestamp(read_number(interaction.value, LATEST) or 0, UTC)
    request = CallChosen(interaction.actor, interaction.state.deal_id, at)
    return await context.apply(scheduling.choose, request)


async def _unschedule(context: Context, interaction: Interaction) -> CallPlanned:
    return await context.apply(scheduling.unschedule, DealRequest(interaction.actor, interaction.number))


LATEST = 9_999_999_999
"""The latest time that a button can carry, in seconds since 1970."""

_CHANGES_DEAL: dict[str, Callable[[Context, Interaction], Awaitable[_Changed | None]]] = {
    ActionId.CARD_DISMISS: partial(_change_deal, card_actions.dismiss),
    ActionId.CARD_STAND_BY: partial(_change_deal, card_actions.confirm),
    ActionId.CARD_LOST: partial(_change_deal, card_actions.lose),
    ActionId.CARD_OWNER: _pick_owner,
    ActionId.CARD_ANOTHER: _make_offered_order,
    **orders.CHANGES_DEAL,
    ActionId.DIGEST_DROP: _drop_deal,
    ActionId.DIGEST_PROMISE_DONE: partial(_answer_listed_occasion, promised_occasions.mark_done),
    ActionId.DIGEST_PROMISE_TOMORROW: partial(_answer_listed_occasion, promised_occasions.remind_tomorrow),
    ActionId.DIGEST_PROMISE_THEY_CALLED: partial(_answer_listed_occasion, promised_occasions.mark_they_called),
    ActionId.DIGEST_PROMISE_LATE: partial(_answer_listed_occasion, promised_occasions.mark_late),
    ActionId.DIGEST_PROMISE_MISSED: partial(_answer_listed_occasion, promised_occasions.mark_missed),
    **promises.CHANGES_DEAL,
    **referrals.CHANGES_DEAL,
    **handoff.CHANGES_DEAL,
    **deal_team.CHANGES_DEAL,
    **announcements.CHANGES_DEAL,
    **cover.CHANGES_DEAL,
}
"""Actions that change a deal; its card updates by itself."""

_REPLACES_MESSAGE: dict[str, Callable[[Context, Interaction], Awaitable[Message]]] = {
    **{action_id: partial(_snooze, until) for until, action_id in call_schedule.SNOOZE_ACTIONS.items()},
    ActionId.SNOOZE_STOP: _stop_reminders,
    ActionId.PROMISE_DONE: partial(_answer_occasion, promised_occasions.mark_done),
    ActionId.PROMISE_TOMORROW: partial(_answer_occasion, promised_occasions.remind_tomorrow),
    ActionId.PROMISE_THEY_CALLED: partial(_answer_occasion, promised_occasions.mark_they_called),
    ActionId.PROMISE_LATE: partial(_answer_occasion, promised_occasions.mark_late),
    ActionId.PROMISE_MISSED: partial(_answer_occasion, promised_occasions.mark_missed),
    ActionId.REMINDERS_OFF: partial(_set_reminders, my_reminders.opt_out),
    ActionId.REMINDERS_ON: partial(_set_reminders, my_reminders.opt_in),
    **{action_id: partial(_choose_profile, profile) for profile, action_id in reminders.PROFILE_ACTIONS.items()},
    ActionId.REMINDERS_STOP: partial(_set_deal_reminders, my_reminders.stop),
    ActionId.REMINDERS_RESUME: partial(_set_deal_reminders, my_reminders.resume),
    **{action_id: partial(_choose_purpose, purpose) for purpose, action_id in channel.PURPOSE_ACTIONS.items()},
    ActionId.HANDOVER_TO: _hand_over,
    ActionId.CHANNEL_EXTERNAL_WINS: _allow_external_wins,
    ActionId.WON_ANOTHER: _report_another_order,
    ActionId.DEALS_PAGE: _show_deals,
    **dict.fromkeys(HOME_ACTIONS, home_page),
    **orders.REPLACES_MESSAGE,
    **review.REPLACES_MESSAGE,
    **handoff.REPLACES_MESSAGE,
    **cover.REPLACES_MESSAGE,
}
"""Actions that replace their message, or the modal that shows it: a snoozed reminder, a channel's purpose."""

_SHOWS: dict[str, Callable[[Context, Interaction], Awaitable[Message | Modal]]] = {
    ActionId.COMMAND_RUN: commands.run_suggested,
    **promises.ANSWERS,
}
"""Actions that open a modal or replace their message, depending on where they are and on what is found."""

_OPENS_MODAL: dict[str, Callable[[Context, Interaction], Awaitable[ModalScreen]]] = {
    **handoff.OPENS_MODAL,
    **deal_team.OPENS_MODAL,
    **announcements.OPENS_MODAL,
    ActionId.CARD_GO_ON: _continue_call,
    ActionId.CARD_RECORD: _show_record,
    ActionId.CARD_MORE: _show_more,
    ActionId.RECORD_CRM_NOTE: _show_crm_note,
    ActionId.CARD_BRIEF: partial(_show_brief, brief.show),
    ActionId.BRIEF_CHANGE: partial(_show_brief, brief.edit),
    ActionId.BRIEF_SEND: _send_brief,
    ActionId.CARD_FIX: _edit_deal,
    ActionId.CARD_CORRECTED: _reopen,
    ActionId.CARD_SCHEDULE: _schedule,
    **dict.fromkeys(call_schedule.OFFER_ACTIONS.values(), _choose_call_time),
    ActionId.SCHEDULE_OTHERWISE: _choose_call_time,
    ActionId.SCHEDULE_SOONER: _choose_call_time,
    ActionId.SCHEDULE_OFF: _unschedule,
    ActionId.REMINDERS_CHANGE: _reminder_hours,
    ActionId.SNOOZE_OTHER: _snooze_form,
    ActionId.CALL_EDIT_LIST: _statement_list,
    ActionId.LIST_EDIT: partial(_on_statement, statement_editing.ask_edit),
    ActionId.LIST_DETAILS: partial(_on_statement, statement_editing.ask_details),
    ActionId.LIST_TAKE_OFF: partial(_on_statement, statement_editing.remove),
    ActionId.LIST_ADD: _add_statement,
    ActionId.LIST_TEXT: _list_as_text,
    ActionId.LIST_UNDO: _undo,
    ActionId.LIST_EARLIER: _statement_page,
    ActionId.LIST_FURTHER: _statement_page,
    ActionId.COACH_MOVE: partial(_on_coached_statement, coaching.move_to_other_list),
    ActionId.COACH_SAID_SO: partial(_on_coached_statement, coaching.keep_as_said),
    ActionId.COACH_COMPETITOR: partial(_on_coached_statement, coaching.mark_competitor),
    ActionId.COACH_LATER: _keep_the_rest,
    ActionId.READ_AGREED: partial(_answer_statement, Said.AGREED),
    ActionId.READ_WITHDRAWN: partial(_answer_statement, Said.WITHDRAWN),
    ActionId.READ_CORRECTED: _correct_statement,
    ActionId.READ_ALL: _read_all,
    ActionId.RECAP_EDIT: _edit_recap,
    ActionId.RECORD_REFERRAL: _ask_for_referral,
    ActionId.READ_EACH: _continue_call,
    **{action_id: partial(_log_attempt, attempt) for attempt, action_id in ATTEMPT_ACTIONS.items()},
    **{action_id: partial(_show_situation, name) for name, action_id in SITUATION_ACTIONS.items()},
    **{action_id: partial(_answer_sellers, sellers) for sellers, action_id in SELLERS_ACTIONS.items()},
    ActionId.CALL_WORDS: partial(_change_words, False),
    ActionId.CALL_TEAM_WORDS: partial(_change_words, True),
    **{action_id: partial(_edit_contact, role) for role, action_id in EDIT_ACTIONS.items()},
    ActionId.ON_THE_PHONE: partial(_choose_contact, DECISION_MAKER),
    ActionId.ON_THE_PHONE_TOO: partial(_choose_contact, FUNCTIONAL_DECISION_MAKER),
    **challenges.OPENS_MODAL,
    **promises.OPENS_MODAL,
    **orders.OPENS_MODAL,
    **referrals.OPENS_MODAL,
    **review.OPENS_MODAL,
}
"""Actions that open a modal."""

ACTIONS_OPENING_MODALS = frozenset(_OPENS_MODAL)
"""The action ids that open a modal. Teams needs to know them when it renders a card."""
