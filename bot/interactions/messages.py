"""Handles messages on any platform: detects a closed deal, or a follow-up to one, before the platform is answered.

Most messages are ignored and never stored. Each platform first drops obvious small talk
(`handlers.detection.looks_idle`). Of the rest, only a message about a deal causes any look-up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.interactions import deal_owner
from bot.interactions.commands import IN_WINS_CHANNEL, reads_as_command, run_command
from bot.interactions.deal_owner import MessageDirectory
from bot.interactions.interaction import Command
from bot.ports.affiliation import Affiliation
from bot.ports.context import Context, refuse_outsider
from bot.ports.messenger import DeliveryError
from bot.ui.components import Message, Modal
from handlers.deal import deleted_messages
from handlers.deal.deleted_messages import MessageDeleted
from handlers.deal.learned_dismissals import adjust_decision
from handlers.detection import Decision, Detection, Post, detect, find_amendment, flatten
from handlers.errors import Refusal
from handlers.intake import follow_up_messages, order_reports
from handlers.intake.detected_deal import NoDealLeft, is_known, note_no_deal, record_detected
from handlers.intake.follow_up_messages import FollowUpMessage
from handlers.intake.order_reports import OrderReport
from handlers.intake.reports import DealMessage, FoundDeal, Recognition
from handlers.requests import Caller
from handlers.team.channels import purpose_of
from handlers.workspace.channel_purpose import Purpose
from handlers.workspace.first_contact import is_first_contact
from handlers.workspace.names import has_channel_name
from storage.message_versions import Version

log = structlog.stdlib.get_logger(__name__)

REDELIVERED_WITHIN = timedelta(days=1)
"""A platform that could not deliver a message gives up within this time."""


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """The current content of a message that was posted or edited. Ids are the platform's."""

    caller: Caller
    """The author, with the event key."""
    channel: str
    id: str
    post: Post
    """The input of the detector."""
    text: str
    """The text as people read it; stored if it is about a deal."""
    posted_at: datetime
    version: Version | None = None
    """Which version of the message this is; None if the platform does not say: then the last one to arrive counts."""
    thread: str | None = None
    """The message that it replies to."""
    app: str | None = None
    """The name of the app that posted it, empty if it has none; None for a person."""
    posted_as: str | None = None
    """If an app posted it: the id of the user as whom it did, a person or the app's own."""
    edited: bool = False
    before: Post | None = None
    """What the message said before it was edited or deleted; None if the platform does not say."""
    is_direct: bool = False
    """A direct message to the bot."""
    shared_externally: bool = False
    """Whether the event itself says that people of another company read the channel."""


async def handle_message(context: Context, directory: MessageDirectory, message: IncomingMessage) -> bool:
    """Record a deal, or a follow-up to one. Returns whether the message was about a deal.

    Raises `NotNowError` for a direct message of somebody of another company; in a channel theirs are ignored.
    """
    message = await _by_its_person(directory, message)
    if not message.edited and (await _order_ended(context, message) or await _follow_up(context, message)):
        return True
    detection = await _detect(context, directory, message)
    found = [await _adjusted(context, message, each) for each in detection.deals]
    found = [each for each in found if each.deal_closed]
    is_known = await _record_found(context, directory, message, found)
    return (message.edited and not found and await _order_ended(context, message)) or is_known


async def _record_found(
    context: Context, directory: MessageDirectory, message: IncomingMessage, found: list[Detection]
) -> bool:
    if not found and not (message.edited and await _was_deal(context, directory, message)):
        return False
    author = await _author_affiliation(context, message)
    if message.is_direct:
        refuse_outsider(author)
    if author is Affiliation.EXTERNAL:
        log.info("a deal of another company is ignored", channel=message.channel)
        return False
    return await _record(context, directory, message, found, author)


async def answer_direct(
    context: Context, directory: MessageDirectory, message: IncomingMessage, command: Command
) -> Message | Modal | None:
    """Handle what a person writes to the bot. Returns the answer: the command's, or what they can do next.

    None if the message was about a deal, whose card is the answer, or if an earlier delivery was answered. Nothing of
    its text is stored then. Raises `NotNowError` for somebody of another company.
    """
    if not reads_as_command(command.text, message.post) and await handle_message(context, directory, message):
        return None
    await context.require_member(message.caller)
    try:
        answer = await run_command(context, command)
    except Refusal as refusal:
        answer = Message.saying(refusal.sentence(context.texts.rich))
    said = replace(message.caller, event_key=f"said:{message.caller.event_key}")
    return answer if await context.apply(is_first_contact, said) else None


async def _adjusted(context: Context, message: IncomingMessage, detection: Detection) -> Detection:
    caller = message.caller
    return await context.database.read(
        adjust_decision, caller.platform, caller.workspace, detection, message.app is not None
    )


async def _author_affiliation(context: Context, message: IncomingMessage) -> Affiliation:
    """Where the author belongs; an app's message is the company's own here, because the platform drops all others."""
    if message.app is not None or message.caller.person == context.bot_user:
        return Affiliation.COLLEAGUE
    return await context.affiliation(message.caller)


async def _is_external(context: Context, message: IncomingMessage) -> bool:
    """Whether the author is of another company: then not even the version of the message is stored."""
    return await _author_affiliation(context, message) is Affiliation.EXTERNAL


async def _by_its_person(directory: MessageDirectory, message: IncomingMessage) -> IncomingMessage:
    """The message as its author's, if an app posted it with the token of a person.

    Only a message that may be about a deal causes a look-up. If that fails, the message counts as the app's.
    """
    if message.app is None or message.posted_as is None:
        return message
    as_person = replace(message, app=None, post=replace(message.post, author_is_bot=False))
    if not any(_may_concern_a_deal(each.post) for each in (message, as_person)):
        return message
    member = await directory.member(message.posted_as)
    return as_person if member is not None and member.active else message


def _may_concern_a_deal(post: Post) -> bool:
    return detect(post, IN_WINS_CHANNEL).decision is not Decision.NO or find_amendment(post) is not None


async def handle_deletion(context: Context, directory: MessageDirectory, message: IncomingMessage) -> None:
    """A message was deleted: ask the rep about the deal that it reported. If it is still to come, it makes no deal."""
    caller = message.caller
    if await _is_known(context, message) or await _may_come(context, directory, message):
        deletion = MessageDeleted(caller, message.channel, message.id, message.version)
        await context.apply(deleted_messages.message_deleted, deletion)


async def _was_deal(context: Context, directory: MessageDirectory, message: IncomingMessage) -> bool:
    """Whether the message, which reports no deal any more, belongs to one.

    If it reported one that is still to come, what comes will be older than this version.
    """
    if await _is_known(context, message):
        return True
    if (
        message.before is None
        or message.version is None
        or not await _reports_deal(context, directory, message, message.before)
        or await _is_external(context, message)
    ):
        return False
    caller = message.caller
    gone = NoDealLeft(caller.platform, caller.workspace, message.channel, message.id, message.version)
    return await context.apply(note_no_deal, gone)


async def _may_come(context: Context, directory: MessageDirectory, message: IncomingMessage) -> bool:
    """Whether the deleted message may still be delivered, and may then report a deal."""
    if message.before is not None:
        may_come = await _reports_deal(context, directory, message, message.before)
    elif context.clock.now() - message.posted_at > REDELIVERED_WITHIN:
        may_come = False
    else:
        may_come = await _purpose(context, directory, message) is not Purpose.EXCLUDED
        if message.caller.person == context.bot_user:  # Slack does not say whose it was
            may_come = may_come and not await _maybe_shared(directory, message)
    return may_come and not await _is_external(context, message)


async def _reports_deal(context: Context, directory: MessageDirectory, message: IncomingMessage, content: Post) -> bool:
    detection = await _detect(context, directory, replace(message, post=content))
    return detection.decision is not Decision.NO


async def _follow_up(context: Context, message: IncomingMessage) -> bool:
    """Apply the message if it corrects or withdraws the author's earlier report. Returns whether it did."""
    found = find_amendment(message.post)
    if found is None:
        return False
    request = FollowUpMessage(message.caller, message.channel, message.thread, found)
    if not await context.database.read(follow_up_messages.concerns_a_deal, request, context.clock.now()):
        return False
    await context.apply(follow_up_messages.apply_follow_up, request)
    return True


async def _order_ended(context: Context, message: IncomingMessage) -> bool:
    """Have the rep asked if an app's card says that a known order ended. Returns whether it does.

    While an edit has raised a doubt, the card asks about that.
    """
    kind = None if message.app is None else order_reports.read_ending(message.post)
    if kind is None:
        return False
    detection = detect(message.post, IN_WINS_CHANNEL)
    if detection.decision is not Decision.NO:
        return False
    record, customer = order_reports.record_of(message.post), detection.customer or ""
    caller = replace(message.caller, event_key=f"order:{message.caller.event_key}")
    report = OrderReport(caller, message.channel, kind, customer, record, flatten(message.post))
    if not await context.database.read(order_reports.concerns_a_deal, report, context.clock.now()):
        return False
    await context.apply(order_reports.ask_about_ending, report)
    return True


async def _detect(context: Context, directory: MessageDirectory, message: IncomingMessage) -> Detection:
    """Detect with a lower threshold in channels for wins.

    The channel is looked up only if the message would pass there. In an excluded channel only messages already known
    as deals are read again. Raises `DeliveryError` if the channel decides and cannot be looked up now: the platform
    delivers the message again.
    """
    detection = detect(message.post, IN_WINS_CHANNEL)
    if detection.decision is Decision.NO or message.is_direct:
        return detection
    elsewhere = detect(message.post)
    purpose = await _purpose(context, directory, message, name_decides=elsewhere.decision is Decision.NO)
    if purpose is Purpose.EXCLUDED and not await _is_known(context, message):
        return replace(detection, decision=Decision.NO)
    return detection if purpose is Purpose.WINS else elsewhere


async def _purpose(
    context: Context, directory: MessageDirectory, message: IncomingMessage, *, name_decides: bool = False
) -> Purpose:
    """The channel's purpose. If its name decides a matter, a failed look-up raises unless the name is stored."""
    caller = message.caller
    try:
        name = await directory.ask_channel_name(message.channel)
    except DeliveryError:
        known = await context.database.read(has_channel_name, caller.platform, caller.workspace, message.channel)
        if name_decides and not known:
            raise
        name = None
    return await context.database.read(
        purpose_of,
        caller.platform,
        caller.workspace,
        message.channel,
        name,
        maybe_shared=await _maybe_shared(directory, message),
    )


async def _maybe_shared(directory: MessageDirectory, message: IncomingMessage) -> bool:
    return not message.is_direct and (message.shared_externally or await directory.maybe_shared(message.channel))


async def _is_known(context: Context, message: IncomingMessage) -> bool:
    caller = message.caller
    return await context.database.read(is_known, caller.platform, caller.workspace, message.channel, message.id)


async def _record(
    context: Context,
    directory: MessageDirectory,
    message: IncomingMessage,
    detections: Sequence[Detection],
    author: Affiliation,
) -> bool:
    found = await _with_owners(context, directory, message, detections, author)
    if len(found) < len(detections):
        log.info("a deal was detected, but there is nobody to ask", channel=message.channel, message=message.id)
        if not found or message.edited:  # a deal that an edit seems to leave out would be asked about
            return False
    channel_name, link = await asyncio.gather(
        directory.channel_name(message.channel), directory.permalink(message.channel, message.id)
    )
    outcomes = await context.apply(
        record_detected,
        DealMessage(
            caller=message.caller,
            channel=message.channel,
            channel_name=channel_name,
            message_ts=message.id,
            text=message.text,
            said_at=message.posted_at,
            found=found,
            app=message.app,
            link=link,
            version=message.version,
            maybe_shared=await _maybe_shared(directory, message),
        ),
    )
    for each, outcome in zip(found, outcomes, strict=False):
        if outcome.recognition is Recognition.NEW:
            log.info("a deal was detected", deal=outcome.deal_id, decision=str(each.detection.decision))
    return True


async def _with_owners(
    context: Context,
    directory: MessageDirectory,
    message: IncomingMessage,
    detections: Sequence[Detection],
    author: Affiliation,
) -> tuple[FoundDeal, ...]:
    """The deals, each with its own rep or with whom to ask; without those that there is nobody to ask about."""
    caller = message.caller
    poster = caller.person if message.app is None and caller.person != context.bot_user else None
    if author is Affiliation.UNKNOWN:  # neither theirs nor ours: the channel's keeper is asked whose deal it is
        poster = None
    found = []
    for detection in detections:
        # Whoever reports the win of a team, or of several people, knows whose it is.
        shared = detection.shared and bool(poster)
        named = None if shared else await deal_owner.deal_owner(directory, detection, poster or None)
        owner = (
            named
            or (poster if shared else None)
            or await deal_owner.person_to_ask(context, directory, caller.platform, caller.workspace, message.channel)
        )
        if owner is None:
            continue
        # The bot may be mentioned in the message, but it did not help to close the deal.
        helpers = tuple(who for who in detection.helped_by if who != context.bot_user)
        profile = await directory.make_reachable(owner)
        found.append(FoundDeal(replace(detection, helped_by=helpers, also=()), owner, profile, named is not None))
    return tuple(found)
