"""Submissions of modals: the handler that each view id calls; the next step replaces the modal."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.interactions import (
    announcements,
    challenges,
    cover,
    deal_team,
    drafts,
    handoff,
    orders,
    promises,
    referrals,
    review,
)
from bot.interactions.interaction import Interaction, numbered_values, typed_baselines, typed_wordings
from bot.interactions.profiles import with_standing, with_zone
from bot.ports.context import Context
from bot.ui.components import Modal
from bot.ui.ids import COMMITMENT_PREFIX, ViewId
from bot.ui.numbers import read_number
from bot.views import handover as handover_view
from bot.views import reminders
from bot.views.deal_forms import ask_other_order
from bot.views.notices import message_in_modal, notice
from bot.views.render import modal
from bot.views.talk_track import TEAM
from handlers.call import (
    brief,
    call_words,
    checklist,
    coaching,
    contact_form,
    read_all,
    read_back,
    recap,
    referral,
    reopening,
    scheduling,
    statement_editing,
    statement_list,
    wrap_up,
)
from handlers.call.brief import BriefCommitmentsSaved, BriefContactsSaved, BriefNotesSaved
from handlers.call.call_words import FIELD_PREFIX as WORDS_PREFIX
from handlers.call.call_words import WordsSaved
from handlers.call.checklist import ChecklistFilled
from handlers.call.coaching import CoachingAnswered
from handlers.call.contact_form import ContactSaved
from handlers.call.read_all import AllRead, StatementMarked
from handlers.call.read_back import StatementCorrected
from handlers.call.recap import RecapEdited, RecapSent
from handlers.call.referral import ReferralAnswered
from handlers.call.reopening import StatementsReopened
from handlers.call.scheduling import CallTyped
from handlers.call.statement_editing import DetailsNoted, StatementAdded, StatementEdited
from handlers.call.wrap_up import WrapUpFilled
from handlers.errors import NotNowError, Refusal
from handlers.intake import corrections
from handlers.intake.corrections import DealCorrected
from handlers.intake.manual_report import parse_report
from handlers.intake.reported_deal import record_reported
from handlers.reminders import my_reminders, snoozing
from handlers.reminders.my_reminders import HoursSaved
from handlers.reminders.snoozing import SnoozeTyped
from handlers.requests import DealRequest
from handlers.screens.call import RecapScreen
from handlers.team import handover
from handlers.team.handover import HandoverFilled


async def save_submission(context: Context, interaction: Interaction) -> Modal | None:
    """Save the form. Returns the next step, which replaces the modal, or None to close it.

    What is kept of the form as a draft goes. If nothing of it is stored, what was entered is kept: the form that is
    shown again may still be closed.

    Raises `Refusal`, also for a form that no longer exists.
    """
    interaction = await with_standing(context, interaction)
    save = _SUBMISSIONS.get(interaction.view)
    if save is None:
        raise NotNowError("refusal.old_button")
    try:
        following = await save(context, interaction)
    except Refusal:
        await drafts.keep_unsaved(context, interaction)
        raise
    if following is not None and drafts.is_same_form(interaction, following):
        await drafts.keep_unsaved(context, interaction)
        return drafts.kept(following)
    await drafts.drop(context, interaction)
    return None if following is None else await drafts.offered(context, interaction.viewer, following)


async def _checklist(context: Context, interaction: Interaction) -> Modal:
    state, values = interaction.state, interaction.values
    request = ChecklistFilled(
        interaction.actor,
        state.deal_id,
        reached=values.value("reached"),
        ticked=values.ticked("steps"),
        expectations=values.value(f"expectations{state.suffix}"),
        priorities=values.value(f"priorities{state.suffix}"),
        adding=frozenset(state.adding),
        seen=frozenset(state.seen),
    )
    return modal(await context.apply(checklist.save, request), context.texts)


async def _coaching(context: Context, interaction: Interaction) -> Modal:
    state, values = interaction.state, interaction.values
    request = CoachingAnswered(
        interaction.actor,
        state.deal_id,
        dict(state.seen),
        typed_wordings(values),
        typed_baselines(values),
    )
    return modal(await context.apply(coaching.save, request), context.texts)


async def _list(context: Context, interaction: Interaction) -> Modal:
    request = DealRequest(interaction.actor, interaction.state.deal_id)
    return modal(await context.apply(statement_list.continue_to_read_back, request), context.texts)


async def _edit(context: Context, interaction: Interaction) -> Modal:
    state, values = interaction.state, interaction.values
    request = StatementEdited(
        interaction.actor,
        state.deal_id,
        state.statement_id,
        state.version,
        wording=values.value("wording"),
        kind=values.value("kind"),
        rank=values.value("rank"),
        target=values.value("target"),
    )
    return modal(await context.apply(statement_editing.edit, request), context.texts)


async def _add(context: Context, interaction: Interaction) -> Modal:
    values = interaction.values
    request = StatementAdded(
        interaction.actor,
        interaction.state.deal_id,
        wording=values.value("wording"),
        kind=values.value("kind"),
        target=values.value("target"),
    )
    return modal(await context.apply(statement_editing.add, request), context.texts)


async def _details(context: Context, interaction: Interaction) -> Modal:
    state, values = interaction.state, interaction.values
    request = DetailsNoted(
        interaction.actor,
        state.deal_id,
        state.statement_id,
        category=values.value("category"),
        own_category=values.value("own_category"),
        owner=values.value("owner"),
        origin=values.value("origin"),
    )
    return modal(await context.apply(statement_editing.note_details, request), context.texts)


async def _correction(context: Context, interaction: Interaction) -> Modal:
    state, values = interaction.state, interaction.values
    request = StatementCorrected(
        interaction.actor, state.deal_id, state.statement_id, state.version, values.value("wording")
    )
    if state.seen:
        return modal(await context.apply(read_all.mark_one, StatementMarked(request, state.seen)), context.texts)
    return modal(await context.apply(read_back.correct, request), context.texts)


async def _read_all(context: Context, interaction: Interaction) -> Modal:
    state, confirmed = interaction.state, bool(interaction.values.ticked("read_all"))
    request = AllRead(interaction.actor, state.deal_id, state.seen, confirmed)
    return modal(await context.apply(read_all.agree_to_all, request), context.texts)


async def _wrap_up(context: Context, interaction: Interaction) -> Modal:
    values = interaction.values
    request = WrapUpFilled(
        interaction.actor,
        interaction.state.deal_id,
        ticked=values.ticked("objectives"),
        outcome=values.value("outcome"),
        number=values.value("number"),
        definition=values.value("definition"),
        why_missing=values.value("why_missing") if "why_missing" in values.names else None,
        next_step=values.value("next_step") if "next_step" in values.names else None,
    )
    return modal(await context.apply(wrap_up.save, request), context.texts)


async def _recap(context: Context, interaction: Interaction) -> Modal | None:
    state, values = interaction.state, interaction.values
    body_text = values.value("body") if "body" in values.names else None
    obstacle = values.value("obstacle")
    request = RecapSent(interaction.actor, state.deal_id, body_text, hints_seen=state.hints_seen, obstacle=obstacle)
    screen = await context.apply(recap.record_sent, request)
    return modal(screen, context.texts) if isinstance(screen, RecapScreen) else None


async def _recap_edit(context: Context, interaction: Interaction) -> Modal:
    request = RecapEdited(interaction.actor, interaction.state.deal_id, interaction.values.value("body"))
    return modal(await context.apply(recap.save_edit, request), context.texts)


async def _referral(context: Context, interaction: Interaction) -> Modal:
    values = interaction.values
    request = ReferralAnswered(
        interaction.actor,
        interaction.state.deal_id,
        outcome=values.value("outcome"),
        number=values.value("number"),
        definition=values.value("definition"),
    )
    return modal(await context.apply(referral.save_second_answer, request), context.texts)


async def _reopen(context: Context, interaction: Interaction) -> Modal:
    values = interaction.values
    pairs = (value.partition(":") for value in values.ticked(*values.names))
    numbers = ((read_number(statement), read_number(version)) for statement, _, version in pairs)
    ticked = frozenset((each, version) for each, version in numbers if each is not None and version is not None)
    request = StatementsReopened(interaction.actor, interaction.state.deal_id, ticked)
    return modal(await context.apply(reopening.reopen, request), context.texts)


async def _won(context: Context, interaction: Interaction) -> Modal | None:
    values = interaction.values
    request = parse_report(interaction.actor, values.value("customer"), values.value("amount"))
    request = replace(request, caller=await with_zone(context, interaction.actor))
    question = (await context.apply(record_reported, request)).question
    return None if question is None else message_in_modal(ask_other_order(question, context.texts), context.texts)


async def _fix(context: Context, interaction: Interaction) -> Modal | None:
    values = interaction.values
    owner = values.value("owner")
    request = DealCorrected(
        interaction.actor,
        interaction.state.deal_id,
        customer=values.value("customer"),
        amount=values.value("amount"),
        owner=owner,
        owner_profile=await context.selected_profile(owner),
        kind=values.value("kind") if "kind" in values.names else None,
    )
    await context.apply(corrections.save, request)
    return None


async def _schedule(context: Context, interaction: Interaction) -> Modal:
    when = interaction.values.value("when")
    request = CallTyped(await with_zone(context, interaction.actor), interaction.state.deal_id, when)
    return modal(await context.apply(scheduling.save_typed, request), context.texts)


async def _brief_who(context: Context, interaction: Interaction) -> Modal:
    values = interaction.values
    request = BriefContactsSaved(
        interaction.actor,
        interaction.state.deal_id,
        decision_maker=values.value("decision_maker"),
        functional_decision_maker=values.value("functional_decision_maker"),
        sellers=values.value("sellers"),
        requirements=values.value("requirements"),
    )
    return modal(await context.apply(brief.save_contacts, request), context.texts)


async def _brief_commitments(context: Context, interaction: Interaction) -> Modal:
    state = interaction.state
    request = BriefCommitmentsSaved(
        interaction.actor, state.deal_id, state.version, numbered_values(interaction.values, COMMITMENT_PREFIX)
    )
    return modal(await context.apply(brief.save_commitments, request), context.texts)


async def _brief_words(context: Context, interaction: Interaction) -> Modal:
    values = interaction.values
    request = BriefNotesSaved(
        interaction.actor,
        interaction.state.deal_id,
        opening=values.value("opening"),
        elephant=values.value("elephant"),
        proposal=values.value("proposal"),
        notes=values.value("notes"),
    )
    return modal(await context.apply(brief.save_notes, request), context.texts)


async def _contact(context: Context, interaction: Interaction) -> Modal:
    values = interaction.values
    request = ContactSaved(
        interaction.actor,
        interaction.state.deal_id,
        interaction.state.role,
        name=values.value("name"),
        reach=values.value("reach"),
        channel=values.value("channel"),
        zone=values.value("zone"),
    )
    return modal(await context.apply(contact_form.save, request), context.texts)


async def _words(context: Context, interaction: Interaction) -> Modal:
    values, team = interaction.values, interaction.state.role == TEAM
    request = WordsSaved(
        interaction.actor,
        interaction.state.deal_id,
        interaction.state.version,
        {name: values.value(name) for name in values.names if name.startswith(WORDS_PREFIX)},
        is_admin=team and await context.is_admin(interaction.actor),
        team=team,
        trade=values.value("trade"),
    )
    return modal(await context.apply(call_words.save, request), context.texts)


async def _snooze(context: Context, interaction: Interaction) -> Modal:
    when = interaction.values.value("when")
    request = SnoozeTyped(await with_zone(context, interaction.actor), interaction.state.deal_id, when)
    return modal(await context.apply(snoozing.snooze_until_typed, request), context.texts)


async def _hours(context: Context, interaction: Interaction) -> Modal:
    values = interaction.values
    request = HoursSaved(interaction.actor, values.value("hours"), values.ticked("days"), values.value("when"))
    request = replace(request, caller=await with_zone(context, interaction.actor))
    return notice(
        reminders.hours_saved(await context.apply(my_reminders.save_hours, request), context.texts), context.texts
    )


async def _handover(context: Context, interaction: Interaction) -> Modal:
    values = interaction.values
    taker = values.value("taker")
    request = HandoverFilled(
        interaction.actor,
        values.value("giver"),
        taker,
        await context.selected_profile(taker, field="taker"),
        values.value("customers"),
        is_admin=await context.is_admin(interaction.actor),
    )
    await context.require_colleague(interaction.actor)
    done = await context.apply(handover.hand_over_deals, request)
    return message_in_modal(handover_view.done(done, context.texts), context.texts)


_SUBMISSIONS: dict[str, Callable[[Context, Interaction], Awaitable[Modal | None]]] = {
    ViewId.CHECKLIST: _checklist,
    ViewId.COACHING: _coaching,
    ViewId.LIST: _list,
    ViewId.EDIT: _edit,
    ViewId.ADD: _add,
    ViewId.DETAILS: _details,
    ViewId.CORRECTION: _correction,
    ViewId.READ_ALL: _read_all,
    ViewId.WRAP_UP: _wrap_up,
    ViewId.RECAP: _recap,
    ViewId.RECAP_EDIT: _recap_edit,
    ViewId.REFERRAL: _referral,
    ViewId.REOPEN: _reopen,
    ViewId.WON: _won,
    ViewId.FIX: _fix,
    ViewId.SCHEDULE: _schedule,
    ViewId.SNOOZE: _snooze,
    ViewId.HOURS: _hours,
    ViewId.BRIEF_WHO: _brief_who,
    ViewId.BRIEF_COMMITMENTS: _brief_commitments,
    ViewId.BRIEF_WORDS: _brief_words,
    ViewId.CONTACT: _contact,
    ViewId.TALK: _words,
    ViewId.HANDOVER: _handover,
    **challenges.SUBMISSIONS,
    **promises.SUBMISSIONS,
    **orders.SUBMISSIONS,
    **referrals.SUBMISSIONS,
    **review.SUBMISSIONS,
    **handoff.SUBMISSIONS,
    **cover.SUBMISSIONS,
    **deal_team.SUBMISSIONS,
    **announcements.SUBMISSIONS,
}
