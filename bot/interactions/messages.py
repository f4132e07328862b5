"""Handles messages on any platform: detects a closed deal, or a follow-up to one, before the platform is answered.

Most messages are ignored and never stored. Each platform first drops obvious small talk
(`handlers.detection.looks_idle`). Of the rest, only a message about a deal causes any look-up.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot.interactions import deal_owner
from bot.interactions.deal_owner import MessageDirectory
from bot.ports.affiliation import Affiliation
from bot.ports.context import Context, refuse_outsider
from handlers.deal import deleted_messages
from handlers.deal.deleted_messages import MessageDeleted
from handlers.deal.learned_dismissals import adjust_decision
from handlers.detection import ChannelContext, Decision, Detection, Post, detect, find_amendment
from handlers.intake import follow_up_messages
from handlers.intake.detected_deal import DealDetected, Recognition, is_known, record_detected
from handlers.intake.follow_up_messages import FollowUpMessage
from handlers.requests import Caller
from handlers.team.channels import purpose_of
from handlers.workspace.channel_purpose import Purpose

log = structlog.stdlib.get_logger(__name__)

IN_WINS_CHANNEL = ChannelContext(wins_channel=True)
"""Also used for direct messages to the bot."""


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
    thread: str | None = None
    """The message that it replies to."""
    app: str | None = None
    """The name of the app that posted it, empty if it has none; None for a person."""
    edited: bool = False
    is_direct: bool = False
    """A direct message to the bot."""
    shared_externally: bool = False
    """Whether the event itself says that people of another company read the channel."""


async def handle_message(context: Context, directory: MessageDirectory, message: IncomingMessage) -> bool:
    """Record a deal, or a follow-up to one. Returns whether the message was about a deal.

    Raises `NotNowError` for a direct message of somebody of another company; in a channel theirs are ignored.
    """
    if not message.edited and await _follow_up(context, message):
        return True
    detection = await _detect(context, directory, message)
    if detection.decision is not Decision.NO:
        detection = await context.database.read(
            adjust_decision, message.caller.platform, message.caller.workspace, detection, message.app is not None
        )
    if detection.decision is Decision.NO and not (message.edited and await _is_known(context, message)):
        return False
    author = await _author_affiliation(context, message)
    if author is Affiliation.EXTERNAL:
        log.info("a deal of another company is ignored", channel=message.channel)
        return False
    return await _record(context, directory, message, detection, author)


async def _author_affiliation(context: Context, message: IncomingMessage) -> Affiliation:
    """Where the author belongs; an app's message is the company's own here, because the platform drops all others."""
    if message.app is not None or message.caller.person == context.bot_user:
        return Affiliation.COLLEAGUE
    affiliation = await context.affiliation(message.caller)
    if message.is_direct:
        refuse_outsider(affiliation)
    return affiliation


async def handle_deletion(context: Context, message: MessageDeleted) -> None:
    """A message was deleted. If it reported a deal, ask the rep about it."""
    caller = message.caller
    if await context.database.read(is_known, caller.platform, caller.workspace, message.channel, message.message_ts):
        await context.apply(deleted_messages.message_deleted, message)


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


async def _detect(context: Context, directory: MessageDirectory, message: IncomingMessage) -> Detection:
    """Detect with a lower threshold in channels for wins.

    The channel is looked up only if the message would pass there. In an excluded channel only messages already known
    as deals are read again.
    """
    detection = detect(message.post, IN_WINS_CHANNEL)
    if detection.decision is Decision.NO or message.is_direct:
        return detection
    caller, name = message.caller, await directory.channel_name(message.channel)
    purpose = await context.database.read(
        purpose_of,
        caller.platform,
        caller.workspace,
        message.channel,
        name,
        maybe_shared=await _maybe_shared(directory, message),
    )
    if purpose is Purpose.EXCLUDED and not await _is_known(context, message):
        return replace(detection, decision=Decision.NO)
    return detection if purpose is Purpose.WINS else detect(message.post)


async def _maybe_shared(directory: MessageDirectory, message: IncomingMessage) -> bool:
    return not message.is_direct and (message.shared_externally or await directory.maybe_shared(message.channel))


async def _is_known(context: Context, message: IncomingMessage) -> bool:
    caller = message.caller
    return await context.database.read(is_known, caller.platform, caller.workspace, message.channel, message.id)


async def _record(
    context: Context,
    directory: MessageDirectory,
    message: IncomingMessage,
    detection: Detection,
    author: Affiliation,
) -> bool:
    caller = message.caller
    poster = caller.person if message.app is None and caller.person != context.bot_user else None
    if author is Affiliation.UNKNOWN:  # neither theirs nor ours: the channel's keeper is asked whose deal it is
        poster = None
    named = await deal_owner.deal_owner(directory, detection, poster or None)
    owner = named or await deal_owner.person_to_ask(
        context, directory, caller.platform, caller.workspace, message.channel
    )
    if owner is None:
        log.info("a deal was detected, but there is nobody to ask", channel=message.channel, message=message.id)
        return False
    channel_name, profile, link = await asyncio.gather(
        directory.channel_name(message.channel),
        directory.make_reachable(owner),
        directory.permalink(message.channel, message.id),
    )
    outcome = await context.apply(
        record_detected,
        DealDetected(
            caller=caller,
            channel=message.channel,
            channel_name=channel_name,
            message_ts=message.id,
            text=message.text,
            said_at=message.posted_at,
            # The bot may be mentioned in the message, but it did not help to close the deal.
            detection=replace(detection, helped_by=tuple(w for w in detection.helped_by if w != context.bot_user)),
            owner=owner,
            owner_profile=profile,
            owner_known=named is not None,
            app=message.app,
            link=link,
            maybe_shared=await _maybe_shared(directory, message),
        ),
    )
    if outcome.recognition is Recognition.NEW:
        log.info("a deal was detected", deal=outcome.deal_id, decision=str(detection.decision))
    return True
