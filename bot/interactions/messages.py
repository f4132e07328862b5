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
from bot.interactions.deal_owner import Surroundings
from bot.ports.context import Desk
from handlers.deal import deleted_messages
from handlers.deal.deleted_messages import MessageGone
from handlers.deal.learned_dismissals import in_this_workspace
from handlers.detection import Decision, Detection, Post, Setting, amendment, detect
from handlers.intake import follow_up_messages
from handlers.intake.detected_deal import DealHeard, HeardAs, hear, is_known
from handlers.intake.follow_up_messages import MessageAmends
from handlers.requests import Caller
from handlers.team.channels import purpose_of
from handlers.workspace.channel_purpose import Purpose

log = structlog.stdlib.get_logger(__name__)

AMONG_WINS = Setting(wins_channel=True)
"""Also for what is told to the bot in person."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message as it stands now, whether just posted or just edited. Ids are the platform's."""

    caller: Caller
    """Who posted it, with the key of the event."""
    channel: str
    id: str
    post: Post
    """What the detector reads."""
    text: str
    """What people read, to be kept if it tells of a deal."""
    said_at: datetime
    answers: str | None = None
    """The message that it answers to."""
    app: str | None = None
    """The name of the app that posted it, empty for one without a name; None for a person."""
    edited: bool = False
    in_person: bool = False
    """Said to the bot alone."""


async def heard(desk: Desk, around: Surroundings, spoken: Spoken) -> bool:
    """Decide at once whether this is a deal, or amends one; only then look anything up. Whether it was taken."""
    if not spoken.edited and await _amended(desk, spoken):
        return True
    detection = await _read(desk, around, spoken)
    if detection.decision is not Decision.NO:
        detection = await desk.database.read(
            in_this_workspace, spoken.caller.platform, spoken.caller.workspace, detection, spoken.app is not None
        )
    if detection.decision is Decision.NO and not (spoken.edited and await _known(desk, spoken)):
        return False
    return await _remember(desk, around, spoken, detection)


async def gone(desk: Desk, message: MessageGone) -> None:
    """Somebody deleted a message. If a deal was made of it, its rep is asked."""
    who = message.caller
    if await desk.database.read(is_known, who.platform, who.workspace, message.channel, message.message_ts):
        await desk.apply(deleted_messages.gone, message)


async def _amended(desk: Desk, spoken: Spoken) -> bool:
    """Whether the message put right, or took back, what its author had told before; then that is done."""
    found = amendment(spoken.post)
    if found is None:
        return False
    request = MessageAmends(spoken.caller, spoken.channel, spoken.answers, found)
    if not await desk.database.read(follow_up_messages.concerns_a_deal, request, desk.clock.now()):
        return False
    await desk.apply(follow_up_messages.amend, request)
    return True


async def _read(desk: Desk, around: Surroundings, spoken: Spoken) -> Detection:
    """Where wins are told the bar is lower. Only a message that would pass there needs to know where it stands.

    Where we are not to listen, only what became a deal before is read again.
    """
    detection = detect(spoken.post, AMONG_WINS)
    if detection.decision is Decision.NO or spoken.in_person:
        return detection
    who, name = spoken.caller, await around.channel_name(spoken.channel)
    purpose = await desk.database.read(purpose_of, who.platform, who.workspace, spoken.channel, name)
    if purpose is Purpose.EXCLUDED and not await _known(desk, spoken):
        return replace(detection, decision=Decision.NO)
    return detection if purpose is Purpose.WINS else detect(spoken.post)


async def _known(desk: Desk, spoken: Spoken) -> bool:
    who = spoken.caller
    return await desk.database.read(is_known, who.platform, who.workspace, spoken.channel, spoken.id)


async def _remember(desk: Desk, around: Surroundings, spoken: Spoken, detection: Detection) -> bool:
    who = spoken.caller
    poster = who.person if spoken.app is None and who.person != desk.bot else None
    named = await deal_owner.owner(around, detection, poster or None)
    owner = named or await deal_owner.whom_to_ask(desk, around, who.platform, who.workspace, spoken.channel)
    if owner is None:
        log.info("a deal was heard, and nobody to ask about it", channel=spoken.channel, message=spoken.id)
        return False
    channel_name, profile, link = await asyncio.gather(
        around.channel_name(spoken.channel),
        around.met(owner),
        around.link_to(spoken.channel, spoken.id),
    )
    outcome = await desk.apply(
        hear,
        DealHeard(
            caller=who,
            channel=spoken.channel,
            channel_name=channel_name,
            message_ts=spoken.id,
            text=spoken.text,
            said_at=spoken.said_at,
            # Who calls FirstCall into the message has not been helped by it.
            detection=replace(detection, helped_by=tuple(w for w in detection.helped_by if w != desk.bot)),
            owner=owner,
            owner_profile=profile,
            owner_known=named is not None,
            app=spoken.app,
            link=link,
        ),
    )
    if outcome.heard_as is HeardAs.NEW:
        log.info("a deal was heard", deal=outcome.deal_id, decision=str(detection.decision))
    return True
