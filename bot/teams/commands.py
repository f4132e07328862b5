"""Typed commands on Teams: parsing, running, and which of them are answered where everyone can see it."""

from __future__ import annotations

from bot.interactions import commands, summaries
from bot.interactions.app_home import app_home
from bot.interactions.interaction import Command
from bot.ports.context import Context
from bot.teams.activity import IncomingActivity
from bot.teams.message_text import MessageText
from bot.ui.components import Message, Modal

COMMAND = "@FirstCall"
"""What a command starts with. In the personal chat it is optional."""
HOME = "home"
"""The command for what is Slack's Home tab."""
VERBS = commands.VERBS | {HOME}
ANSWERED_IN_PLACE = frozenset({"", "help", "won", "channel", "summary"})
"""Commands that are answered where they were typed. All others show what is the rep's own."""
ANSWERED_IN_SHARED = frozenset({"", "help"})
"""The same in a shared channel, where people of other companies read the answer."""


def command_text(text: str) -> str:
    """A command on one line, without the bot's name, which remains in the text if it was typed and not a mention."""
    verb, rest = commands.split_command(text)
    if verb.casefold() == COMMAND.casefold():
        verb, rest = commands.split_command(rest)
    return f"{verb} {rest}".rstrip()


def is_command(text: str, message: MessageText) -> bool:
    """Whether the text is a command. `won` always is one: it reports a deal and is answered."""
    return text.casefold() == HOME or split_verb(text) == "won" or commands.reads_as_command(text, message.post)


def split_verb(text: str) -> str:
    """The first word of a command."""
    return text.partition(" ")[0].casefold()


def answered_in_place(text: str, *, shared: bool) -> bool:
    """Whether the answer to a command shows where it was typed. `shared`: people of other companies read it there."""
    verb, _, rest = text.partition(" ")
    if verb.casefold() == "summary" and summaries.is_private(rest):
        return False
    return verb.casefold() in (ANSWERED_IN_SHARED if shared else ANSWERED_IN_PLACE)


def read_command(activity: IncomingActivity, text: str) -> Command:
    """The command `text` that this activity brought."""
    return Command(
        activity.caller(),
        activity.caller(activity.event_key),
        text,
        activity.conversation_root,
        activity.is_personal,
        is_message=activity.is_personal,
        mentions={name: name for name, user in activity.mentions.items() if name and user != activity.bot},
    )


async def run_command(context: Context, command: Command) -> Message | Modal:
    """Run a command; returns its answer. Raises `Refusal`."""
    if command.text.casefold() == HOME:
        return await app_home(context, command.viewer)
    return await commands.run_command(context, command)
