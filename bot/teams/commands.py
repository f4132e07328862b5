"""What is typed to us on Teams: the command in it, what it answers, and whether everybody around may see that."""

from __future__ import annotations

from bot.interactions import commands
from bot.interactions.app_home import app_home
from bot.interactions.interaction import Command
from bot.ports.context import Context
from bot.teams.activity import IncomingActivity
from bot.teams.desk import COMMAND
from bot.ui.components import Message, Modal

HOME = "home"
"""The command that Slack has a tab for."""
VERBS = commands.VERBS | {HOME}
IN_PLACE = frozenset({"", "help", "won", "channel", "summary"})
"""Commands that are answered where they were typed. What the others show is the rep's own."""


def command_text(said: str) -> str:
    """What was typed, without our name: where it is no mention, it is just a word."""
    text = said.strip()
    return text[len(COMMAND) :].strip() if text.casefold().startswith(COMMAND.casefold()) else text


def read_command(activity: IncomingActivity, text: str) -> Command:
    """The command `text`, typed with this turn."""
    return Command(
        activity.caller(), activity.caller(activity.event_key), text, activity.conversation_root, activity.is_personal
    )


async def run(context: Context, command: Command) -> Message | Modal:
    """Do what was typed. Raises `Refusal`."""
    if command.text.casefold() == HOME:
        return await app_home(context, command.viewer)
    return await commands.run_command(context, command)
