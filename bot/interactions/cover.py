"""Actions, submissions and the command about who stands in for a rep. Only colleagues ask, and only they stand in."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import date

from bot.interactions.interaction import Command, Interaction
from bot.interactions.profiles import with_zone
from bot.ports.context import Context
from bot.ui.components import Message, Modal
from bot.ui.ids import ActionId, ViewId
from bot.ui.numbers import read_number
from bot.views import cover as view
from bot.views.notices import message_in_modal
from bot.views.render import modal
from handlers.cover import asking, away, patience
from handlers.cover.asking import CoverAsked, CoverBackRequest, CoverFilled, CoverRequest, OtherAsked
from handlers.cover.away import NobodyCovers, StandInPicked
from handlers.cover.patience import StandInForCall
from handlers.errors import NotNowError
from handlers.requests import DealRequest
from handlers.screens.cover import CoverAnswered

_UNTIL = re.compile(r"(?:\A|\s)until\s+(?P<day>.+)\Z", re.IGNORECASE)
_AT_NAME = re.compile(r"(?:\A|\s)@(?P<name>[^@]+)\Z")


async def cover_command(context: Context, command: Command, rest: str) -> Message | Modal:
    """`cover northwind @ben until Friday` asks Ben; without a person the form opens. `cover back` ends it all."""
    await context.require_colleague(command.viewer)
    if rest.casefold() == "back":
        ended = await context.apply(asking.back, CoverBackRequest(command.actor))
        return view.ended(ended, context.texts)
    until = _UNTIL.search(rest)
    day = "" if until is None else until["day"]
    customers, named = _read(command, rest if until is None else rest[: until.start()])
    if not named:
        asked = CoverAsked(command.viewer, customers, until=day)
        return modal(await context.apply(asking.show_form, asked), context.texts)
    person = await context.directory.find_person(named)
    if person is None:
        raise NotNowError("dealteam.who", named=named.lstrip("@"))
    profile = await context.selected_profile(person, "stand_in", guests=False)
    request = CoverFilled(await with_zone(context, command.actor), person, profile, customers, day)
    return view.answered(await context.apply(asking.ask, request), context.texts)


def _read(command: Command, text: str) -> tuple[str, str]:
    """The customers, and who is named, as `Directory.find_person` finds them; an empty text for nobody."""
    for written, found_by in sorted(command.mentions.items(), key=lambda each: -len(each[0])):
        if written and written in text:
            return text.replace(written, " ").strip(" ,"), found_by
    typed = _AT_NAME.search(text)
    if typed is None:
        return text.strip(), ""
    return text[: typed.start()].strip(" ,"), typed["name"].strip(" ,")


async def _ask(context: Context, interaction: Interaction) -> Modal:
    await context.require_colleague(interaction.actor)
    values = interaction.values
    person = values.value("stand_in")
    profile = await context.selected_profile(person, "stand_in", guests=False)
    actor = await with_zone(context, interaction.actor)
    request = CoverFilled(actor, person, profile, values.value("customers"), values.value("until"))
    screen = await context.apply(asking.ask, request)
    return message_in_modal(view.answered(screen, context.texts), context.texts)


async def _accept(context: Context, interaction: Interaction) -> Message:
    await context.require_colleague(interaction.actor)
    request = CoverRequest(await with_zone(context, interaction.actor), interaction.number)
    return view.ask(await context.apply(asking.accept, request), context.texts)


async def _decline(context: Context, interaction: Interaction) -> Message:
    request = CoverRequest(interaction.actor, interaction.number)
    return view.ask(await context.apply(asking.decline, request), context.texts)


async def _give_back(context: Context, interaction: Interaction) -> Message:
    request = CoverRequest(interaction.actor, interaction.number)
    screen = await context.apply(asking.give_back, request)
    if isinstance(screen, CoverAnswered):
        return view.answered(screen, context.texts)
    return view.ask(screen, context.texts)


async def _again(context: Context, interaction: Interaction) -> Message:
    """The rep picks another colleague for the same deals."""
    await context.require_colleague(interaction.actor)
    person = interaction.selected_user
    profile = await context.selected_profile(person, "stand_in", guests=False)
    request = OtherAsked(interaction.actor, interaction.number, person, profile)
    return view.answered(await context.apply(asking.ask_again, request), context.texts)


async def _pick(context: Context, interaction: Interaction) -> Message:
    """The rep is away, and picks who covers."""
    await context.require_colleague(interaction.actor)
    person = interaction.selected_user
    profile = await context.selected_profile(person, "stand_in", guests=False)
    try:
        until = date.fromisoformat(interaction.value) if interaction.value else None
    except ValueError as error:
        raise NotNowError("refusal.old_button") from error
    request = StandInPicked(interaction.actor, person, profile, until)
    return view.answered(await context.apply(away.pick, request), context.texts)


async def _nobody(context: Context, interaction: Interaction) -> Message:
    await context.apply(away.nobody, NobodyCovers(interaction.actor))
    return Message.saying(context.texts.rich("cover.nobody"))


async def _ask_last(context: Context, interaction: Interaction) -> Message:
    """The rep lets the colleague whom the offer names be asked."""
    deal, _, person = interaction.value.partition(":")
    if not person:
        raise NotNowError("refusal.old_button")
    return await _ask_for_call(context, interaction, deal, person)


async def _ask_other(context: Context, interaction: Interaction) -> Message:
    return await _ask_for_call(context, interaction, interaction.value, interaction.selected_user)


async def _ask_for_call(context: Context, interaction: Interaction, deal: str, person: str) -> Message:
    await context.require_colleague(interaction.actor)
    profile = await context.selected_profile(person, "stand_in", guests=False)
    request = StandInForCall(interaction.actor, read_number(deal) or 0, person, profile)
    return view.answered(await context.apply(patience.ask_for_call, request), context.texts)


async def _myself(context: Context, interaction: Interaction) -> Message:
    request = DealRequest(interaction.actor, interaction.number)
    deal = await context.apply(patience.not_needed, request)
    return Message.saying(context.texts.rich("cover.myself", customer=deal.customer))


async def _ask_listed(context: Context, interaction: Interaction) -> None:
    """The list updates by itself."""
    await _ask_for_call(context, interaction, interaction.value, interaction.selected_user)


async def _myself_listed(context: Context, interaction: Interaction) -> None:
    await context.apply(patience.not_needed, DealRequest(interaction.actor, interaction.number))


CHANGES_DEAL: dict[str, Callable[[Context, Interaction], Awaitable[None]]] = {
    ActionId.DIGEST_COVER_ASK: _ask_listed,
    ActionId.DIGEST_COVER_MYSELF: _myself_listed,
}
REPLACES_MESSAGE: dict[str, Callable[[Context, Interaction], Awaitable[Message]]] = {
    ActionId.COVER_ACCEPT: _accept,
    ActionId.COVER_DECLINE: _decline,
    ActionId.COVER_AGAIN: _again,
    ActionId.COVER_BACK: _give_back,
    ActionId.COVER_PICK: _pick,
    ActionId.COVER_NOBODY: _nobody,
    ActionId.COVER_ASK: _ask_last,
    ActionId.COVER_ASK_OTHER: _ask_other,
    ActionId.COVER_MYSELF: _myself,
}
SUBMISSIONS: dict[str, Callable[[Context, Interaction], Awaitable[Modal | None]]] = {ViewId.COVER: _ask}
COMMANDS: dict[str, Callable[[Context, Command, str], Awaitable[Message | Modal]]] = {"cover": cover_command}
