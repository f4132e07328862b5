"""Actions, submissions and commands about delivery: who delivers, whether a promise can be kept, and the handoff.

Guests and people of other companies do none of it (`Context.require_colleague`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from bot.interactions.channel_manager import require_manager
from bot.interactions.interaction import Command, Interaction, digest_of, numbered_values
from bot.interactions.profiles import with_zone
from bot.ports.affiliation import Affiliation
from bot.ports.context import Context
from bot.ports.pins import Pinned
from bot.ui.components import Message, Modal
from bot.ui.ids import ActionId, ViewId
from bot.ui.numbers import read_number
from bot.views import delivery, feasibility, handoff
from bot.views.deal_lists import deal_choice
from bot.views.handoff_status import handoff_lines
from bot.views.notices import message_in_modal, notice
from bot.views.render import ModalScreen, modal
from handlers.call.deal_search import DealSearch
from handlers.errors import NotNowError
from handlers.handoff import delivery_contacts, handing_over, taking
from handlers.handoff import feasibility as promises
from handlers.handoff.delivery_contacts import DeliveryRemoved, DeliveryRequest, DeliverySaved
from handlers.handoff.feasibility import AskRequest, DeliveryAsked, FeasibilityAnswered
from handlers.handoff.handing_over import BriefPosted, DealHanded, QuestionsAnswered, QuestionsRequest
from handlers.handoff.taking import HandoffRequest, KickoffTyped, PromisesRead, SentBack
from handlers.method.handoff import Feasible
from handlers.requests import Caller, DealRequest
from handlers.screens.call import ListScreen
from handlers.screens.deals import DealChoice
from handlers.screens.handoff import (
    AnswerForm,
    AskDeliveryForm,
    DeliveryForm,
    DoubtForm,
    FeasibilityQuestion,
    HandoffForm,
    KickoffForm,
    PostOffer,
    ReadBackDone,
    ReadBackForm,
    SendBackForm,
)

# --- who delivers ---


async def delivery_command(context: Context, command: Command, _rest: str) -> Message:
    """Who delivers, for an admin or, in a channel, its manager."""
    channel = None if command.is_direct else command.channel
    await _require_say(context, command.viewer, channel)
    screen = await context.apply(delivery_contacts.show, DeliveryRequest(command.viewer, channel))
    return delivery.rules(screen, context.texts)


async def _require_say(context: Context, caller: Caller, channel: str | None) -> None:
    """Raises `NotNowError` unless the person is an admin, or manages the channel, which no other company reads."""
    await context.require_colleague(caller)
    if channel is None:
        if not await context.is_admin(caller):
            raise NotNowError("refusal.admins_only")
        return
    await _require_own_channel(context, caller, channel)
    if not await context.is_admin(caller):
        await require_manager(context, caller, channel, unmanaged=False)


async def _require_own_channel(context: Context, caller: Caller, channel: str) -> None:
    """Raises `NotNowError` unless the person and the bot are in the channel, and no other company reads it."""
    await context.require_shared_channel(caller.person, channel)
    if await context.shared_externally(channel):
        raise NotNowError("delivery.shared")


async def _add_contact(context: Context, interaction: Interaction) -> DeliveryForm:
    channel = interaction.value or None
    await _require_say(context, interaction.viewer, channel)
    return await context.apply(delivery_contacts.ask, DeliveryRequest(interaction.viewer, channel))


async def _save_contact(context: Context, interaction: Interaction) -> Modal:
    values, asked_in = interaction.values, interaction.state.role or None
    await _require_say(context, interaction.viewer, asked_in)
    person = values.value("receiver")
    profile = await context.selected_profile(person, "receiver", guests=False) if person else None
    here = asked_in if values.value("where") == delivery.HERE else None
    request = DeliverySaved(interaction.actor, asked_in, person, here or "", values.value("product"), profile)
    screen = await context.apply(delivery_contacts.save, request)
    return message_in_modal(delivery.rules(screen, context.texts), context.texts)


async def _remove_contact(context: Context, interaction: Interaction) -> Message:
    number, _, channel = interaction.value.partition(":")
    await _require_say(context, interaction.viewer, channel or None)
    request = DeliveryRemoved(interaction.actor, read_number(number) or 0, channel or None)
    return delivery.rules(await context.apply(delivery_contacts.remove, request), context.texts)


# --- whether a promise can be kept ---


async def _ask_delivery(context: Context, interaction: Interaction) -> ListScreen | AskDeliveryForm:
    statement, _, _ = interaction.value.partition(":")
    deal_id, caller = interaction.state.deal_id, interaction.actor
    person = await context.database.read(promises.asked_by_rule, caller.platform, caller.workspace, deal_id)
    gone = person is not None and not await _works_here(context, person)
    request = DeliveryAsked(caller, deal_id, read_number(statement) or 0, gone=gone)
    return await context.apply(promises.ask, request)


async def _works_here(context: Context, person: str) -> bool:
    """Whether the person is still a colleague. One who cannot be looked up just now counts as one."""
    member = await context.directory.member(person)
    if member is not None and not member.active:
        return False
    return await context.directory.affiliation(person) not in (Affiliation.GUEST, Affiliation.EXTERNAL)


async def _ask_somebody(context: Context, interaction: Interaction) -> Modal:
    state, person = interaction.state, interaction.values.value("receiver")
    profile = await context.selected_profile(person, "receiver", guests=False)
    request = DeliveryAsked(interaction.actor, state.deal_id, state.statement_id, person, profile)
    return modal(await context.apply(promises.ask, request), context.texts)


async def _require_asked(context: Context, caller: Caller, ask_id: int) -> None:
    """Raises `NotNowError` for guests, and for somebody who is not in the channel where it was asked."""
    await context.require_colleague(caller)
    channel = await context.database.read(promises.where_asked, caller.platform, caller.workspace, ask_id)
    if channel is not None:
        await context.require_shared_channel(caller.person, channel)


async def _can_do(context: Context, interaction: Interaction) -> Message:
    ask_id = interaction.number
    await _require_asked(context, interaction.viewer, ask_id)
    actor = await with_zone(context, _once(interaction, Feasible.CAN_DO))
    question = await context.apply(promises.answer, FeasibilityAnswered(actor, ask_id, Feasible.CAN_DO))
    return feasibility.question(question, context.texts)


async def _doubt(answer: Feasible, context: Context, interaction: Interaction) -> DoubtForm | FeasibilityQuestion:
    ask_id = interaction.number
    await _require_asked(context, interaction.viewer, ask_id)
    return await context.apply(promises.ask_reason, FeasibilityAnswered(interaction.viewer, ask_id, answer))


async def _save_doubt(context: Context, interaction: Interaction) -> Modal | None:
    state = interaction.state
    if state.role not in (Feasible.AT_RISK, Feasible.CANNOT):
        raise NotNowError("refusal.old_button")
    await _require_asked(context, interaction.viewer, state.statement_id)
    actor = await with_zone(context, interaction.actor)
    reason = interaction.values.value("reason")
    request = FeasibilityAnswered(actor, state.statement_id, Feasible(state.role), reason)
    question = await context.apply(promises.answer, request)
    if question.word is not None and question.word.who == actor.person:
        return None
    return modal(question, context.texts)


async def _keep_anyway(context: Context, interaction: Interaction) -> Message:
    request = AskRequest(interaction.actor, interaction.number)
    return feasibility.doubt(await context.apply(promises.keep_anyway, request), context.texts)


# --- the handoff: the rep ---


async def handoff_command(context: Context, command: Command, rest: str) -> Message | Modal:
    """The form; in a channel also the offer to post the brief there."""
    request = DealSearch(command.viewer, rest)
    if command.is_direct:
        found = await context.apply(handing_over.command, request)
        return deal_choice(found, context.texts) if isinstance(found, DealChoice) else modal(found, context.texts)
    deal = await context.apply(handing_over.offer_post, request)
    if isinstance(deal, DealChoice):
        return deal_choice(deal, context.texts)
    return handoff.post_offer(PostOffer(deal, command.channel), context.texts)


async def _show_handoff(context: Context, interaction: Interaction) -> HandoffForm:
    return await context.apply(handing_over.show, DealRequest(interaction.viewer, interaction.number))


async def _hand_over(context: Context, interaction: Interaction) -> Modal | None:
    person = interaction.values.value("receiver")
    profile = await context.selected_profile(person, "receiver", guests=False)
    request = DealHanded(interaction.actor, interaction.state.deal_id, person, profile)
    lines = handoff_lines((await context.apply(handing_over.hand_over, request)).status, context.texts)
    return notice(lines[0], context.texts) if lines else None


async def _post_brief(context: Context, interaction: Interaction) -> Message:
    number, _, channel = interaction.value.partition(":")
    await context.require_colleague(interaction.viewer)
    await _require_own_channel(context, interaction.viewer, channel)
    request = BriefPosted(interaction.actor, read_number(number) or 0, channel)
    deal = await context.apply(handing_over.post_brief, request)
    return handoff.brief_posted(PostOffer(deal, channel), context.texts, may_pin=context.pin is not None)


async def _pin_brief(context: Context, interaction: Interaction) -> Message:
    """Pin the posted brief. The button stays while another try may help."""
    number, _, channel = interaction.value.partition(":")
    await context.require_colleague(interaction.viewer)
    await _require_own_channel(context, interaction.viewer, channel)
    caller, deal_id = interaction.viewer, read_number(number) or 0
    deal = (await context.apply(handing_over.show, DealRequest(caller, deal_id))).deal
    ts = await context.database.read(handing_over.posted_brief, caller.platform, caller.workspace, deal.id, channel)
    if context.pin is None:
        raise NotNowError("refusal.old_button")
    outcome = Pinned.FAILED if ts is None else await context.pin(channel, ts)
    if outcome is Pinned.DONE:
        await context.apply(handing_over.note_pinned, BriefPosted(interaction.actor, deal.id, channel))
    return handoff.brief_pinned(PostOffer(deal, channel), outcome, context.texts)


async def _show_questions(context: Context, interaction: Interaction) -> AnswerForm:
    return await context.apply(handing_over.show_questions, QuestionsRequest(interaction.viewer, interaction.number))


async def _answer_questions(context: Context, interaction: Interaction) -> Modal | None:
    state = interaction.state
    notes = numbered_values(interaction.values, handoff.NOTE_PREFIX)
    request = QuestionsAnswered(interaction.actor, state.statement_id, notes, dict(state.seen))
    await context.apply(handing_over.answer_questions, request)
    return None


# --- the handoff: the receiver ---


async def _take(context: Context, interaction: Interaction) -> ReadBackForm | ReadBackDone:
    await context.require_colleague(interaction.viewer)
    return await context.apply(taking.ask_read_back, HandoffRequest(interaction.viewer, interaction.number))


async def _read_back(context: Context, interaction: Interaction) -> Modal:
    await context.require_colleague(interaction.viewer)
    state, values = interaction.state, interaction.values
    request = PromisesRead(
        interaction.actor,
        state.statement_id,
        numbered_values(values, handoff.WORDS_PREFIX),
        numbered_values(values, handoff.QUESTION_PREFIX),
        dict(state.seen),
    )
    return modal(await context.apply(taking.read_back, request), context.texts)


async def _ask_why(context: Context, interaction: Interaction) -> SendBackForm:
    await context.require_colleague(interaction.viewer)
    return await context.apply(taking.ask_why, HandoffRequest(interaction.viewer, interaction.number))


async def _send_back(context: Context, interaction: Interaction) -> Modal | None:
    await context.require_colleague(interaction.viewer)
    reason = interaction.values.value("reason")
    await context.apply(taking.send_back, SentBack(interaction.actor, interaction.state.statement_id, reason))
    return None


async def _introduced(context: Context, interaction: Interaction) -> None:
    """The message updates by itself: it may be the handoff, or the reminder."""
    await context.require_colleague(interaction.viewer)
    await context.apply(taking.introduce, HandoffRequest(interaction.actor, interaction.number))


async def _ask_kickoff(context: Context, interaction: Interaction) -> KickoffForm:
    await context.require_colleague(interaction.viewer)
    return await context.apply(taking.ask_kickoff, HandoffRequest(interaction.viewer, interaction.number))


async def _set_kickoff(context: Context, interaction: Interaction) -> Modal:
    await context.require_colleague(interaction.viewer)
    actor = await with_zone(context, interaction.actor)
    request = KickoffTyped(actor, interaction.state.statement_id, interaction.values.value("when"))
    return modal(await context.apply(taking.set_kickoff, request), context.texts)


def _once(interaction: Interaction, answer: Feasible) -> Caller:
    """Each person answers a question once, however often the button is tapped."""
    key = f"feasibility:{interaction.value}:{interaction.actor.person}"
    return replace(interaction.actor, event_key=key, content=digest_of(answer))


CHANGES_DEAL: dict[str, Callable[[Context, Interaction], Awaitable[None]]] = {
    ActionId.HANDOFF_INTRODUCED: _introduced,
}
REPLACES_MESSAGE: dict[str, Callable[[Context, Interaction], Awaitable[Message]]] = {
    ActionId.DELIVERY_REMOVE: _remove_contact,
    ActionId.FEASIBILITY_CAN_DO: _can_do,
    ActionId.FEASIBILITY_KEEP: _keep_anyway,
    ActionId.HANDOFF_POST: _post_brief,
    ActionId.HANDOFF_PIN: _pin_brief,
}
OPENS_MODAL: dict[str, Callable[[Context, Interaction], Awaitable[ModalScreen]]] = {
    ActionId.DELIVERY_ADD: _add_contact,
    ActionId.FEASIBILITY_ASK: _ask_delivery,
    ActionId.FEASIBILITY_AT_RISK: partial(_doubt, Feasible.AT_RISK),
    ActionId.FEASIBILITY_CANNOT: partial(_doubt, Feasible.CANNOT),
    ActionId.HANDOFF_SHOW: _show_handoff,
    ActionId.HANDOFF_ANSWER: _show_questions,
    ActionId.HANDOFF_TAKE: _take,
    ActionId.HANDOFF_SEND_BACK: _ask_why,
    ActionId.HANDOFF_KICKOFF: _ask_kickoff,
}
SUBMISSIONS: dict[str, Callable[[Context, Interaction], Awaitable[Modal | None]]] = {
    ViewId.DELIVERY: _save_contact,
    ViewId.FEASIBILITY_ASK: _ask_somebody,
    ViewId.FEASIBILITY_DOUBT: _save_doubt,
    ViewId.HANDOFF: _hand_over,
    ViewId.HANDOFF_ANSWER: _answer_questions,
    ViewId.HANDOFF_READ: _read_back,
    ViewId.HANDOFF_BACK: _send_back,
    ViewId.HANDOFF_KICKOFF: _set_kickoff,
}
COMMANDS: dict[str, Callable[[Context, Command, str], Awaitable[Message | Modal]]] = {
    "delivery": delivery_command,
    "handoff": handoff_command,
}
