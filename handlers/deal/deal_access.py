"""Who may act on a deal: its rep, a stand-in and co-owners on everything, team and delivery on what they keep."""

from __future__ import annotations

from sqlalchemy import exists, or_
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from handlers.deal.delivery_keeper import delivery_keeper, kept_by_delivery
from handlers.errors import NoSuchDealError, NotYoursError
from handlers.method.team_roles import TeamRole
from handlers.requests import OpenedRequest
from storage import deal_members, deals
from storage.models import Deal, DealMember, Person


def owned_deal(session: Session, opened: OpenedRequest, deal_id: int) -> Deal:
    """A deal on which the caller acts as its rep, locked for a change.

    Raises `NoSuchDealError` if the workspace has no such deal, `NotYoursError` if it is not theirs.
    """
    deal = _locked(session, opened, deal_id)
    if not acts_as_rep(session, opened.person, deal):
        raise NotYoursError
    return deal


def seen_deal(session: Session, opened: OpenedRequest, deal_id: int) -> Deal:
    """A deal whose record the caller may see, locked. Raises as `owned_deal`."""
    deal = _locked(session, opened, deal_id)
    if not may_see(session, opened.person, deal):
        raise NotYoursError
    return deal


def promised_deal(session: Session, opened: OpenedRequest, deal_id: int) -> Deal:
    """A deal whose board of promises the caller may see, locked. Raises as `owned_deal`."""
    deal = _locked(session, opened, deal_id)
    if not may_see_promises(session, opened.person, deal):
        raise NotYoursError
    return deal


def settled_deal(session: Session, opened: OpenedRequest, deal_id: int, statement_id: int) -> Deal:
    """A deal of which the caller settles this statement, locked for a change. Raises as `owned_deal`."""
    deal = _locked(session, opened, deal_id)
    if not may_settle(session, opened.person, deal, statement_id):
        raise NotYoursError
    return deal


def acts_as_rep(session: Session, person: Person, deal: Deal) -> bool:
    """Whether the person may do whatever the deal's rep does: the rep, who stands in for them, and each co-owner."""
    if person.id in (deal.owner_id, deal.covered_by_id):
        return True
    member = deal_members.find(session, deal.id, person.id)
    return member is not None and member.role == TeamRole.CO_OWNER


def rep_acts_on(person_id: int) -> ColumnElement[bool]:
    """The same as a condition on deals: those on which the person may do whatever the rep does."""
    co_owned = exists().where(
        DealMember.deal_id == Deal.id,
        DealMember.person_id == person_id,
        DealMember.role == TeamRole.CO_OWNER,
        DealMember.removed_at.is_(None),
    )
    return or_(Deal.owner_id == person_id, Deal.covered_by_id == person_id, co_owned)


def may_see(session: Session, person: Person, deal: Deal) -> bool:
    """Whether the person sees the deal's record: its rep, who stands in for them, and everybody on its team."""
    return (
        person.id in (deal.owner_id, deal.covered_by_id) or deal_members.find(session, deal.id, person.id) is not None
    )


def may_see_promises(session: Session, person: Person, deal: Deal) -> bool:
    """Whether the person sees the board of the deal's promises: its rep, its team, and who took it for delivery."""
    return may_see(session, person, deal) or _is_delivery_keeper(session, person, deal)


def may_settle(session: Session, person: Person, deal: Deal, statement_id: int) -> bool:
    """Whether the person says what became of this statement.

    The rep and co-owners do of each; somebody on the team of what they keep by name; the receiver of a handoff, once it
    is taken, of what delivery keeps.
    """
    return acts_as_rep(session, person, deal) or statement_id in kept_by(session, person, deal)


def kept_by(session: Session, person: Person, deal: Deal) -> frozenset[int]:
    """The statements that the person keeps without acting as the rep: their ids."""
    found: set[int] = set()
    if deal_members.find(session, deal.id, person.id) is not None:
        keepers = deal_members.keepers(session, deal.id)
        found |= {statement_id for statement_id, keeper in keepers.items() if keeper == person.id}
    if _is_delivery_keeper(session, person, deal):
        found |= kept_by_delivery(session, deal)
    return frozenset(found)


def _is_delivery_keeper(session: Session, person: Person, deal: Deal) -> bool:
    keeper = delivery_keeper(session, deal)
    return keeper is not None and keeper.id == person.id


def _locked(session: Session, opened: OpenedRequest, deal_id: int) -> Deal:
    """The deal. Raises `NotYoursError` for a guest on somebody else's: only colleagues are on a team."""
    deal = deals.lock(session, deal_id)
    if deal is None:
        raise NoSuchDealError
    if opened.is_guest and deal.owner_id != opened.person.id:
        raise NotYoursError
    return deal
