"""A message says that a deal closed: store the deal once, and ask the rep to call today (M1.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from sqlalchemy.orm import Session

from handlers.deal.deleted_messages import raise_doubt
from handlers.deal.learned_dismissals import shape_of
from handlers.deal.planning import accept_deal, advance, hand_over, plan_messages, refresh_card, settle_doubt
from handlers.detection import Decision, Detection
from handlers.errors import InvalidEntryError
from handlers.method import money
from handlers.method.customers import customer_key, extends_name, same_customer
from handlers.method.stages import ALIGNED_OR_LATER, CALL_NOT_MADE, Doubt, Stage
from handlers.method.urls import web_url
from handlers.requests import Caller, Profile, apply_profile, open_request
from handlers.team import channels
from storage import audit_log, deals, message_versions, workspaces
from storage.message_versions import Version
from storage.models import Deal, Person, Sighting
from storage.tenancy import scope

SAME_DEAL_WINDOW = timedelta(days=7)
"""The same customer within this time is the same deal: a person's post, the CRM's card, the congratulations."""

LONGEST_CUSTOMER = 200
MOST_HELPERS = 20


@dataclass(frozen=True, slots=True)
class DealDetected:
    """The detector found a closed deal in a message. `caller` posted it."""

    caller: Caller
    channel: str
    channel_name: str | None
    message_ts: str
    text: str
    said_at: datetime
    detection: Detection
    owner: str
    """The platform's id of the rep: the poster, or the person whom the message names."""
    owner_profile: Profile | None = None
    owner_known: bool = True
    """False when the message names nobody: `owner` is then asked whose deal it is."""
    app: str | None = None
    """The name of the app that posted it, empty if it has none; None for a person."""
    link: str | None = None
    """The message's permalink."""
    version: Version | None = None
    """Which version of the message this is; None if the platform does not say."""
    maybe_shared: bool = False
    """Whether people of another company may read the channel."""


@dataclass(frozen=True, slots=True)
class NoDealLeft:
    """A message reports no deal any more: it was edited before it was known."""

    platform: str
    workspace: str
    channel: str
    message_ts: str
    version: Version


@dataclass(frozen=True, slots=True)
class DealReported:
    """A rep reports a deal by command or shortcut. They know, so nothing is asked, unless they report a team's win."""

    caller: Caller
    customer: str
    amount: Decimal | None
    currency: str | None
    period: str | None = None
    owner_known: bool = True
    """False if a team or several people closed it: whoever reports it is asked whose it is."""


class Recognition(StrEnum):
    """Whether a message made a deal, belonged to a known one, was applied before, or is not the newest version."""

    NEW = "new"
    KNOWN = "known"
    REPEATED = "repeated"
    OUTDATED = "outdated"


@dataclass(frozen=True, slots=True)
class IntakeOutcome:
    """The message's deal, None if the event changes nothing, and how it was recognized."""

    deal_id: int | None
    recognition: Recognition


def record_detected(session: Session, request: DealDetected, now: datetime) -> IntakeOutcome:
    """Create a deal from the message, or add the message to the deal that is known already.

    A redelivered event, an edit, and another message about the same customer within `SAME_DEAL_WINDOW` never make a
    second deal or a second DM. An edit may correct the facts. A version of the message that is older than one seen
    before changes nothing.
    """
    opened = open_request(session, request.caller, now)
    if opened.repeated:
        return IntakeOutcome(None, Recognition.REPEATED)
    workspaces.lock(session, opened.tenant)  # two posts about one customer at the same moment are one deal
    channel, ts, version = request.channel, request.message_ts, request.version
    if version is not None and message_versions.is_outdated(session, channel, ts, version, now):
        return IntakeOutcome(None, Recognition.OUTDATED)
    if request.owner == request.caller.person:
        owner = opened.person
    else:
        owner = workspaces.get_or_create_person(session, request.owner, now)
    if request.owner_profile is not None:
        apply_profile(session, opened.tenant, owner, request.owner_profile, now)
    zone = None if request.owner_profile is None else request.owner_profile.zone
    channels.remember_channel(
        session, opened, request.channel, request.channel_name, zone, now, maybe_shared=request.maybe_shared
    )

    sighting = deals.sighting_of(session, request.channel, request.message_ts)
    customer = (request.detection.customer or "").strip()[:LONGEST_CUSTOMER]
    if sighting is not None:
        _apply_edit(session, sighting, request, owner, customer, now)
        return IntakeOutcome(sighting.deal_id, Recognition.KNOWN)

    known = _find_same_deal(session, customer, now) if customer else None
    if known is not None:
        _assign_owner(session, known, request, owner, now)
    deal = known or _new_deal(session, owner, customer, request.said_at, now)
    session.add(
        Sighting(
            deal_id=deal.id,
            channel=request.channel,
            message_ts=request.message_ts,
            author=request.caller.person,
            app=request.app,
            link=web_url(request.link or ""),
            text="" if deal.stage == Stage.DISMISSED else request.text,
            read_as=_detection_record(request),
            seen_at=now,
        )
    )
    if known is not None:
        _fill_gaps(session, known, request.detection, None, now)
        _confirm_from_message(session, known, request, now)
        return IntakeOutcome(known.id, Recognition.KNOWN)
    _set_amount(deal, request.detection)
    _add_details(deal, request.detection)
    deal.owner_known = request.owner_known
    sure = request.owner_known and request.detection.decision is Decision.SURE
    deal.stage = Stage.OPEN if sure else Stage.SIGHTED
    audit_log.record(session, deal.id, None, "heard", now, channel=request.channel, ts=request.message_ts)
    session.flush()
    plan_messages(session, deal, now)
    return IntakeOutcome(deal.id, Recognition.NEW)


def record_reported(session: Session, request: DealReported, now: datetime) -> IntakeOutcome:
    """Store the deal that the rep reports; this also confirms one of theirs that was suspected or dismissed.

    A deal with that customer whose owner was unknown becomes theirs. The win of a team is nobody's until somebody is
    picked. Raises `InvalidEntryError` if the customer's name
    is empty or too long.
    """
    opened = open_request(session, request.caller, now)
    customer = customer_named(request.customer)
    workspaces.lock(session, opened.tenant)
    own = audit_log.deal_of(session, opened.person.id, opened.earlier, ("reported",))
    if own is not None and _replace_report(session, own, request, customer, opened.person.id, now):
        return IntakeOutcome(own, Recognition.NEW)
    owner_id = opened.person.id if request.owner_known else None  # else it may be anybody's
    known = _find_same_deal(session, customer, now, owner_id)
    if known is not None:
        if not opened.repeated:
            _fill_gaps(session, known, request, opened.person.id, now)
            if not request.owner_known:
                return IntakeOutcome(known.id, Recognition.KNOWN)
            if known.owner_id != opened.person.id:
                hand_over(session, known, opened.person, opened.person.id, now)
            accept_deal(session, known, opened.person.id, now)
        return IntakeOutcome(known.id, Recognition.KNOWN)
    if opened.repeated:
        return IntakeOutcome(None, Recognition.REPEATED)
    deal = _new_deal(session, opened.person, customer, now, now)
    _set_amount(deal, request)
    if not request.owner_known:
        deal.owner_known, deal.stage = False, Stage.SIGHTED
    audit_log.record(session, deal.id, opened.person.id, "reported", now)
    session.flush()
    plan_messages(session, deal, now)
    return IntakeOutcome(deal.id, Recognition.NEW)


def _replace_report(
    session: Session, deal_id: int, request: DealReported, customer: str, actor_id: int, now: datetime
) -> bool:
    """The same form reported this deal before, with other entries: the new ones count. False if it is too late."""
    deal = deals.lock(session, deal_id)
    if deal is None or deal.owner_id != actor_id or deal.stage not in CALL_NOT_MADE:
        return False
    deal.customer, deal.customer_key = customer, customer_key(customer)
    _set_amount(deal, request)
    audit_log.record(session, deal.id, actor_id, "fixed", now)
    refresh_card(session, deal, now)
    return True


def customer_named(typed: str) -> str:
    """The typed customer's name on one line. Raises `InvalidEntryError` if it is empty or too long."""
    customer = " ".join(typed.split())
    if not customer:
        raise InvalidEntryError("customer", "refusal.customer_missing")
    if len(customer) > LONGEST_CUSTOMER:
        raise InvalidEntryError("customer", "refusal.customer_too_long", most=LONGEST_CUSTOMER)
    return customer


def _find_same_deal(session: Session, customer: str, now: datetime, owner_id: int | None = None) -> Deal | None:
    """Lock the customer's deal within `SAME_DEAL_WINDOW` and return it: the same name, else the newest similar one."""
    key, since = customer_key(customer), now - SAME_DEAL_WINDOW
    same = deals.heard_since(session, key, since, owner_id)
    if same is not None and customer_key(same.customer) == key:  # an older version may have stored another key
        return same
    known = deals.customers_since(session, since, owner_id)
    near = next((deal_id for deal_id, other in known if same_customer(key, customer_key(other))), None)
    return None if near is None else deals.lock(session, near)


def _new_deal(session: Session, owner: Person, customer: str, closed_at: datetime, now: datetime) -> Deal:
    deal = Deal(
        owner=owner,
        owner_id=owner.id,
        customer=customer,
        customer_key=customer_key(customer),
        stage=Stage.OPEN,
        stage_since=now,
        closed_at=min(closed_at, now),
        heard_at=now,
        helped_by=[],
    )
    session.add(deal)
    session.flush()
    return deal


def _assign_owner(session: Session, deal: Deal, request: DealDetected, owner: Person, now: datetime) -> None:
    """Set the owner if it was unknown and this message names one. A merely suspected deal revives no dismissed one."""
    sure = request.detection.decision is Decision.SURE
    if deal.owner_known or not request.owner_known or (deal.stage == Stage.DISMISSED and not sure):
        return
    sure = sure or any(sighting.read_as["decision"] == Decision.SURE for sighting in deal.sightings)
    if deal.owner_id == owner.id:
        deal.owner_known = True
        refresh_card(session, deal, now)
    else:
        hand_over(session, deal, owner, None, now)
    if sure:
        advance(session, deal, Stage.OPEN, None, now)


def _apply_edit(
    session: Session, sighting: Sighting, request: DealDetected, owner: Person, customer: str, now: datetime
) -> None:
    """The message was edited: its new text counts, if it still announces a deal (DESIGN, data rule 10).

    Only an edit of the deal's first message may overwrite its facts, or raise a doubt about it.
    """
    detection = request.detection
    deal = deals.lock(session, sighting.deal_id)
    if deal is None or deal.stage == Stage.DISMISSED:
        return
    is_first = deal.sightings[0] is sighting
    if not detection.deal_closed:
        if is_first:
            raise_doubt(session, deal, Doubt.RETRACTED, now)
        return
    _assign_owner(session, deal, request, owner, now)
    if sighting.text == request.text:
        _confirm_from_message(session, deal, request, now)
        return
    sighting.text, sighting.read_as = request.text, _detection_record(request)
    if deal.stage in ALIGNED_OR_LATER:
        return
    if is_first:
        if customer:
            deal.customer, deal.customer_key = customer, customer_key(customer)
        if detection.amount is not None:
            _set_amount(deal, detection)
        deal.helped_by, deal.close_date = [], detection.close_date or deal.close_date
        deal.term_months = detection.term_months or deal.term_months
        _add_details(deal, detection)
        audit_log.record(session, deal.id, None, "message_edited", now, ts=request.message_ts)
        refresh_card(session, deal, now)
    else:
        _fill_gaps(session, deal, detection, None, now)
    _confirm_from_message(session, deal, request, now)


def _fill_gaps(
    session: Session, deal: Deal, message: Detection | DealReported, actor_id: int | None, now: datetime
) -> None:
    """Another message about a known deal fills gaps; it never overwrites.

    It may add an amount, a currency, details, and (if it is sure) the rest of the customer's name.
    """
    added = isinstance(message, Detection) and _add_details(deal, message)
    unknown = deal.amount_minor is None or (deal.currency is None and message.currency is not None)
    if message.amount is not None and unknown:
        _set_amount(deal, message)
        added = True
    sure = isinstance(message, DealReported) or message.decision is Decision.SURE
    if message.customer and sure and deal.stage not in ALIGNED_OR_LATER:
        customer = " ".join(message.customer.split())[:LONGEST_CUSTOMER]
        if extends_name(customer_key(deal.customer), customer_key(customer)):
            deal.customer, deal.customer_key = customer, customer_key(customer)
            added = True
    if added:
        audit_log.record(session, deal.id, actor_id, "bettered", now)
        refresh_card(session, deal, now)


def _confirm_from_message(session: Session, deal: Deal, request: DealDetected, now: datetime) -> None:
    """A sure message opens a suspected deal; from the author of the first message it also settles a doubt.

    While the owner is unknown the deal stays suspected: there is nobody to make the call.
    """
    if request.detection.decision is not Decision.SURE:
        return
    if request.caller.person == deal.sightings[0].author:
        settle_doubt(session, deal, None, now)
    if deal.stage == Stage.SIGHTED and deal.owner_known:
        advance(session, deal, Stage.OPEN, None, now)


def _set_amount(deal: Deal, message: Detection | DealReported) -> None:
    deal.amount_minor = None if message.amount is None else money.to_minor(message.amount, message.currency)
    deal.currency, deal.period = message.currency, message.period


def _add_details(deal: Deal, detection: Detection) -> bool:
    """Add the close date, the term, helpers and the CRM record if missing. Returns whether anything was new."""
    before = (deal.close_date, deal.term_months, deal.helped_by, deal.record_url)
    deal.close_date = deal.close_date or detection.close_date
    deal.term_months = deal.term_months or detection.term_months
    deal.helped_by = list(dict.fromkeys([*deal.helped_by, *detection.helped_by]))[:MOST_HELPERS]
    deal.record_url = deal.record_url or web_url(detection.record_url or "")
    return (deal.close_date, deal.term_months, deal.helped_by, deal.record_url) != before


def _detection_record(request: DealDetected) -> dict[str, object]:
    """The detector's reasons as JSON: numbers and names of cues, no text of the message."""
    detection = request.detection
    return {
        "decision": str(detection.decision),
        "confidence": detection.confidence,
        "cues": [{"name": cue.name, "weight": cue.weight} for cue in detection.cues],
        "shape": shape_of(detection, by_app=request.app is not None),
    }


def note_no_deal(session: Session, request: NoDealLeft, now: datetime) -> bool:
    """Record that the newest version of a message reports no deal; an older one may still arrive, and then makes none.

    Returns whether the message belongs to a deal by now.
    """
    tenant = workspaces.get_or_create_tenant(session, request.platform, request.workspace, now)
    scope(session, tenant.id)
    workspaces.lock(session, tenant)
    if deals.sighting_of(session, request.channel, request.message_ts) is not None:
        return True
    message_versions.is_outdated(session, request.channel, request.message_ts, request.version, now)
    return False


def is_known(session: Session, platform: str, workspace: str, channel: str, message_ts: str) -> bool:
    """Whether the message belongs to a deal. Reads only."""
    if workspaces.scope_to(session, platform, workspace) is None:
        return False
    return deals.sighting_of(session, channel, message_ts) is not None
