"""What messages tell, on every platform: a deal, or what became of one; committed before the platform has its answer.

Nearly all tell nothing and leave no trace. Each platform lets those go first that are idle talk to it
(`handlers.detection.looks_idle`); what is left is read here, and only what tells of a deal is looked further into.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot.interactions import deal_owner
from bot.interactions.deal_owner import MessageDirectory
from bot.ports.context import Context
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
"""Also for what is told to the bot in person."""


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A message as it stands now, whether just posted or just edited. Ids are the platform's."""

    caller: Caller
    """Who posted it, with the key of the event."""
    channel: str
    id: str
    post: Post
    """What the detector reads."""
    text: str
    """What people read, to be kept if it tells of a deal."""
    posted_at: datetime
    thread: str | None = None
    """The message that it answers to."""
    app: str | None = None
    """The name of the app that posted it, empty for one without a name; None for a person."""
    edited: bool = False
    is_direct: bool = False
    """Said to the bot alone."""


async def handle_message(context: Context, directory: MessageDirectory, message: IncomingMessage) -> bool:
    """Decide at once whether this is a deal, or amends one; only then look anything up. Whether it was taken."""
    if not message.edited and await _follow_up(context, message):
        return True
    detection = await _detect(context, directory, message)
    if detection.decision is not Decision.NO:
        detection = await context.database.read(
            adjust_decision, message.caller.platform, message.caller.workspace, detection, message.app is not None
        )
    if detection.decision is Decision.NO and not (message.edited and await _is_known(context, message)):
        return False
    return await _record(context, directory, message, detection)


async def handle_deletion(context: Context, message: MessageDeleted) -> None:
    """Somebody deleted a message. If a deal was made of it, its rep is asked."""
    who = message.caller
    if await context.database.read(is_known, who.platform, who.workspace, message.channel, message.message_ts):
        await context.apply(deleted_messages.message_deleted, message)


async def _follow_up(context: Context, message: IncomingMessage) -> bool:
    """Whether the message put right, or took back, what its author had told before; then that is done."""
    found = find_amendment(message.post)
    if found is None:
        return False
    request = FollowUpMessage(message.caller, message.channel, message.thread, found)
    if not await context.database.read(follow_up_messages.concerns_a_deal, request, context.clock.now()):
        return False
    await context.apply(follow_up_messages.apply_follow_up, request)
    return True


async def _detect(context: Context, directory: MessageDirectory, message: IncomingMessage) -> Detection:
    """Where wins are told the bar is lower. Only a message that would pass there needs to know where it stands.

    Where we are not to listen, only what became a deal before is read again.
    """
    detection = detect(message.post, IN_WINS_CHANNEL)
    if detection.decision is Decision.NO or message.is_direct:
        return detection
    who, name = message.caller, await directory.channel_name(message.channel)
    purpose = await context.database.read(purpose_of, who.platform, who.workspace, message.channel, name)
    if purpose is Purpose.EXCLUDED and not await _is_known(context, message):
        return replace(detection, decision=Decision.NO)
    return detection if purpose is Purpose.WINS else detect(message.post)


async def _is_known(context: Context, message: IncomingMessage) -> bool:
    who = message.caller
    return await context.database.read(is_known, who.platform, who.workspace, message.channel, message.id)


async def _record(
    context: Context, directory: MessageDirectory, message: IncomingMessage, detection: Detection
) -> bool:
    who = message.caller
    poster = who.person if message.app is None and who.person != context.bot_user else None
    named = await deal_owner.deal_owner(directory, detection, poster or None)
    owner = named or await deal_owner.person_to_ask(context, directory, who.platform, who.workspace, message.channel)
    if owner is None:
        log.info("a deal was heard, and nobody to ask about it", channel=message.channel, message=message.id)
        return False
    channel_name, profile, link = await asyncio.gather(
        directory.channel_name(message.channel),
        directory.make_reachable(owner),
        directory.permalink(message.channel, message.id),
    )
    outcome = await context.apply(
        record_detected,
        DealDetected(
            caller=who,
            channel=message.channel,
            channel_name=channel_name,
            message_ts=message.id,
            text=message.text,
            said_at=message.posted_at,
            # Who calls FirstCall into the message has not been helped by it.
            detection=replace(detection, helped_by=tuple(w for w in detection.helped_by if w != context.bot_user)),
            owner=owner,
            owner_profile=profile,
            owner_known=named is not None,
            app=message.app,
            link=link,
        ),
    )
    if outcome.heard_as is Recognition.NEW:
        log.info("a deal was heard", deal=outcome.deal_id, decision=str(detection.decision))
    return True
