"""Challenges and compliments: their buttons, their forms and their commands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from bot.interactions.interaction import Command, Interaction
from bot.interactions.profiles import with_zone
from bot.ports.context import Context
from bot.ui.components import Message, Modal
from bot.ui.ids import ActionId, ViewId
from bot.ui.numbers import read_number
from bot.views import challenges as view
from bot.views.challenges import TOLD_ACTIONS
from handlers.challenges import challenge_list, log, praise, steps
from handlers.challenges.challenge_list import ChallengesRequest
from handlers.challenges.log import ChallengeInMessage, ChallengeLogged, ChallengeTyped, PromiseTouched
from handlers.challenges.praise import PraiseSaved, PraiseTyped
from handlers.challenges.steps import ChallengeRequest, StepRequest, StepSaved
from handlers.errors import NotNowError
from handlers.method.challenges import How, Step
from handlers.requests import Caller, DealRequest
from handlers.screens.challenges import (
    ChallengeForm,
    ChallengeScreen,
    ChallengeStepForm,
    PraiseForm,
    TouchedPromiseForm,
)


async def form_for_message(context: Context, viewer: Caller, text: str) -> Modal:
    """The form that is opened on a message, filled with its text. Nothing is stored until the rep submits it."""
    return view.render(await context.apply(log.ask_about_message, ChallengeInMessage(viewer, text)), context.texts)


async def save_form(context: Context, interaction: Interaction) -> Modal:
    """Save the form of a challenge. Raises `InvalidEntryError`."""
    values = interaction.values
    request = ChallengeLogged(
        await with_zone(context, interaction.actor),
        read_number(values.value("deal")) or interaction.state.unkept_deal_id,
        what=values.value("what"),
        severity=values.value("severity"),
        whose=values.value("whose"),
        when=values.value("when"),
        challenge_id=interaction.state.challenge_id,
    )
    return view.render(await context.apply(log.save, request), context.texts)


async def current_modal(context: Context, interaction: Interaction) -> Modal:
    """The modal as it is now: the challenge, or the form empty again."""
    if interaction.state.challenge_id:
        request = ChallengeRequest(interaction.viewer, interaction.state.challenge_id)
        return view.render(await context.apply(steps.show, request), context.texts)
    if interaction.view == ViewId.PRAISE:
        return view.render(await context.apply(praise.ask_typed, PraiseTyped(interaction.viewer, "")), context.texts)
    return view.render(await context.apply(log.ask_typed, ChallengeTyped(interaction.viewer, "")), context.texts)


async def _save_step(context: Context, interaction: Interaction) -> Modal:
    values, state = interaction.values, interaction.state
    if state.role not in tuple(Step):
        raise NotNowError("refusal.old_button")
    request = StepSaved(
        await with_zone(context, interaction.actor),
        state.challenge_id,
        Step(state.role),
        how=values.value("how"),
        words=values.value("words"),
        when=values.value("when"),
    )
    return view.render(await context.apply(steps.save, request), context.texts)


async def _save_promise(context: Context, interaction: Interaction) -> Modal:
    chosen = read_number(interaction.values.value("statement")) or 0
    request = PromiseTouched(interaction.actor, interaction.state.challenge_id, chosen)
    return view.render(await context.apply(log.save_promise, request), context.texts)


async def _save_praise(context: Context, interaction: Interaction) -> Modal:
    values = interaction.values
    request = PraiseSaved(
        await with_zone(context, interaction.actor),
        read_number(values.value("deal")) or 0,
        words=values.value("words"),
        contact=values.value("contact"),
        when=values.value("when"),
    )
    return view.render(await context.apply(praise.save, request), context.texts)


async def _log(context: Context, interaction: Interaction) -> ChallengeForm:
    return await context.apply(log.ask, DealRequest(interaction.viewer, interaction.number))


async def _praise(context: Context, interaction: Interaction) -> PraiseForm:
    return await context.apply(praise.ask, DealRequest(interaction.viewer, interaction.number))


async def _show(context: Context, interaction: Interaction) -> ChallengeScreen:
    return await context.apply(steps.show, ChallengeRequest(interaction.viewer, interaction.number))


async def _edit(context: Context, interaction: Interaction) -> ChallengeForm:
    return await context.apply(log.ask_correction, ChallengeRequest(interaction.viewer, interaction.number))


async def _ask_promise(context: Context, interaction: Interaction) -> TouchedPromiseForm:
    return await context.apply(log.ask_promise, ChallengeRequest(interaction.viewer, interaction.number))


async def _take(step: Step, how: How | None, context: Context, interaction: Interaction) -> ChallengeScreen:
    return await context.apply(steps.take, StepRequest(interaction.actor, interaction.number, step, how))


async def _ask(step: Step, context: Context, interaction: Interaction) -> ChallengeStepForm | ChallengeScreen:
    return await context.apply(steps.ask, StepRequest(interaction.viewer, interaction.number, step))


async def _challenge_command(context: Context, command: Command, rest: str) -> Modal:
    found = await context.apply(log.ask_typed, ChallengeTyped(command.viewer, rest))
    return view.render(found, context.texts)


async def _praise_command(context: Context, command: Command, rest: str) -> Modal:
    found = await context.apply(praise.ask_typed, PraiseTyped(command.viewer, rest))
    return view.render(found, context.texts)


async def _challenges_command(context: Context, command: Command, rest: str) -> Message:
    found = await context.apply(challenge_list.show, ChallengesRequest(command.viewer, rest))
    return view.challenge_list(found, context.texts)


OPENS_MODAL: dict[str, Callable[[Context, Interaction], Awaitable[view.ChallengeModal]]] = {
    ActionId.CARD_CHALLENGE: _log,
    ActionId.CARD_PRAISE: _praise,
    ActionId.CHALLENGE_SHOW: _show,
    ActionId.CHALLENGE_EDIT: _edit,
    ActionId.CHALLENGE_PROMISE: _ask_promise,
    **{action_id: partial(_take, Step.TOLD, how) for how, action_id in TOLD_ACTIONS.items()},
    ActionId.CHALLENGE_TOLD_EARLIER: partial(_ask, Step.TOLD),
    ActionId.CHALLENGE_UPDATE: partial(_ask, Step.UPDATED),
    ActionId.CHALLENGE_SOLVE: partial(_ask, Step.SOLVED),
    ActionId.CHALLENGE_CONFIRM: partial(_take, Step.CONFIRMED, None),
    ActionId.CHALLENGE_NOT_YET: partial(_take, Step.REOPENED, None),
    ActionId.CHALLENGE_WITHDRAW: partial(_take, Step.WITHDRAWN, None),
}
"""Actions that open a modal, as those of `bot.interactions.actions`."""

SUBMISSIONS: dict[str, Callable[[Context, Interaction], Awaitable[Modal]]] = {
    ViewId.CHALLENGE_LOG: save_form,
    ViewId.CHALLENGE_STEP: _save_step,
    ViewId.CHALLENGE_PROMISE: _save_promise,
    ViewId.PRAISE: _save_praise,
}

MODALS = frozenset({ViewId.CHALLENGE, *SUBMISSIONS})
"""The view ids of all of these modals."""

COMMANDS: dict[str, Callable[[Context, Command, str], Awaitable[Message | Modal]]] = {
    "challenge": _challenge_command,
    "challenges": _challenges_command,
    "praise": _praise_command,
}
