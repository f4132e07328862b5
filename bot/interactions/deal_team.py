"""What people do about the team on a deal: tables of actions and submissions and the command, joined to the others.

Only colleagues are added, and only colleagues add somebody.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.interactions.interaction import Command, Interaction
from bot.ports.context import Context
from bot.ui.components import Message, Modal
from bot.ui.ids import ActionId, PromiseValue, ViewId
from bot.views import deal_team as view
from bot.views import promises as promises_view
from bot.views.deal_lists import deal_choice
from handlers.call.deal_search import DealSearch
from handlers.deal_team import keepers, members
from handlers.deal_team.keepers import KeeperChosen
from handlers.deal_team.members import Colleague, ColleagueNamed, HelpersAdded, MemberRemoved, TeamSaved
from handlers.errors import InvalidEntryError, NotNowError, Refusal
from handlers.method.team_roles import TeamRole, cut_role
from handlers.promises.settle import PromiseRequest
from handlers.requests import DealRequest
from handlers.screens.deal_team import DealTeamScreen, KeeperForm
from handlers.screens.deals import DealCard, DealChoice
from handlers.screens.promises import BoardScreen

_AT_NAME = re.compile(r"(?<!\S)@(?P<name>[^@]+)\Z")
_LEADS_TO_NAME = re.compile(r"[\s,]+(?:and|with|to|add|by)?[\s:]*\Z", re.IGNORECASE)
MOST_NAME_WORDS = 3
"""Words of a name that was typed without a mention."""


@dataclass(frozen=True, slots=True)
class _Typed:
    """What a command says: the customer, who is named, as `Directory.find_person` finds them, and the role."""

    customer: str
    named: str
    role: TeamRole | None


async def with_command(context: Context, command: Command, rest: str) -> Message | Modal:
    """Add the colleague to the named deal; without one, open the team of the deal."""
    await context.require_colleague(command.viewer)
    typed = _read(command, rest)
    person = await context.directory.find_person(typed.named) if typed.named else None
    if typed.named and person is None:
        raise NotNowError("dealteam.who", named=typed.named.lstrip("@"))
    if person is None:
        typed, person = await _by_name_alone(context, typed)
    if person is None:
        found = await context.apply(members.find, DealSearch(command.viewer, typed.customer))
        if isinstance(found, DealChoice):
            return deal_choice(found, context.texts)
        return view.form(found, context.texts, role=typed.role)
    profile = await context.selected_profile(person, "member", guests=False)
    named = ColleagueNamed(command.actor, typed.customer, Colleague(person, profile), typed.role)
    added = await context.apply(members.add_named, named)
    if isinstance(added, DealChoice):
        return deal_choice(added, context.texts)
    return view.added(added, person, context.texts)


def _read(command: Command, rest: str) -> _Typed:
    """`northwind @Bruno engineer`, in any order of the name and the role."""
    text, role = cut_role(rest)
    for written, found_by in sorted(command.mentions.items(), key=lambda each: -len(each[0])):
        if written and written in text:
            before, _, after = text.partition(written)
            after, behind = cut_role(after)
            customer = f"{_LEADS_TO_NAME.sub('', before)} {after}".strip(" ,")
            return _Typed(customer, found_by, role or behind)
    typed = _AT_NAME.search(text)
    if typed is None:
        return _Typed(text, "", role)
    return _Typed(_LEADS_TO_NAME.sub("", text[: typed.start()]).strip(" ,"), typed["name"].strip(" ,"), role)


async def _by_name_alone(context: Context, typed: _Typed) -> tuple[_Typed, str | None]:
    """`northwind Bruno Maier`: the last words, if only one person has that name."""
    words = typed.customer.split()
    for count in range(min(MOST_NAME_WORDS, len(words) - 1), 0, -1):
        person = await context.directory.find_person(" ".join(words[-count:]))
        if person is not None:
            return _Typed(" ".join(words[:-count]), "", typed.role), person
    return typed, None


async def show_team(context: Context, interaction: Interaction) -> DealTeamScreen:
    """The team of the deal that the modal is about."""
    return await context.apply(members.show, DealRequest(interaction.viewer, interaction.state.deal_id))


async def _show(context: Context, interaction: Interaction) -> DealTeamScreen:
    await context.require_colleague(interaction.viewer)
    return await context.apply(members.show, DealRequest(interaction.viewer, interaction.number))


async def _remove(context: Context, interaction: Interaction) -> DealTeamScreen:
    await context.require_colleague(interaction.viewer)
    request = MemberRemoved(interaction.actor, interaction.state.deal_id, interaction.value)
    return await context.apply(members.remove, request)


async def _save(context: Context, interaction: Interaction) -> Modal | None:
    """Close the form once only the split was noted; show the team with the new member."""
    await context.require_colleague(interaction.viewer)
    values, person = interaction.values, interaction.values.value("member")
    colleague = None
    if person:
        colleague = Colleague(person, await context.selected_profile(person, "member", guests=False))
    request = TeamSaved(
        interaction.actor, interaction.state.deal_id, colleague, values.value("role"), values.value("split")
    )
    screen = await context.apply(members.save, request)
    return view.form(screen, context.texts) if person else None


async def _add_helpers(context: Context, interaction: Interaction) -> DealCard:
    """Add all whom the message names and who can be added. If nobody can, the first reason is the answer."""
    await context.require_colleague(interaction.viewer)
    deal_id = interaction.number
    found, refused = [], None
    for named in await context.apply(members.helpers, DealRequest(interaction.viewer, deal_id)):
        try:
            person = await context.directory.find_person(named)
            if person is None:
                raise NotNowError("dealteam.who", named=named)
            found.append(Colleague(person, await context.selected_profile(person, "member", guests=False)))
        except Refusal as refusal:
            refused = refused or refusal
    if not found and refused is not None:
        raise refused
    return await context.apply(members.add_helpers, HelpersAdded(interaction.actor, deal_id, tuple(found)))


async def _ask_keeper(context: Context, interaction: Interaction) -> KeeperForm | BoardScreen:
    await context.require_colleague(interaction.viewer)
    try:
        value = PromiseValue.from_text(interaction.value)
    except (TypeError, ValueError) as error:
        raise NotNowError("refusal.old_button") from error
    request = PromiseRequest(
        interaction.viewer, value.deal_id, value.statement_id, value.version, value.page, on_board=True
    )
    return await context.apply(keepers.ask, request)


async def _save_keeper(context: Context, interaction: Interaction) -> Modal:
    await context.require_colleague(interaction.viewer)
    state, chosen = interaction.state, interaction.values.value("keeper")
    promise = PromiseRequest(interaction.actor, state.deal_id, state.statement_id, state.version, on_board=True)
    if not chosen:
        raise InvalidEntryError("keeper", "dealteam.keeper_missing")
    request = KeeperChosen(promise, "" if chosen == view.THE_REP else chosen)
    return promises_view.board(await context.apply(keepers.assign, request), context.texts)


CHANGES_DEAL: dict[str, Callable[[Context, Interaction], Awaitable[DealCard]]] = {
    ActionId.TEAM_HELPERS: _add_helpers,
}
OPENS_MODAL: dict[str, Callable[[Context, Interaction], Awaitable[DealTeamScreen | KeeperForm | BoardScreen]]] = {
    ActionId.TEAM_SHOW: _show,
    ActionId.TEAM_REMOVE: _remove,
    ActionId.PROMISES_KEEPER: _ask_keeper,
}
SUBMISSIONS: dict[str, Callable[[Context, Interaction], Awaitable[Modal | None]]] = {
    ViewId.DEAL_TEAM: _save,
    ViewId.PROMISE_KEEPER: _save_keeper,
}
COMMANDS: dict[str, Callable[[Context, Command, str], Awaitable[Message | Modal]]] = {
    "with": with_command,
}
