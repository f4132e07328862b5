"""Builds the screens of the brief from what is stored."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.contacts import DECISION_MAKER, FUNCTIONAL_DECISION_MAKER, contact_name, reachable_contacts
from handlers.call.talk import opening_line
from handlers.deal.facts import card, facts
from handlers.method.brief import Prepared, Requirement, questions
from handlers.method.urgency import Sellers
from handlers.screens.brief import (
    BriefCommitmentsScreen,
    BriefContactsScreen,
    BriefNotesScreen,
    BriefScreen,
    NumberedRequirement,
)
from prompts.brief import brief_book
from storage import briefs
from storage.models import Brief, Deal

COMMITMENTS_PER_SCREEN = 4
"""As many as fit a phone's screen."""


def prepared(deal: Deal, newest: Brief | None) -> Prepared:
    """The current brief. Names and sellers come from the deal: they may have been corrected since."""
    known = Prepared(
        decision_maker=contact_name(deal, DECISION_MAKER),
        functional_decision_maker=contact_name(deal, FUNCTIONAL_DECISION_MAKER),
        sellers=Sellers.of(deal.sellers),
    )
    if newest is None:
        return known
    return Prepared(
        decision_maker=known.decision_maker,
        functional_decision_maker=known.functional_decision_maker,
        sellers=known.sellers,
        requirements=requirements_of(newest),
        opening=newest.opening,
        elephant=newest.elephant,
        proposal=newest.proposal,
        notes=newest.notes,
    )


def requirements_of(version: Brief) -> tuple[Requirement, ...]:
    """The requirements of a version, in the rep's order."""
    return tuple(Requirement(row.need, row.commitment) for row in version.requirements)


def brief_screen(session: Session, deal: Deal, now: datetime, *, sent: bool = False) -> BriefScreen:
    """The whole brief with its suggestions."""
    newest = briefs.latest(session, deal.id)
    known = prepared(deal, newest)
    book = brief_book()
    return BriefScreen(
        card=card(session, deal, now),
        prepared=known,
        opening=opening_line(session, deal, newest),
        no_decision_maker=book.no_decision_maker,
        no_functional_decision_maker=book.no_functional_decision_maker,
        questions=questions(known, book),
        contacts=reachable_contacts(deal, now),
        sent=sent,
    )


def contacts_screen(session: Session, deal: Deal) -> BriefContactsScreen:
    """The first step: the contacts and their requirements."""
    book = brief_book()
    return BriefContactsScreen(
        deal=facts(deal),
        prepared=prepared(deal, briefs.latest(session, deal.id)),
        no_decision_maker=book.no_decision_maker,
        no_functional_decision_maker=book.no_functional_decision_maker,
    )


def commitments_screen(deal: Deal, newest: Brief, first: int) -> BriefCommitmentsScreen:
    """The commitments to the requirements from number `first` on, as many as fit a screen."""
    numbered = [NumberedRequirement(number, each) for number, each in enumerate(requirements_of(newest), start=1)]
    return BriefCommitmentsScreen(
        deal=facts(deal),
        version=newest.version,
        requirements=tuple(numbered[first - 1 : first - 1 + COMMITMENTS_PER_SCREEN]),
        total=len(numbered),
    )


def notes_screen(session: Session, deal: Deal) -> BriefNotesScreen:
    """The last step: the opening line, the elephant, the proposal, notes."""
    newest = briefs.latest(session, deal.id)
    return BriefNotesScreen(facts(deal), prepared(deal, newest), opening_line(session, deal, newest))
