"""A message says that deals closed: each is stored once, and its rep is asked to call today (M1.1)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.deal.deleted_messages import raise_doubt
from handlers.deal.learned_dismissals import shape_of
from handlers.deal.other_orders import note_other_sum
from handlers.deal.planning import plan_messages, refresh_card
from handlers.detection import Decision
from handlers.detection.beaten_sellers import count_beaten_sellers
from handlers.intake.deal_facts import (
    add_details,
    assign_owner,
    confirm_from_message,
    fill_gaps,
    new_deal,
    set_amount,
)
from handlers.intake.edited_message import SightedDeal, match_deals
from handlers.intake.message_contact import fill_from_message
from handlers.intake.order_reports import ask_about_changes
from handlers.intake.reports import DealMessage, FoundDeal, IntakeOutcome, Recognition, customer_of
from handlers.intake.same_deal import find_same_deal, other_sum_of
from handlers.method.customers import customer_key
from handlers.method.stages import ALIGNED_OR_LATER, Doubt, Stage
from handlers.method.urls import web_url
from handlers.requests import OpenedRequest, apply_profile, open_request
from handlers.team import channels
from storage import audit_log, deals, message_versions, workspaces
from storage.message_versions import Version
from storage.models import Deal, Person, Sighting
from storage.tenancy import scope


@dataclass(frozen=True, slots=True)
class NoDealLeft:
    """A message reports no deal any more: it was edited before it was known."""

    platform: str
    workspace: str
    channel: str
    message_ts: str
    version: Version


def record_detected(session: Session, message: DealMessage, now: datetime) -> tuple[IntakeOutcome, ...]:
    """Make a deal of each that the message reports, or add the message to the deal that is known already.

    A redelivered event, an edit, and another message about the same deal (`handlers.intake.same_deal`) never make a
    second deal or a second DM. An edit may correct the facts. A version of the message that is older than one seen
    before changes nothing. Returns one outcome per deal: first those that the message reports, in order, then those
    that it reports no more.
    """
    opened = open_request(session, message.caller, now)
    if opened.repeated:
        return (IntakeOutcome(None, Recognition.REPEATED),)
    workspaces.lock(session, opened.tenant)  # two posts about one customer at the same moment are one deal
    channel, ts, version = message.channel, message.message_ts, message.version
    if version is not None and message_versions.is_outdated(session, channel, ts, version, now):
        return (IntakeOutcome(None, Recognition.OUTDATED),)
    zone = next((found.owner_profile.zone for found in message.found if found.owner_profile is not None), None)
    channels.remember_channel(
        session, opened, channel, message.channel_name, zone, now, maybe_shared=message.maybe_shared
    )
    owners = {found.owner: _owner(session, opened, found, now) for found in message.found}
    sightings = deals.sightings_of(session, channel, ts)
    if sightings:
        return _apply_edit(session, message, sightings, owners, now)
    return _add_deals(session, message, message.found, (), owners, now)


def _owner(session: Session, opened: OpenedRequest, found: FoundDeal, now: datetime) -> Person:
    owner = workspaces.get_or_create_person(session, found.owner, now)
    if found.owner_profile is not None:
        apply_profile(session, opened.tenant, owner, found.owner_profile, now)
    return owner


def _add_deals(
    session: Session,
    message: DealMessage,
    found: Sequence[FoundDeal],
    sightings: Sequence[Sighting],
    owners: Mapping[str, Person],
    now: datetime,
) -> tuple[IntakeOutcome, ...]:
    """Record deals of the message besides those that it reports by `sightings`. No two of them are the same deal."""
    reported = {sighting.deal_id for sighting in sightings}
    position = max((sighting.position for sighting in sightings), default=-1)
    outcomes: list[IntakeOutcome] = []
    for at, each in enumerate(found, position + 1):
        deal, recognition = _add_deal(session, message, each, at, reported, owners[each.owner], now)
        reported.add(deal.id)
        outcomes.append(IntakeOutcome(deal.id, recognition))
    return tuple(outcomes)


def _add_deal(
    session: Session,
    message: DealMessage,
    found: FoundDeal,
    position: int,
    other_than: Collection[int],
    owner: Person,
    now: datetime,
) -> tuple[Deal, Recognition]:
    detection = found.detection
    known = find_same_deal(session, detection, now, other_than=other_than)
    if known is not None:
        assign_owner(session, known, found, owner, now)
    deal = known or new_deal(session, owner, customer_of(detection), message.said_at, now)
    sighting = Sighting(
        deal_id=deal.id,
        channel=message.channel,
        message_ts=message.message_ts,
        position=position,
        author=message.caller.person,
        app=message.app,
        link=web_url(message.link or ""),
        text="" if deal.stage == Stage.DISMISSED else message.text,
        read_as=_detection_record(message, found),
        seen_at=now,
    )
    session.add(sighting)
    if deal.sellers is None and len(message.found) == 1:
        deal.sellers = count_beaten_sellers(message.text, deal.customer)
    if known is not None:
        fill_gaps(session, known, detection, None, now)
        _offer_other_order(session, known, sighting, found, now)
        fill_from_message(known, message, now)
        confirm_from_message(session, known, message, found, now)
        ask_about_changes(session, known, found, now, by_app=message.app is not None)
        return known, Recognition.KNOWN
    set_amount(deal, detection)
    add_details(deal, detection)
    fill_from_message(deal, message, now)
    deal.owner_known = found.owner_known
    sure = found.owner_known and detection.decision is Decision.SURE
    deal.stage = Stage.OPEN if sure else Stage.SIGHTED
    audit_log.record(session, deal.id, None, "heard", now, channel=message.channel, ts=message.message_ts)
    session.flush()
    plan_messages(session, deal, now)
    return deal, Recognition.NEW


def _offer_other_order(session: Session, deal: Deal, sighting: Sighting, found: FoundDeal, now: datetime) -> None:
    """Have the card offer one more order if the message names another sum than the known deal's."""
    other = other_sum_of(deal, found.detection)
    if other is not None and found.owner_known:
        other = replace(other, owner=found.owner)
    note_other_sum(sighting, other)
    if other is not None:
        refresh_card(session, deal, now)


def _apply_edit(
    session: Session,
    message: DealMessage,
    sightings: Sequence[Sighting],
    owners: Mapping[str, Person],
    now: datetime,
) -> tuple[IntakeOutcome, ...]:
    """The message was edited: what it reports now counts, and its rep is asked about a deal that it reports no more.

    If its text is a known one, it reports what it did then, even if it would be read in another way today.
    """
    locked = [(sighting, deals.lock(session, sighting.deal_id)) for sighting in sightings]
    matched = match_deals([SightedDeal(one, deal) for one, deal in locked if deal is not None], message.found)
    is_known_text = any(sighting.text == message.text for sighting in sightings)
    for sighted, found in matched.kept:
        _apply_edit_of_deal(session, message, sighted, found, owners[found.owner], now)
    for sighted in matched.removed:
        if sighted.is_own and sighted.sighting.text != message.text:
            raise_doubt(session, sighted.deal, Doubt.RETRACTED, now)
    added = () if is_known_text else matched.added
    new = _add_deals(session, message, added, sightings, owners, now)
    kept = [IntakeOutcome(sighted.deal.id, Recognition.KNOWN) for sighted, _ in matched.kept]
    removed = [IntakeOutcome(sighted.deal.id, Recognition.KNOWN) for sighted in matched.removed]
    return (*kept, *new, *removed)


def _apply_edit_of_deal(
    session: Session, message: DealMessage, sighted: SightedDeal, found: FoundDeal, owner: Person, now: datetime
) -> None:
    """What the edited message says of this deal counts (DESIGN, data rule 10).

    Only an edit of the deal's first message may overwrite its facts.
    """
    deal, sighting, detection = sighted.deal, sighted.sighting, found.detection
    if deal.stage == Stage.DISMISSED:
        return
    assign_owner(session, deal, found, owner, now)
    if sighting.text == message.text:
        confirm_from_message(session, deal, message, found, now)
        return
    sighting.text, sighting.read_as = message.text, _detection_record(message, found)
    if deal.stage in ALIGNED_OR_LATER:
        return
    if sighted.is_own:
        customer = customer_of(detection)
        if customer:
            deal.customer, deal.customer_key = customer, customer_key(customer)
        if detection.amount is not None:
            set_amount(deal, detection)
        deal.kind = detection.kind or deal.kind
        deal.helped_by, deal.close_date = [], detection.close_date or deal.close_date
        deal.term_months = detection.term_months or deal.term_months
        add_details(deal, detection)
        audit_log.record(session, deal.id, None, "message_edited", now, ts=message.message_ts)
        refresh_card(session, deal, now)
    else:
        fill_gaps(session, deal, detection, None, now)
        _offer_other_order(session, deal, sighting, found, now)
    fill_from_message(deal, message, now)
    confirm_from_message(session, deal, message, found, now)


def _detection_record(message: DealMessage, found: FoundDeal) -> dict[str, object]:
    """The detector's reasons as JSON: numbers and names of cues, no text of the message."""
    detection = found.detection
    return {
        "decision": str(detection.decision),
        "confidence": detection.confidence,
        "cues": [{"name": cue.name, "weight": cue.weight} for cue in detection.cues],
        "shape": shape_of(detection, by_app=message.app is not None),
    }


def note_no_deal(session: Session, request: NoDealLeft, now: datetime) -> bool:
    """Record that the newest version of a message reports no deal; an older one may still arrive, and then makes none.

    Returns whether the message belongs to a deal by now.
    """
    tenant = workspaces.get_or_create_tenant(session, request.platform, request.workspace, now)
    scope(session, tenant.id)
    workspaces.lock(session, tenant)
    if deals.sightings_of(session, request.channel, request.message_ts):
        return True
    message_versions.is_outdated(session, request.channel, request.message_ts, request.version, now)
    return False


def is_known(session: Session, platform: str, workspace: str, channel: str, message_ts: str) -> bool:
    """Whether the message belongs to a deal. Reads only."""
    if workspaces.scope_to(session, platform, workspace) is None:
        return False
    return bool(deals.sightings_of(session, channel, message_ts))
