"""What is typed to us on Teams: the command in it, what it answers, and whether everybody around may see that."""

from __future__ import annotations

from bot.interactions import commands
from bot.interactions.app_home import home
from bot.interactions.interaction import Typed
from bot.ports.context import Desk
from bot.teams.activity import Turn
from bot.teams.desk import COMMAND
from bot.ui.components import Message, Sheet

HOME = "home"
"""The command that Slack has a tab for."""
VERBS = commands.VERBS | {HOME}
IN_PLACE = frozenset({"", "help", "won", "channel", "summary"})
"""Commands that are answered where they were typed. What the others show is the rep's own."""


def command(said: str) -> str:
    """What was typed, without our name: where it is no mention, it is just a word."""
    text = said.strip()
    return text[len(COMMAND) :].strip() if text.casefold().startswith(COMMAND.casefold()) else text


def read(turn: Turn, text: str) -> Typed:
    """The command `text`, typed with this turn."""
    return Typed(turn.caller(), turn.caller(turn.event_key), text, turn.place, turn.is_personal)


async def answer(desk: Desk, typed: Typed) -> Message | Sheet:
    """Do what was typed. Raises `Refusal`."""
    if typed.text.casefold() == HOME:
        return await home(desk, typed.looking)
    return await commands.commanded(desk, typed)
