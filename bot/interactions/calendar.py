"""The commands that give a person a secret link: to their calendar feed, and to their deals as a file."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bot.interactions.interaction import Command
from bot.ports.context import Context
from bot.ui.components import Message
from bot.views import calendar as view
from handlers import own_export
from handlers.calendar import links
from handlers.calendar.links import CalendarRequest
from handlers.errors import NotNowError
from handlers.own_export import ExportRequest


async def _calendar(context: Context, command: Command, rest: str) -> Message:
    """Show the link; `new` replaces it, `off` revokes it, which works even where no link can be made."""
    await context.require_colleague(command.viewer)
    request = CalendarRequest(command.viewer)
    if rest.casefold() == "off":
        return view.calendar_link(await context.apply(links.turn_off, request), context.texts, "")
    url = _public_url(context)
    handler = links.renew if rest.casefold() == "new" else links.show
    return view.calendar_link(await context.apply(handler, request), context.texts, url)


async def _export(context: Context, command: Command, _rest: str) -> Message:
    await context.require_colleague(command.viewer)
    url = _public_url(context)
    return view.export_link(
        await context.apply(own_export.make_link, ExportRequest(command.viewer)), context.texts, url
    )


def _public_url(context: Context) -> str:
    """Where links lead. Raises `NotNowError` if there is no such place."""
    if context.public_url is None:
        raise NotNowError("refusal.no_public_url")
    return context.public_url


COMMANDS: Mapping[str, Callable[[Context, Command, str], Awaitable[Message]]] = {
    "calendar": _calendar,
    "export": _export,
}
