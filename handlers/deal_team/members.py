"""Who is on a deal's team beside its rep: shown, added, given another role, and taken off.

Nobody gets on a team by being named in a message: the rep or a co-owner says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.deal_search import DealSearch, find_by_customer
from handlers.deal.deal_access import owned_deal
from handlers.deal.delivery import send
from handlers.deal.facts import card, facts, helpers_of, team_of
from handlers.deal.planning import plan_messages
from handlers.deal.posted_wins import put_right
from handlers.deal.team import ADDED, take_off
from handlers.errors import InvalidEntryError, NotNowError
from handlers.method.stages import WON
from handlers.method.team_roles import LEAST, TeamRole
from handlers.requests import Caller, DealRequest, OpenedRequest, Profile, apply_profile, open_request
from handlers.screens.deal_team import DealTeamScreen
from handlers.screens.deals import DealCard, DealChoice
from storage import audit_log, deal_members, workspaces
from storage.models import Deal, DealMember

MOST_MEMBERS = 20
LONGEST_SPLIT = 100


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody to add, by the platform's id. That they work here and may be asked is the platform's to say."""

    person: str
    profile: Profile | None = None


@dataclass(frozen=True, slots=True)
class TeamSaved:
    """The submitted form. Without a colleague only the note on the split is stored."""

    caller: Caller
    deal_id: int
    colleague: Colleague | None
    role: str
    split: str


@dataclass(frozen=True, slots=True)
class ColleagueNamed:
    """Somebody typed whom to add to which deal: `typed` is a part of the customer's name."""

    caller: Caller
    typed: str
    colleague: Colleague
    role: TeamRole | None


@dataclass(frozen=True, slots=True)
class HelpersAdded:
    """The rep adds people whom the message about the deal named."""

    caller: Caller
    deal_id: int
    colleagues: tuple[Colleague, ...]


@dataclass(frozen=True, slots=True)
class MemberRemoved:
    """Somebody takes a member off the team, by the platform's id."""

    caller: Caller
    deal_id: int
    person: str


def show(session: Session, request: DealRequest, now: datetime) -> DealTeamScreen:
    """The team. Changes nothing. Raises `NotNowError` while it is not certain that this is a deal."""
    opened = open_request(session, request.caller, now)
    return _screen(session, _require_won(owned_deal(session, opened, request.deal_id)))


def find(session: Session, request: DealSearch, now: datetime) -> DealTeamScreen | DealChoice:
    """The team of the named deal; without a name, of the only one. Raises `NotNowError` if none matches."""
    opened = open_request(session, request.caller, now)
    found = find_by_customer(session, opened, request.typed, WON)
    if not isinstance(found, Deal):
        return DealChoice(request.typed, "with", found)
    return _screen(session, _require_won(owned_deal(session, opened, found.id)))


def helpers(session: Session, request: DealRequest, now: datetime) -> tuple[str, ...]:
    """Whom the messages name and who never was on the team, as they were written. Changes nothing."""
    opened = open_request(session, request.caller, now)
    return helpers_of(session, owned_deal(session, opened, request.deal_id))


def save(session: Session, request: TeamSaved, now: datetime) -> DealTeamScreen:
    """Add the colleague or give them another role, and note the split.

    Raises `InvalidEntryError` for somebody who cannot be added, and for an unknown role or a note that is too long;
    `NotNowError` as `show`.
    """
    opened = open_request(session, request.caller, now)
    deal = _require_won(owned_deal(session, opened, request.deal_id))
    split = " ".join(request.split.split())
    if len(split) > LONGEST_SPLIT:
        raise InvalidEntryError("split", "refusal.text_too_long", most=LONGEST_SPLIT)
    if opened.repeated:
        return _screen(session, deal)
    if request.colleague is not None:
        if request.role not in tuple(TeamRole):
            raise InvalidEntryError("role", "dealteam.role_missing")
        _add(session, opened, deal, request.colleague, TeamRole(request.role), now)
    if split != (deal.split or ""):
        deal.split = split or None
        audit_log.record(session, deal.id, opened.person.id, "split_noted", now)
    return _screen(session, deal)


def add_named(session: Session, request: ColleagueNamed, now: datetime) -> DealTeamScreen | DealChoice:
    """Add the colleague to the named deal, in the least role if none is named. Raises as `save`."""
    opened = open_request(session, request.caller, now)
    found = find_by_customer(session, opened, request.typed, WON)
    if not isinstance(found, Deal):
        return DealChoice(request.typed, "with", found)
    deal = _require_won(owned_deal(session, opened, found.id))
    if not opened.repeated:
        known = workspaces.find_person(session, request.colleague.person)
        member = None if known is None else deal_members.find(session, deal.id, known.id)
        role = request.role or (LEAST if member is None else TeamRole(member.role))
        _add(session, opened, deal, request.colleague, role, now)
    return _screen(session, deal)


def add_helpers(session: Session, request: HelpersAdded, now: datetime) -> DealCard:
    """Add those whom the message named, in the least role. Who is on the team already stays as they are."""
    opened = open_request(session, request.caller, now)
    deal = _require_won(owned_deal(session, opened, request.deal_id))
    on_team = {each.person.external_id for each in deal_members.of_deal(session, deal.id)}
    for colleague in request.colleagues:
        if not opened.repeated and colleague.person not in on_team:
            _add(session, opened, deal, colleague, LEAST, now)
    return card(session, deal, now)


def remove(session: Session, request: MemberRemoved, now: datetime) -> DealTeamScreen:
    """Take the member off the team. Whoever is off it already stays so."""
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    person = workspaces.find_person(session, request.person)
    member = None if person is None else deal_members.find(session, deal.id, person.id)
    if member is not None and not opened.repeated:
        take_off(session, deal, member, opened.person.id, now)
    return _screen(session, deal)


def _add(
    session: Session, opened: OpenedRequest, deal: Deal, colleague: Colleague, role: TeamRole, now: datetime
) -> None:
    person = workspaces.get_or_create_person(session, colleague.person, now)
    if colleague.profile is not None:
        apply_profile(session, opened.tenant, person, colleague.profile, now)
    if person.id == deal.owner_id:
        raise InvalidEntryError("member", "dealteam.is_rep", customer=deal.customer)
    if person.left_at is not None:
        raise InvalidEntryError("member", "dealteam.left_company")
    member = deal_members.find(session, deal.id, person.id)
    if member is not None and member.role == role:
        return
    by = opened.person.id
    if member is None:
        if len(deal_members.of_deal(session, deal.id)) >= MOST_MEMBERS:
            raise InvalidEntryError("member", "dealteam.full", most=MOST_MEMBERS)
        member = DealMember(deal_id=deal.id, person_id=person.id, role=role, added_by=by, added_at=now)
        session.add(member)
        session.flush()
        audit_log.record(session, deal.id, by, "team_added", now, member=member.id, role=role)
    else:
        member.role = role
        audit_log.record(session, deal.id, by, "team_role", now, member=member.id, role=role)
    session.flush()
    key = f"{ADDED}:{member.id}:{role}:{now.isoformat()}"
    send(session, deal, ADDED, key, now, person=person, member=member.id, role=role, by=opened.person.external_id)
    plan_messages(session, deal, now)
    put_right(session, deal, now)


def _require_won(deal: Deal) -> Deal:
    if deal.stage not in WON or not deal.owner_known or deal.doubt is not None:
        raise NotNowError("dealteam.not_yet")
    return deal


def _screen(session: Session, deal: Deal) -> DealTeamScreen:
    return DealTeamScreen(facts(deal), team_of(session, deal), deal.split or "", helpers_of(session, deal))
