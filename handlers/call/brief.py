"""The brief before the call: the rep prepares it in short steps, each kept as a version, and has it sent to print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.brief_screens import (
    brief_screen,
    commitments_screen,
    prepared,
    requirements_of,
    who_screen,
    words_screen,
)
from handlers.call.card_actions import DealRequest
from handlers.call.contacts import (
    DECISION_MAKER,
    FUNCTIONAL_DECISION_MAKER,
    LONGEST_NAME,
    contact_name,
    one_name,
    set_contact,
)
from handlers.deal.facts import owned
from handlers.deal.planning import plan, plan_brief
from handlers.errors import InvalidEntryError, NotNowError
from handlers.method.brief import Prepared, Requirement, carry_over_commitments, suggested_opening
from handlers.method.stages import PREPARABLE
from handlers.method.statement_capture import split_statements
from handlers.method.urgency import Sellers
from handlers.method.urls import web_url
from handlers.requests import Caller, OpenedRequest, open_request
from handlers.screens.brief import BriefScreen, BriefStep
from prompts.wording import Wording
from storage import audit_log, briefs
from storage.models import Brief, Deal
from storage.models import Requirement as RequirementRow

MOST_REQUIREMENTS = 12
LONGEST_REQUIREMENT = 240
"""So that a full list still fits the field that it was typed in."""
LONGEST_COMMITMENT = 1000
LONGEST_OPENING = 1000
LONGEST_TEXT = 3000
"""The elephant, and the notes."""


@dataclass(frozen=True, slots=True)
class WhoPrepared:
    """The first step as it was saved. `sellers` is one of `Sellers` or empty; `requirements` has one a line."""

    caller: Caller
    deal_id: int
    decision_maker: str
    functional_decision_maker: str
    sellers: str
    requirements: str


@dataclass(frozen=True, slots=True)
class CommitmentsPrepared:
    """The commitments of one screen, by the number of their requirement in the `version` that was shown."""

    caller: Caller
    deal_id: int
    version: int
    commitments: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class WordsPrepared:
    """The last step as it was saved."""

    caller: Caller
    deal_id: int
    opening: str
    elephant: str
    proposal: str
    notes: str


def show(session: Session, request: DealRequest, now: datetime) -> BriefStep:
    """The brief as it stands, or its first step while there is none. Changes nothing."""
    arrival = open_request(session, request.caller, now)
    deal = owned(session, arrival, request.deal_id)
    if briefs.latest(session, deal.id) is not None:
        return brief_screen(session, deal, now)
    return who_screen(session, _preparable(deal))


def edit(session: Session, request: DealRequest, now: datetime) -> BriefStep:
    """The first step, filled with what is known. Changes nothing."""
    arrival = open_request(session, request.caller, now)
    return who_screen(session, _preparable(owned(session, arrival, request.deal_id)))


def save_who(session: Session, request: WhoPrepared, now: datetime) -> BriefStep:
    """Keep the people and the requirements, and go on to our commitments.

    An empty name means that nobody is known any more; no answer about the sellers leaves the known one. Raises
    `InvalidEntryError` for what is too long or too much; what was typed stays on the screen.
    """
    arrival = open_request(session, request.caller, now)
    deal = _preparable(owned(session, arrival, request.deal_id))
    newest = briefs.latest(session, deal.id)
    if not arrival.repeated:
        before = prepared(deal, newest)
        after = replace(
            before,
            decision_maker=_name("decision_maker", request.decision_maker),
            functional_decision_maker=_name("functional_decision_maker", request.functional_decision_maker),
            sellers=Sellers(request.sellers) if request.sellers in tuple(Sellers) else before.sellers,
            requirements=carry_over_commitments(before.requirements, _requirements(request.requirements)),
        )
        newest = _keep(session, arrival, deal, newest, after, now)
    return _commitments_from(session, deal, newest, 1)


def save_commitments(session: Session, request: CommitmentsPrepared, now: datetime) -> BriefStep:
    """Keep our commitments, and go on to those of the next requirements or to the last step.

    Raises `NotNowError` when one was typed for a requirement that is gone meanwhile.
    """
    arrival = open_request(session, request.caller, now)
    deal = _preparable(owned(session, arrival, request.deal_id))
    newest = briefs.latest(session, deal.id)
    shown = briefs.version(session, deal.id, request.version)
    if newest is None or shown is None:
        raise NotNowError("refusal.brief_changed")
    if not arrival.repeated:
        typed = _typed(requirements_of(shown), request.commitments)
        before = prepared(deal, newest)
        if typed.keys() - {each.need.casefold() for each in before.requirements}:
            raise NotNowError("refusal.brief_changed")
        after = tuple(
            Requirement(each.need, typed.get(each.need.casefold(), each.commitment)) for each in before.requirements
        )
        newest = _keep(session, arrival, deal, newest, replace(before, requirements=after), now)
    return _commitments_from(session, deal, newest, max(request.commitments, default=0) + 1)


def save_words(session: Session, request: WordsPrepared, now: datetime) -> BriefStep:
    """Keep the opening line, the elephant, the proposal and the notes; then show the whole brief.

    The suggested opening line is not kept as the rep's own: it follows the names. Raises `InvalidEntryError` for a
    proposal that is no http(s) address, and for what is too long.
    """
    arrival = open_request(session, request.caller, now)
    deal = _preparable(owned(session, arrival, request.deal_id))
    if not arrival.repeated:
        newest = briefs.latest(session, deal.id)
        opening = _text("opening", request.opening, LONGEST_OPENING)
        suggested = suggested_opening(contact_name(deal, DECISION_MAKER), Wording())
        proposal = request.proposal.strip()
        if proposal and web_url(proposal) is None:
            raise InvalidEntryError("proposal", "refusal.no_web_address")
        after = replace(
            prepared(deal, newest),
            opening="" if opening.split() == suggested.split() else opening,
            elephant=_text("elephant", request.elephant, LONGEST_TEXT),
            proposal=proposal,
            notes=_text("notes", request.notes, LONGEST_TEXT),
        )
        _keep(session, arrival, deal, newest, after, now)
    return brief_screen(session, deal, now)


def send(session: Session, request: DealRequest, now: datetime) -> BriefScreen:
    """Have the brief sent to the rep as one message; one that still waits says what is known when it goes."""
    arrival = open_request(session, request.caller, now)
    deal = _preparable(owned(session, arrival, request.deal_id))
    if not arrival.repeated:
        plan_brief(session, deal, now)
    return brief_screen(session, deal, now, sent=True)


def _preparable(deal: Deal) -> Deal:
    if deal.stage not in PREPARABLE:
        raise NotNowError("refusal.not_at_this_stage", customer=deal.customer)
    return deal


def _commitments_from(session: Session, deal: Deal, newest: Brief | None, first: int) -> BriefStep:
    if newest is None or first > len(newest.requirements):
        return words_screen(session, deal)
    return commitments_screen(deal, newest, first)


def _name(field: str, typed: str) -> str:
    if len(typed.strip()) > LONGEST_NAME:
        raise InvalidEntryError(field, "refusal.name_too_long", most=LONGEST_NAME)
    return one_name(typed)


def _text(field: str, typed: str, most: int) -> str:
    text = typed.strip()
    if len(text) > most:
        raise InvalidEntryError(field, "refusal.text_too_long", most=most)
    return text


def _requirements(typed: str) -> list[str]:
    found = split_statements(typed)
    if len(found) > MOST_REQUIREMENTS:
        raise InvalidEntryError("requirements", "refusal.too_many_statements", most=MOST_REQUIREMENTS, found=len(found))
    if any(len(line) > LONGEST_REQUIREMENT for line in found):
        raise InvalidEntryError("requirements", "refusal.statement_too_long", most=LONGEST_REQUIREMENT)
    return found


def _typed(shown: tuple[Requirement, ...], commitments: Mapping[int, str]) -> dict[str, str]:
    """What was changed on the screen, by the requirement's words: another screen may have moved its number."""
    found = {}
    for number, text in commitments.items():
        commitment = _text(f"commitment_{number}", text, LONGEST_COMMITMENT)
        if not 0 < number <= len(shown):
            raise NotNowError("refusal.brief_changed")
        before = shown[number - 1]
        if commitment != before.commitment:
            found[before.need.casefold()] = commitment
    return found


def _keep(
    session: Session, arrival: OpenedRequest, deal: Deal, newest: Brief | None, after: Prepared, now: datetime
) -> Brief | None:
    """Keep what is prepared as a version of its own, unless nothing has changed. Gives the newest version."""
    before, by = prepared(deal, newest), arrival.person.id
    if after == before:
        return newest
    set_contact(session, deal, DECISION_MAKER, after.decision_maker, now)
    set_contact(session, deal, FUNCTIONAL_DECISION_MAKER, after.functional_decision_maker, now)
    if after.sellers is not before.sellers:
        deal.sellers = None if after.sellers is None else after.sellers.fewest
        plan(session, deal, now)
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
