"""The commands that people can type, and the handler of each."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches
from functools import partial

from sqlalchemy.orm import Session

from bot.interactions import challenges, cover, deal_team, drafts, handoff, order_commands, report_deal, summaries
from bot.interactions.channel_manager import require_manager
from bot.interactions.interaction import Command, Interaction
from bot.interactions.profiles import with_standing, with_zone
from bot.interactions.review import self_check_command
from bot.ports.context import Context
from bot.ui.components import Message, Modal
from bot.ui.texts import Texts
from bot.views import call_schedule as schedule_view
from bot.views import channel as channel_view
from bot.views import deal_lists
from bot.views import reminders as reminders_view
from bot.views import settings as settings_view
from bot.views import wins as wins_view
from bot.views.deal_forms import report_deal_form
from bot.views.render import ModalScreen, modal
from handlers.call import deal_commands, deal_search, scheduling
from handlers.call.deal_search import DealSearch
from handlers.call.scheduling import CallCommand
from handlers.detection import ChannelContext, Decision, Post, detect
from handlers.errors import NotNowError
from handlers.intake import manual_report
from handlers.method.customers import customer_key
from handlers.method.invisible import INVISIBLE, without_invisible
from handlers.method.reminder_profiles import ReminderProfile
from handlers.promises import board
from handlers.referrals import page as referrals_page
from handlers.reminders import my_reminders, my_settings, snoozing
from handlers.reminders.my_reminders import ProfileChosen, RemindersRequest
from handlers.reminders.my_settings import SettingsRequest
from handlers.reminders.snoozing import SnoozeCommand
from handlers.review import deal_review
from handlers.screens.deals import DealCard, DealChoice, DealList, LostQuestion
from handlers.screens.reminders import ReminderSnoozed
from handlers.screens.team import SharedChannel
from handlers.team import channels, handover, wins
from handlers.team.channels import ChannelRequest, SummariesRequest, SummaryChannel
from handlers.team.handover import HandoverAsked
from handlers.team.wins import TeamRequest
from handlers.workspace.channel_purpose import Purpose

CommandResult = Message | Modal
"""The response to a command: a message that only the person sees, or a modal to open."""

DealFinder = Callable[[Session, DealSearch, datetime], ModalScreen | DealCard | DealChoice | LostQuestion]
"""Finds the deal that a command names. Returns the screen to show, or a choice if several deals match."""


_GAP = re.compile(rf"(?:\s|{INVISIBLE.pattern})+")
_GAP_AROUND = re.compile(rf"\A{_GAP.pattern}|{_GAP.pattern}\Z")

IN_WINS_CHANNEL = ChannelContext(wins_channel=True)
"""Also used for direct messages to the bot."""
_PUNCTUATION = ".,:;!?…)('\" "
_TONES = ("greeting", "thanks", "other")
MIN_NAME = 3
"""Letters of a customer's name that list its deals without a command."""
MOST_SUGGESTED = 2
MAX_MISTYPED = 60
"""Characters of a message that may be a mistyped command or a customer's name: anything longer is a sentence."""

_FRAME = re.compile(r"\A([*_~`\"]+)([^*_~`\"]+)\1\Z")
"""The markup of a whole command that was copied from a message: `list harbor` as code."""
_AROUND_VERB = "*_~`\"“”'‘’/!:,.;?"
"""What people put around a command: `*won*`, `/won`, `won:`."""
_COMMAND_ITSELF = frozenset({"firstcall", "@firstcall"})
"""Typed in a direct message, where no slash command is needed: `/firstcall list`."""

_ANOTHER = re.compile(r"(?<!\S)[-\u2010-\u2015\u2212]{1,2}another(?!\S)", re.IGNORECASE)
"""`--another`. Phones and Macs turn the two hyphens into a dash."""


async def run_command(context: Context, command: Command) -> CommandResult:
    """Run the command that the first word names; anything else is answered with what the person can do.

    Raises `Refusal`.
    """
    command = await with_standing(context, command)
    verb, rest = split_command(command.text)
    handler = _COMMANDS.get(verb.casefold())
    result = await (_answer(context, command) if handler is None else handler(context, command, rest))
    if not isinstance(result, Modal):
        return result
    result = await drafts.offered(context, command.viewer, result)
    return result if command.opens_modals else deal_lists.opened_by_button(result, context.texts, command.text)


async def run_suggested(context: Context, interaction: Interaction) -> CommandResult:
    """Run the command that a button carries, as if the person had typed it where the button is. Raises `Refusal`."""
    text, channel = interaction.value, interaction.channel
    return await run_command(
        context, Command(interaction.viewer, interaction.actor, text, channel, interaction.is_direct)
    )


def split_command(text: str) -> tuple[str, str]:
    """The first word of a command, and the rest on one line.

    Any white space parts them. Clients and the clipboard bring no-break spaces, line breaks and invisible characters,
    and people type a command with the markup, the slash or the punctuation that they saw it with.
    """
    typed = _GAP_AROUND.sub("", text)
    verb, *rest = _GAP.split(_FRAME.sub(r"\2", typed), maxsplit=1)
    said, following = " ".join(without_invisible("".join(rest)).split()), verb.strip(_AROUND_VERB).casefold()
    if following in _COMMAND_ITSELF and (not said or split_command(said)[0].casefold() in _COMMANDS):
        return split_command(said)
    return following if following in _COMMANDS and following else verb, said


def reads_as_command(text: str, post: Post) -> bool:
    """Whether a message to the bot begins with the name of a command and does not report a deal.

    "call it: we signed Northwind" begins like one, too.
    """
    verb, rest = split_command(text)
    if not verb or verb.casefold() not in _COMMANDS:
        return False
    return _ANOTHER.search(rest) is not None or detect(post, IN_WINS_CHANNEL).decision is Decision.NO


async def _help(context: Context, command: Command, rest: str) -> CommandResult:
    if command.is_message and not rest:
        return await _hello(context, command, "help")
    return deal_lists.help_message(context.texts)


async def _answer(context: Context, command: Command) -> Message:
    """The answer to what is no command: small talk, a customer's name, a mistyped command, or a question."""
    verb, rest = split_command(command.text)
    tone = _tone(context.texts, verb)
    if tone is not None:
        return await _hello(context, command, tone)
    found = await _deals_named(context, command)
    if found is not None:
        return deal_lists.deal_list(found, context.texts)
    meant = get_close_matches(verb.casefold(), [known for known in _COMMANDS if known], n=MOST_SUGGESTED)
    if meant and (not command.is_message or len(command.text) <= MAX_MISTYPED):
        return deal_lists.suggestions(verb, [f"{each} {rest}".strip() for each in meant], context.texts)
    if command.is_message:
        return await _hello(context, command, "other")
    return deal_lists.help_message(context.texts, unknown=verb)


def _tone(texts: Texts, word: str) -> str | None:
    """What the first word of small talk makes of it: a greeting, thanks, or a question (`other`)."""
    said = word.casefold().strip(_PUNCTUATION)
    return next((tone for tone in _TONES if said in texts.plain(f"hello.{tone}_words").split()), None)


async def _hello(context: Context, command: Command, tone: str) -> Message:
    """What the person can do next: their most urgent deals with a button each, and three commands."""
    found = await context.apply(deal_search.my_deals, DealSearch(command.viewer))
    return deal_lists.hello(found, tone, context.texts)


async def _deals_named(context: Context, command: Command) -> DealList | None:
    """The person's deals, if the text is a customer's name or begins a word of one."""
    wanted = customer_key(command.text)
    if not MIN_NAME <= len(wanted) <= MAX_MISTYPED:
        return None
    try:
        found = await context.apply(deal_search.my_deals, DealSearch(command.viewer, command.text))
    except NotNowError:
        return None
    return found if any(f" {wanted}" in f" {customer_key(card.deal.customer)}" for card in found.deals) else None


async def _won(context: Context, command: Command, rest: str) -> CommandResult:
    typed = _ANOTHER.sub(" ", rest).strip()
    if not typed:
        return report_deal_form(context.texts)
    actor = await with_zone(context, command.actor)
    request = manual_report.read_report(actor, typed)
    return await report_deal.save_report(context, replace(request, another=typed != rest))


async def _list(context: Context, command: Command, rest: str) -> CommandResult:
    found = await context.apply(deal_search.my_deals, DealSearch(command.viewer, rest))
    return deal_lists.deal_list(found, context.texts)


async def _next(context: Context, command: Command, rest: str) -> CommandResult:
    """Open the next step of the most urgent deal, or show its card if it needs an answer first."""
    found = await context.apply(deal_search.next_deal, DealSearch(command.viewer, rest))
    match found:
        case None:
            return Message.saying(context.texts.rich("next.nothing"))
        case DealCard():
            return deal_lists.answer_first(found, context.texts)
        case DealChoice():
            return deal_lists.deal_choice(found, context.texts)
    return modal(found, context.texts)


async def _one_deal(find: DealFinder, context: Context, command: Command, rest: str) -> CommandResult:
    """Show the deal, or a choice if several deals match."""
    found = await context.apply(find, DealSearch(command.viewer, rest))
    match found:
        case DealChoice():
            return deal_lists.deal_choice(found, context.texts)
        case DealCard():
            return deal_lists.answer_first(found, context.texts)
        case LostQuestion():
            return deal_lists.ask_lost(found, context.texts)
    return modal(found, context.texts)


async def _call(context: Context, command: Command, rest: str) -> CommandResult:
    """Show the next step of the call, or schedule it if a time is given."""
    actor = await with_zone(context, command.actor)
    found = await context.apply(scheduling.call_command, CallCommand(actor, rest))
    if isinstance(found, DealChoice):
        return deal_lists.deal_choice(found, context.texts)
    return modal(found, context.texts)


async def _channel(context: Context, command: Command, _rest: str) -> CommandResult:
    channel = await _require_channel(context, command)
    shared = await context.shared_externally(channel)
    request = ChannelRequest(command.viewer, channel, await context.directory.channel_name(channel), shared)
    if shared:
        return await _about_shared(context, request)
    screen = await context.apply(channels.show_purpose, request)
    return channel_view.purpose_question(screen, context.texts, channel, invited=False)


async def _about_shared(context: Context, request: ChannelRequest) -> Message:
    """What an admin is asked about a channel that another company reads; for anybody else, that it gets no wins."""
    if not await context.is_admin(request.caller):
        return channel_view.shared_note(request.channel, context.texts, known=True)
    screen = await context.apply(channels.show_purpose, request)
    allowed = screen.purpose is Purpose.WINS
    return channel_view.shared_question(SharedChannel(request.channel, became=False, allowed=allowed), context.texts)


async def _require_channel(context: Context, command: Command) -> str:
    """The channel that the command was typed in. Raises `NotNowError` if the bot cannot read and post there."""
    if command.is_direct:
        raise NotNowError("refusal.no_channel")
    if not await context.directory.is_in_channel(command.channel):
        raise NotNowError("refusal.not_in_channel", bot=context.texts.markup.mention(context.bot_user))
    return command.channel


async def _snooze(context: Context, command: Command, rest: str) -> CommandResult:
    """Snooze the reminder, or ask for what is missing: until when, or which deal."""
    actor = await with_zone(context, command.actor)
    found = await context.apply(snoozing.snooze_command, SnoozeCommand(actor, rest))
    match found:
        case ReminderSnoozed():
            return schedule_view.snoozed(found, context.texts)
        case DealChoice():
            return deal_lists.deal_choice(found, context.texts)
    return modal(found, context.texts)


async def _reminders(context: Context, command: Command, rest: str) -> CommandResult:
    """Show the reminders; with the name of a profile, switch to it."""
    if rest.casefold() in tuple(ReminderProfile):
        chosen = ProfileChosen(command.actor, ReminderProfile(rest.casefold()))
        return reminders_view.my_reminders(await context.apply(my_reminders.choose_profile, chosen), context.texts)
    return reminders_view.my_reminders(
        await context.apply(my_reminders.show, RemindersRequest(command.viewer)), context.texts
    )


async def _team(context: Context, command: Command, _rest: str) -> CommandResult:
    await context.require_colleague(command.viewer)
    return wins_view.team(await context.apply(wins.team_wins, TeamRequest(command.viewer)), context.texts)


async def _handover(context: Context, command: Command, rest: str) -> CommandResult:
    """The form that hands a rep's deals to somebody else; what was typed are customers."""
    await context.require_colleague(command.viewer)
    asked = HandoverAsked(command.viewer, rest, is_admin=await context.is_admin(command.viewer))
    return modal(await context.apply(handover.ask, asked), context.texts)


async def _settings(context: Context, command: Command, _rest: str) -> CommandResult:
    return settings_view.render(await context.apply(my_settings.show, SettingsRequest(command.viewer)), context.texts)


async def _summary(context: Context, command: Command, rest: str) -> CommandResult:
    match rest.casefold():
        case "here":
            await context.require_colleague(command.viewer)
            channel = await _require_channel(context, command)
            await require_manager(context, command.viewer, channel)
            if await context.shared_externally(channel):
                return await _about_shared(context, ChannelRequest(command.viewer, channel, None, True))
            viewer = await with_zone(context, command.viewer)
            request = SummaryChannel(viewer, channel, shared_externally=False)
            zone = await context.apply(channels.start_summaries, request)
            return Message.saying(context.texts.rich("settled.summary_here", zone=zone))
        case "off":
            await require_manager(context, command.viewer, command.channel)
            await context.apply(channels.stop_summaries, SummaryChannel(command.viewer, command.channel))
            return Message.saying(context.texts.rich("settled.summary_off", command=context.texts.command))
        case "":
            return await _summary_places(context, command)
        case _:
            found = await summaries.run(context, command, rest)
            return found or deal_lists.help_message(context.texts, unknown=f"summary {rest}".strip())


async def _summary_places(context: Context, command: Command) -> Message:
    """Where the week's wins are posted, of the channels that the person is in."""
    await context.require_colleague(command.viewer)
    screen = await context.apply(channels.show_summaries, SummariesRequest(command.viewer))
    theirs = [each for each in screen.channels if await context.directory.shares_channel(command.viewer.person, each)]
    here = None if command.is_direct else command.channel
    return wins_view.summary_places(replace(screen, channels=tuple(theirs)), context.texts, here=here)


_COMMANDS: dict[str, Callable[[Context, Command, str], Awaitable[CommandResult]]] = {
    "": _help,
    "help": _help,
    "won": _won,
    "next": _next,
    "list": _list,
    "show": partial(_one_deal, deal_search.show_record),
    "call": _call,
    "snooze": _snooze,
    "brief": partial(_one_deal, deal_commands.show_brief),
    "recap": partial(_one_deal, deal_commands.show_recap),
    "promises": partial(_one_deal, board.find),
    "log": partial(_one_deal, deal_commands.log_correction),
    "undo": partial(_one_deal, deal_commands.show_undo),
    "lost": partial(_one_deal, deal_commands.ask_lost),
    **order_commands.COMMANDS,
    "reminders": _reminders,
    "team": _team,
    "channel": _channel,
    "summary": _summary,
    "settings": _settings,
    "handover": _handover,
    **challenges.COMMANDS,
    "referrals": partial(_one_deal, referrals_page.find),
    "review": partial(_one_deal, deal_review.find),
    "selfcheck": self_check_command,
    **handoff.COMMANDS,
    **cover.COMMANDS,
    **deal_team.COMMANDS,
}

VERBS = frozenset(_COMMANDS)
"""The names of the commands; the empty one shows the help."""
