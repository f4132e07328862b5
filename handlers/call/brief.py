"""The brief before the call: prepared in short steps, each stored as a version, and sent as a message on request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.brief_screens import (
    brief_screen,
    commitments_screen,
    contacts_screen,
    notes_screen,
    prepared,
    requirements_of,
)
from handlers.call.contacts import (
    DECISION_MAKER,
    FUNCTIONAL_DECISION_MAKER,
    LONGEST_NAME,
    normalized_name,
    set_contact,
)
from handlers.call.talk import suggested_opening
from handlers.deal.deal_access import owned_deal
from handlers.deal.planning import plan_brief, plan_messages
from handlers.errors import InvalidEntryError, NotNowError
from handlers.method.brief import Prepared, Requirement, carry_over_commitments
from handlers.method.stages import PREPARABLE
from handlers.method.statement_capture import split_statements
from handlers.method.urgency import Sellers
from handlers.method.urls import web_url
from handlers.requests import Caller, DealRequest, OpenedRequest, open_request
from handlers.screens.brief import BriefScreen, BriefStep
from storage import audit_log, briefs
from storage.models import Brief, Deal
from storage.models import Requirement as RequirementRow

MOST_REQUIREMENTS = 12
LONGEST_REQUIREMENT = 240
"""So that a full list still fits its field."""
LONGEST_COMMITMENT = 1000
LONGEST_OPENING = 1000
LONGEST_TEXT = 3000
"""The limit for the elephant and the notes."""


@dataclass(frozen=True, slots=True)
class BriefContactsSaved:
    """The submitted first step. `sellers` is one of `Sellers` or empty; `requirements` has one per line."""

    caller: Caller
    deal_id: int
    decision_maker: str
    functional_decision_maker: str
    sellers: str
    requirements: str


@dataclass(frozen=True, slots=True)
class CommitmentsAsked:
    """The commitments are to be shown from this requirement on, counted from 1."""

    caller: Caller
    deal_id: int
    first: int


@dataclass(frozen=True, slots=True)
class BriefCommitmentsSaved:
    """The submitted commitments, by the number of their requirement in the `version` that was shown."""

    caller: Caller
    deal_id: int
    version: int
    commitments: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class BriefNotesSaved:
    """The submitted last step."""

    caller: Caller
    deal_id: int
    opening: str
    elephant: str
    proposal: str
    notes: str


def show(session: Session, request: DealRequest, now: datetime) -> BriefStep:
    """The current brief, or the first step if there is none. Changes nothing."""
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    if briefs.latest(session, deal.id) is not None:
        return brief_screen(session, deal, now)
    return contacts_screen(session, _require_preparable(deal))


def edit(session: Session, request: DealRequest, now: datetime) -> BriefStep:
    """The first step, prefilled. Changes nothing."""
    opened = open_request(session, request.caller, now)
    return contacts_screen(session, _require_preparable(owned_deal(session, opened, request.deal_id)))


def edit_commitments(session: Session, request: CommitmentsAsked, now: datetime) -> BriefStep:
    """The commitments from requirement number `first` on, prefilled. Changes nothing."""
    opened = open_request(session, request.caller, now)
    deal = _require_preparable(owned_deal(session, opened, request.deal_id))
    return _commitments_from(session, deal, briefs.latest(session, deal.id), request.first)


def edit_notes(session: Session, request: DealRequest, now: datetime) -> BriefStep:
    """The last step, prefilled. Changes nothing."""
    opened = open_request(session, request.caller, now)
    return notes_screen(session, _require_preparable(owned_deal(session, opened, request.deal_id)))


def save_contacts(session: Session, request: BriefContactsSaved, now: datetime) -> BriefStep:
    """Store the contacts and the requirements, and go on to the commitments.

    An empty name removes the contact; an empty answer about the sellers keeps the known one. Raises
    `InvalidEntryError` for too long or too many entries; what was typed stays in the form.
    """
    opened = open_request(session, request.caller, now)
    deal = _require_preparable(owned_deal(session, opened, request.deal_id))
    newest = briefs.latest(session, deal.id)
    if not opened.repeated:
        before = prepared(deal, newest)
        after = replace(
            before,
            decision_maker=_checked_name("decision_maker", request.decision_maker),
            functional_decision_maker=_checked_name("functional_decision_maker", request.functional_decision_maker),
            sellers=Sellers(request.sellers) if request.sellers in tuple(Sellers) else before.sellers,
            requirements=carry_over_commitments(before.requirements, _checked_requirements(request.requirements)),
        )
        newest = _save_version(session, opened, deal, newest, after, now)
    return _commitments_from(session, deal, newest, 1)


def save_commitments(session: Session, request: BriefCommitmentsSaved, now: datetime) -> BriefStep:
    """Store the commitments, and go on to those of the next requirements or to the last step.

    Raises `NotNowError` if one was typed for a requirement that has been removed since.
    """
    opened = open_request(session, request.caller, now)
    deal = _require_preparable(owned_deal(session, opened, request.deal_id))
    newest = briefs.latest(session, deal.id)
    shown = briefs.version(session, deal.id, request.version)
    if newest is None or shown is None:
        raise NotNowError("refusal.brief_changed")
    if not opened.repeated:
        own = opened.earlier and newest.at in opened.earlier and newest.written_by == opened.person.id
        known = requirements_of(newest if own else shown)  # what this form has stored before, they may change again
        typed = _changed_commitments(requirements_of(shown), request.commitments, known)
        before = prepared(deal, newest)
        if typed.keys() - {each.need.casefold() for each in before.requirements}:
            raise NotNowError("refusal.brief_changed")
        after = tuple(
            Requirement(each.need, typed.get(each.need.casefold(), each.commitment)) for each in before.requirements
        )
        newest = _save_version(session, opened, deal, newest, replace(before, requirements=after), now)
    return _commitments_from(session, deal, newest, max(request.commitments, default=0) + 1)


def save_notes(session: Session, request: BriefNotesSaved, now: datetime) -> BriefStep:
    """Store the opening line, the elephant, the proposal and the notes; then show the whole brief.

    The suggested opening line is not stored as the rep's own, so that it follows the names. Raises
    `InvalidEntryError` for a proposal that is not an http(s) address, and for an overlong text.
    """
    opened = open_request(session, request.caller, now)
    deal = _require_preparable(owned_deal(session, opened, request.deal_id))
    if not opened.repeated:
        newest = briefs.latest(session, deal.id)
        opening = _checked_text("opening", request.opening, LONGEST_OPENING)
        suggested = suggested_opening(session, deal)
        proposal = request.proposal.strip()
        if proposal and web_url(proposal) is None:
            raise InvalidEntryError("proposal", "refusal.no_web_address")
        after = replace(
            prepared(deal, newest),
            opening="" if opening.split() == suggested.split() else opening,
            elephant=_checked_text("elephant", request.elephant, LONGEST_TEXT),
            proposal=proposal,
            notes=_checked_text("notes", request.notes, LONGEST_TEXT),
        )
        _save_version(session, opened, deal, newest, after, now)
    return brief_screen(session, deal, now)


def send(session: Session, request: DealRequest, now: datetime) -> BriefScreen:
    """Send the brief to the rep as a message. Its content is rendered when it is sent."""
    opened = open_request(session, request.caller, now)
    deal = _require_preparable(owned_deal(session, opened, request.deal_id))
    if not opened.repeated:
        plan_brief(session, deal, now)
    return brief_screen(session, deal, now, sent=True)


def _require_preparable(deal: Deal) -> Deal:
    if deal.stage not in PREPARABLE:
        raise NotNowError("refusal.not_at_this_stage", customer=deal.customer)
    return deal


def _commitments_from(session: Session, deal: Deal, newest: Brief | None, first: int) -> BriefStep:
    if newest is None or first > len(newest.requirements):
        return notes_screen(session, deal)
    return commitments_screen(deal, newest, first)


def _checked_name(field: str, typed: str) -> str:
    if len(typed.strip()) > LONGEST_NAME:
        raise InvalidEntryError(field, "refusal.name_too_long", most=LONGEST_NAME)
    return normalized_name(typed)


def _checked_text(field: str, typed: str, most: int) -> str:
    text = typed.strip()
    if len(text) > most:
        raise InvalidEntryError(field, "refusal.text_too_long", most=most)
    return text


def _checked_requirements(typed: str) -> list[str]:
    found = split_statements(typed)
    if len(found) > MOST_REQUIREMENTS:
        raise InvalidEntryError("requirements", "refusal.too_many_statements", most=MOST_REQUIREMENTS, found=len(found))
    if any(len(line) > LONGEST_REQUIREMENT for line in found):
        raise InvalidEntryError("requirements", "refusal.statement_too_long", most=LONGEST_REQUIREMENT)
    return found


def _changed_commitments(
    shown: tuple[Requirement, ...], commitments: Mapping[int, str], known: tuple[Requirement, ...]
) -> dict[str, str]:
    """The commitments that differ from the known ones, by the requirement's text: its number may have changed."""
    found = {}
    before = {each.need.casefold(): each.commitment for each in known}
    for number, text in commitments.items():
        commitment = _checked_text(f"commitment_{number}", text, LONGEST_COMMITMENT)
        if not 0 < number <= len(shown):
            raise NotNowError("refusal.brief_changed")
        need = shown[number - 1].need.casefold()
        if commitment != before.get(need):
            found[need] = commitment
    return found


def _save_version(
    session: Session, opened: OpenedRequest, deal: Deal, newest: Brief | None, after: Prepared, now: datetime
) -> Brief | None:
    """Store what was prepared as a new version, unless nothing changed. Returns the newest version."""
    before, by = prepared(deal, newest), opened.person.id
    if after == before:
        return newest
    set_contact(session, deal, DECISION_MAKER, after.decision_maker, now)
    set_contact(session, deal, FUNCTIONAL_DECISION_MAKER, after.functional_decision_maker, now)
    if after.sellers is not before.sellers:
        deal.sellers = None if after.sellers is None else after.sellers.fewest
        plan_messages(session, deal, now)
    version = Brief(
        deal_id=deal.id,
        version=1 if newest is None else newest.version + 1,
        decision_maker=after.decision_maker,
        functional_decision_maker=after.functional_decision_maker,
        sellers=deal.sellers,
        opening=after.opening,
        elephant=after.elephant,
        proposal=after.proposal,
        notes=after.notes,
        written_by=by,
        at=now,
        requirements=[
            RequirementRow(position=position, need=each.need, commitment=each.commitment)
            for position, each in enumerate(after.requirements, start=1)
        ],
    )
    session.add(version)
    audit_log.record(session, deal.id, by, "prepared", now)
    session.flush()
    return version
