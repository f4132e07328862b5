"""What people do about announced wins: tables of actions and submissions and the command, joined to the others.

Only colleagues announce a win and say thanks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.interactions.channel_manager import require_manager
from bot.interactions.interaction import Command, Interaction
from bot.ports.context import Context
from bot.ui.components import Message, Modal
from bot.ui.ids import ActionId, ViewId
from bot.views import announcements as view
from bot.views.deal_lists import deal_choice
from handlers.announcements import posting, thanks, tiers
from handlers.announcements.posting import AnnouncementSaved
from handlers.announcements.thanks import ThanksGiven
from handlers.announcements.tiers import TiersAsked, TiersChosen
from handlers.call.deal_search import DealSearch
from handlers.errors import InvalidEntryError, NotNowError
from handlers.requests import Caller, DealRequest
from handlers.screens.announcements import AnnounceForm, FormNote, Thanked
from handlers.screens.deals import DealChoice


async def announce_command(context: Context, command: Command, rest: str) -> Message | Modal:
    """Open the form for the named deal."""
    await context.require_colleague(command.viewer)
    found = await context.apply(posting.find, DealSearch(command.viewer, rest))
    if isinstance(found, DealChoice):
        return deal_choice(found, context.texts)
    return view.form(await _with_own_channels(context, command.viewer, found), context.texts)


async def tiers_command(context: Context, command: Command, rest: str) -> Message:
    """Show or set the tiers of the channel; in a direct message those of the workspace, which an admin sets."""
    await context.require_colleague(command.viewer)
    channel = "" if command.is_direct else command.channel
    if not rest:
        return view.tiers(await context.apply(tiers.show, TiersAsked(command.viewer, channel)), context.texts)
    if channel:
        await require_manager(context, command.viewer, channel)
    elif not await context.is_admin(command.viewer):
        raise NotNowError("refusal.admins_only")
    chosen = TiersChosen(command.actor, channel, None if rest.casefold() == "off" else tiers.read_tiers(rest))
    return view.tiers(await context.apply(tiers.choose, chosen), context.texts)


async def show_form(context: Context, interaction: Interaction) -> AnnounceForm:
    """The form of the deal that the modal is about."""
    return await _form(context, interaction, interaction.state.deal_id)


async def _show(context: Context, interaction: Interaction) -> AnnounceForm:
    return await _form(context, interaction, interaction.number)


async def _form(context: Context, interaction: Interaction, deal_id: int) -> AnnounceForm:
    await context.require_colleague(interaction.viewer)
    form = await context.apply(posting.show, DealRequest(interaction.viewer, deal_id))
    return await _with_own_channels(context, interaction.viewer, form)


async def _with_own_channels(context: Context, viewer: Caller, form: AnnounceForm) -> AnnounceForm:
    """The form with the channels that the person is in. Raises `NotNowError` if they are in none."""
    if form.says is not FormNote.NEW:
        return form
    own = tuple([each for each in form.channels if await context.directory.shares_channel(viewer.person, each.id)])
    if not own:
        raise NotNowError("announce.no_channel")
    chosen = form.channel if form.channel in {each.id for each in own} else own[0].id
    return replace(form, channels=own, channel=chosen)


async def _save(context: Context, interaction: Interaction) -> Modal | None:
    """Close the form once the post is on its way; show what is posted if somebody was faster."""
    await context.require_colleague(interaction.viewer)
    values, changes = interaction.values, interaction.state.version > 0
    channel = values.value("channel")
    if not changes:
        if not channel:
            raise InvalidEntryError("channel", "announce.channel_missing")
        await context.require_shared_channel(interaction.actor.person, channel)
    request = AnnouncementSaved(
        interaction.actor,
        interaction.state.deal_id,
        channel,
        values.value("note"),
        shows_amount=values.value("amount") != view.HIDE,
        changes=changes,
    )
    posted = await context.apply(posting.save, request)
    return None if posted is None else view.form(posted, context.texts)


async def _say_thanks(context: Context, interaction: Interaction) -> Thanked:
    await context.require_colleague(interaction.viewer)
    return await context.apply(thanks.say_thanks, ThanksGiven(interaction.viewer, interaction.number))


CHANGES_DEAL: dict[str, Callable[[Context, Interaction], Awaitable[Thanked]]] = {
    ActionId.ANNOUNCE_THANKS: _say_thanks,
}
OPENS_MODAL: dict[str, Callable[[Context, Interaction], Awaitable[AnnounceForm]]] = {
    ActionId.ANNOUNCE_OPEN: _show,
}
SUBMISSIONS: dict[str, Callable[[Context, Interaction], Awaitable[Modal | None]]] = {
    ViewId.ANNOUNCE: _save,
}
COMMANDS: dict[str, Callable[[Context, Command, str], Awaitable[Message | Modal]]] = {
    "announce": announce_command,
    "tiers": tiers_command,
}
