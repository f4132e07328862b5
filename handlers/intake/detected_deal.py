"""A message says that a deal closed: remember the deal once, and ask the rep to make the call today (M1.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from html import unescape

from sqlalchemy.orm import Session

from handlers.deal.deleted_messages import raise_doubt
from handlers.deal.learned_dismissals import shape_of
from handlers.deal.planning import accept_deal, advance, hand_over, plan, refresh_card, settle_doubt
from handlers.detection import Decision, Detection
from handlers.errors import InvalidEntryError
from handlers.method import money
from handlers.method.customers import customer_key, extends_name, same_customer
from handlers.method.stages import ALIGNED_OR_LATER, Doubt, Stage
from handlers.method.urls import web_url
from handlers.requests import Caller, Profile, open_request
from handlers.team import channels
from storage import audit_log, deals, workspaces
from storage.models import Deal, Person, Sighting
from storage.tenancy import scope

SAME_DEAL = timedelta(days=7)
"""The same customer within this time is the same deal: a human's post, the CRM's card and the celebration are one."""

LONGEST_CUSTOMER = 200
MOST_HELPERS = 20


@dataclass(frozen=True, slots=True)
class DealDetected:
    """A message that the detector took for a closed deal. `caller` is who posted it."""

    caller: Caller
    channel: str
    channel_name: str | None
    message_ts: str
    text: str
    said_at: datetime
    detection: Detection
    owner: str
    """The platform's id of the rep whose deal it is: the poster, or who is named in the message."""
    owner_profile: Profile | None = None
    owner_known: bool = True
    """False when the message names nobody: `owner` is then only who is asked whose deal it is."""
    app: str | None = None
    """The name of the app that posted it, empty for one without a name; None for a person."""
    link: str | None = None
    """Where the platform shows the message."""


@dataclass(frozen=True, slots=True)
class DealReported:
    """A rep tells of a deal by command or shortcut. They know it, so nothing is asked."""

    caller: Caller
    customer: str
    amount: Decimal | None
    currency: str | None
    period: str | None = None


class Recognition(StrEnum):
    """What became of a message."""

    NEW = "new"
    KNOWN = "known"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class IntakeOutcome:
    """The deal that the message belongs to, and whether it was new."""

    deal_id: int | None
    heard_as: Recognition


def record_detected(session: Session, request: DealDetected, now: datetime) -> IntakeOutcome:
    """Make a deal of the message, or add the message to the deal that it tells of again.

    The same event applied twice, an edit of the message, and another message about the same customer within
    `SAME_DEAL` never make a second deal or a second DM; an edit may better the facts.
    """
    arrival = open_request(session, request.caller, now)
    if arrival.repeated:
        return IntakeOutcome(None, Recognition.REPEATED)
    workspaces.lock(session, arrival.tenant)  # two posts about one customer at the same moment are one deal
    if request.owner == request.caller.person:
        owner = arrival.person
    else:
        owner = workspaces.get_or_create_person(session, request.owner, now)
    if request.owner_profile is not None:  # Teams tells nobody's zone but the poster's
        owner.name, owner.zone = request.owner_profile.name or owner.name, request.owner_profile.zone or owner.zone
    zone = None if request.owner_profile is None else request.owner_profile.zone
    channels.get_or_create(session, arrival, request.channel, request.channel_name, zone, now)

    sighting = deals.sighting_of(session, request.channel, request.message_ts)
    customer = (request.detection.customer or "").strip()[:LONGEST_CUSTOMER]
    if sighting is not None:
        _read_again(session, sighting, request, owner, customer, now)
        return IntakeOutcome(sighting.deal_id, Recognition.KNOWN)

    known = _reported_before(session, customer, now) if customer else None
    if known is not None:
        _claim(session, known, request, owner, now)
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
            read_as=_read_as(request),
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
    plan(session, deal, now)
    return IntakeOutcome(deal.id, Recognition.NEW)


def record_reported(session: Session, request: DealReported, now: datetime) -> IntakeOutcome:
    """Take the rep's word for a deal; it also brings back a deal of theirs that was only suspected, or dismissed.

    A deal with that customer whose rep nobody knew is theirs from now on.

    Raises `InvalidEntryError` for a customer without a name or with a novel.
    """
    arrival = open_request(session, request.caller, now)
    customer = customer_named(request.customer)
    workspaces.lock(session, arrival.tenant)
    known = _reported_before(session, customer, now, owner_id=arrival.person.id)
    if known is not None:
        if not arrival.repeated:
            _fill_gaps(session, known, request, arrival.person.id, now)
            if known.owner_id != arrival.person.id:
                hand_over(session, known, arrival.person, arrival.person.id, now)
            accept_deal(session, known, arrival.person.id, now)
        return IntakeOutcome(known.id, Recognition.KNOWN)
    if arrival.repeated:
        return IntakeOutcome(None, Recognition.REPEATED)
    deal = _new_deal(session, arrival.person, customer, now, now)
    _set_amount(deal, request)
    audit_log.record(session, deal.id, arrival.person.id, "reported", now)
    session.flush()
    plan(session, deal, now)
    return IntakeOutcome(deal.id, Recognition.NEW)


def customer_named(typed: str) -> str:
    """A customer's name as somebody typed it, in one line. Raises `InvalidEntryError` for none, or for a novel."""
    customer = " ".join(typed.split())
    if not customer:
        raise InvalidEntryError("customer", "refusal.customer_missing")
    if len(customer) > LONGEST_CUSTOMER:
        raise InvalidEntryError("customer", "refusal.customer_too_long", most=LONGEST_CUSTOMER)
    return customer


def _reported_before(session: Session, customer: str, now: datetime, owner_id: int | None = None) -> Deal | None:
    """The deal with that customer within `SAME_DEAL`, held for a change: the same name, else the newest near one."""
    key, since = customer_key(customer), now - SAME_DEAL
    same = deals.heard_since(session, key, since, owner_id)
    if same is not None:
        return same
    known = deals.customers_since(session, since, owner_id)
    near = next((deal_id for deal_id, other in known if same_customer(key, other)), None)
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


def _claim(session: Session, deal: Deal, request: DealDetected, owner: Person, now: datetime) -> None:
    """Nobody could tell whose deal it is, and this message can. One that is only suspected brings nothing back."""
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


def _read_again(
    session: Session, sighting: Sighting, request: DealDetected, owner: Person, customer: str, now: datetime
) -> None:
    """The message was edited: its present text counts, if it still tells of a deal (DESIGN, data rule 10).

    Only an edit of the message that the deal was made from may overwrite its facts, or raise a doubt about it.
    """
    detection = request.detection
    deal = deals.lock(session, sighting.deal_id)
    if deal is None or deal.stage == Stage.DISMISSED:
        return
    made_from = deal.sightings[0] is sighting
    if not detection.deal_closed:
        if made_from:
            raise_doubt(session, deal, Doubt.RETRACTED, now)
        return
    _claim(session, deal, request, owner, now)
    if sighting.text == request.text:
        _confirm_from_message(session, deal, request, now)
        return
    sighting.text, sighting.read_as = request.text, _read_as(request)
    if deal.stage in ALIGNED_OR_LATER:
        return
    if made_from:
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
    session: Session, deal: Deal, told: Detection | DealReported, actor_id: int | None, now: datetime
) -> None:
    """Somebody tells of a known deal again: that adds what was not known, and changes nothing else.

    An amount, a currency, details, the rest of the customer's name (not from a message that is only suspected).
    """
    added = isinstance(told, Detection) and _add_details(deal, told)
    unknown = deal.amount_minor is None or (deal.currency is None and told.currency is not None)
    if told.amount is not None and unknown:
        _set_amount(deal, told)
        added = True
    told_for_sure = isinstance(told, DealReported) or told.decision is Decision.SURE
    if told.customer and told_for_sure and deal.stage not in ALIGNED_OR_LATER:
        customer = " ".join(told.customer.split())[:LONGEST_CUSTOMER]
        if extends_name(deal.customer_key, customer_key(customer)):
            deal.customer, deal.customer_key = customer, customer_key(customer)
            added = True
    if added:
        audit_log.record(session, deal.id, actor_id, "bettered", now)
        refresh_card(session, deal, now)


def _confirm_from_message(session: Session, deal: Deal, request: DealDetected, now: datetime) -> None:
    """A sure message opens a deal that was only suspected; from whoever told of it first, it settles a doubt.

    As long as nobody can tell whose deal it is, there is nobody to make the call.
    """
    if request.detection.decision is not Decision.SURE:
        return
    if request.caller.person == deal.sightings[0].author:
        settle_doubt(session, deal, None, now)
    if deal.stage == Stage.SIGHTED and deal.owner_known:
        advance(session, deal, Stage.OPEN, None, now)


def _set_amount(deal: Deal, told: Detection | DealReported) -> None:
    deal.amount_minor = None if told.amount is None else money.to_minor(told.amount, told.currency)
    deal.currency, deal.period = told.currency, told.period


def _add_details(deal: Deal, told: Detection) -> bool:
    """Add what only some messages tell: the day, the term, who helped, the CRM's page. Whether anything was new."""
    before = (deal.close_date, deal.term_months, deal.helped_by, deal.record_url)
    deal.close_date = deal.close_date or told.close_date
    deal.term_months = deal.term_months or told.term_months
    deal.helped_by = list(dict.fromkeys([*deal.helped_by, *told.helped_by]))[:MOST_HELPERS]
    deal.record_url = deal.record_url or web_url(unescape(told.record_url or ""))
    return (deal.close_date, deal.term_months, deal.helped_by, deal.record_url) != before


def _read_as(request: DealDetected) -> dict[str, object]:
    """What is kept of the detector's reasons: numbers and names of cues, JSON only."""
    detection = request.detection
    return {
        "decision": str(detection.decision),
        "confidence": detection.confidence,
        "cues": [{"name": cue.name, "weight": cue.weight} for cue in detection.cues],
        "shape": shape_of(detection, by_app=request.app is not None),
    }


def is_known(session: Session, platform: str, workspace: str, channel: str, message_ts: str) -> bool:
    """Whether the message was taken for a deal before. Reads only."""
    tenant = workspaces.find_tenant(session, platform, workspace)
    if tenant is None:
        return False
    scope(session, tenant.id)
    return deals.sighting_of(session, channel, message_ts) is not None
