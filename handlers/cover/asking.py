"""A rep asks a colleague to stand in on open deals; the colleague says yes or no, and the deals come back.

The deals stay the rep's. Nothing passes before the colleague has accepted, and what is private (drafts, reviews,
self-checks, own words) never does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from handlers.cover.screens import answered_screen, ask_screen
from handlers.deal.covering import (
    ANSWERED,
    ASK,
    BACK,
    CoverState,
    end_cover,
    first_of,
    listed,
    redraw,
    redraw_who,
    send,
)
from handlers.deal.planning import let_cover, plan_messages, return_to_rep
from handlers.deal.reminder_facts import working_time
from handlers.errors import InvalidEntryError, NoSuchDealError, NotNowError, NotYoursError
from handlers.method.customers import customer_key
from handlers.method.time_parsing.resolve import resolve_day
from handlers.requests import Caller, OpenedRequest, Profile, apply_profile, open_request
from handlers.screens.cover import CoverAnswered, CoverAsk, CoverEnded, CoverForm
from handlers.team.handover import PASSED_ON
from storage import audit_log, covers, deals, workspaces
from storage.models import Cover, Deal, Person, Tenant

EVERY = frozenset({"", "all", "everything"})
"""What is typed for all open deals."""


@dataclass(frozen=True, slots=True)
class CoverAsked:
    """A rep wants a stand-in. Texts are as typed; `stand_in` is the platform's id, if they named somebody."""

    caller: Caller
    customers: str = ""
    stand_in: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class CoverFilled:
    """The submitted form: `customers` as in `HandoverFilled`, `until` a day as typed, or empty."""

    caller: Caller
    stand_in: str
    profile: Profile | None = None
    customers: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class CoverRequest:
    """Somebody taps a button of the deals that were asked about together with this one."""

    caller: Caller
    cover_id: int


@dataclass(frozen=True, slots=True)
class CoverBackRequest:
    """A rep takes all of their deals back, or a stand-in gives theirs back."""

    caller: Caller


def show_form(session: Session, request: CoverAsked, now: datetime) -> CoverForm:
    """The form, with what was typed. Changes nothing."""
    opened = open_request(session, request.caller, now)
    customers = "" if request.customers.casefold() in EVERY else request.customers
    return CoverForm(len(open_deals(session, opened.person)), customers, request.until, request.stand_in)


def ask(session: Session, request: CoverFilled, now: datetime) -> CoverAnswered:
    """Ask the colleague, in one message about all of the deals. Who was asked for one of them before is asked no more.

    Raises `NotNowError` if the rep has no open deal; `InvalidEntryError` for a customer without one, for a day that
    cannot be read, and if the rep picked themselves.
    """
    opened = open_request(session, request.caller, now)
    rep = opened.person
    if request.stand_in == rep.external_id:
        raise InvalidEntryError("stand_in", "cover.not_yourself")
    stand_in = workspaces.get_or_create_person(session, request.stand_in, now)
    if request.profile is not None:
        apply_profile(session, opened.tenant, stand_in, request.profile, now)
    if opened.repeated:
        before = [each for each in covers.standing_of(session, rep.id) if each.stand_in_id == stand_in.id]
        if not before:
            raise NotNowError("cover.over")
        return answered_screen(session, before[-1])
    until = _until(opened, request.until, now)
    return ask_about(session, rep, stand_in, _chosen(session, rep, request.customers), until, now)


def ask_about(
    session: Session, rep: Person, stand_in: Person, chosen: Sequence[Deal], until: date | None, now: datetime
) -> CoverAnswered:
    """Ask the colleague about these deals of the rep's."""
    locked = deals.lock_all(session, [deal.id for deal in chosen])
    end_all(session, [deal for deal in locked if covers.standing(session, deal.id) is not None], rep.id, now)
    asked = [
        Cover(
            deal_id=deal.id,
            rep_id=rep.id,
            stand_in_id=stand_in.id,
            state=CoverState.ASKED,
            until=until,
            asked_at=now,
        )
        for deal in locked
    ]
    session.add_all(asked)
    session.flush()
    for each in asked:
        audit_log.record(session, each.deal_id, rep.id, "cover_asked", now, cover=each.id, to=stand_in.external_id)
    redraw_who(session, rep, now)
    send(session, ASK, f"{ASK}:{asked[0].id}", stand_in, now, cover=asked[0].id)
    return answered_screen(session, asked[0])


def accept(session: Session, request: CoverRequest, now: datetime) -> CoverAsk:
    """The colleague stands in: the cards and the reminders are theirs from now on.

    A second tap changes nothing. Raises `NotYoursError` for anybody else.
    """
    cover, person = _asked_of(session, request, now)
    asked = listed(session, cover, (CoverState.ASKED,))
    if not asked:
        return ask_screen(session, cover)
    for each, deal in _with_deals(session, asked):
        each.state, each.answered_at = CoverState.ACCEPTED, now
        audit_log.record(session, deal.id, person.id, "cover_accepted", now, cover=each.id)
        let_cover(session, deal, person, now)
    first = first_of(session, cover)
    if cover.until is not None:
        send(session, BACK, f"{BACK}:{first.id}:ends", cover.rep, now, due_at=_morning(session, cover), cover=first.id)
    _tell_rep(session, first, now)
    return ask_screen(session, cover)


def decline(session: Session, request: CoverRequest, now: datetime) -> CoverAsk:
    """The colleague can't. The rep is told; nobody else is asked."""
    cover, person = _asked_of(session, request, now)
    asked = listed(session, cover, (CoverState.ASKED,))
    for each, deal in _with_deals(session, asked):
        each.state, each.answered_at = CoverState.DECLINED, now
        audit_log.record(session, deal.id, person.id, "cover_declined", now, cover=each.id)
    if asked:
        _tell_rep(session, first_of(session, cover), now)
    return ask_screen(session, cover)


def give_back(session: Session, request: CoverRequest, now: datetime) -> CoverAnswered | CoverAsk:
    """The rep takes these deals back, or calls the question back; or the stand-in gives them back."""
    opened = open_request(session, request.caller, now)
    cover = _found(session, request.cover_id)
    if opened.person.id not in (cover.rep_id, cover.stand_in_id):
        raise NotYoursError
    standing = listed(session, cover, (CoverState.ASKED, CoverState.ACCEPTED))
    end_all(session, deals.lock_all(session, [each.deal_id for each in standing]), opened.person.id, now)
    return answered_screen(session, cover) if opened.person.id == cover.rep_id else ask_screen(session, cover)


def back(session: Session, request: CoverBackRequest, now: datetime) -> CoverEnded:
    """`cover back`: all of it is over. Raises `NotNowError` if there is nothing to take or give back."""
    opened = open_request(session, request.caller, now)
    standing = covers.standing_of(session, opened.person.id)
    if not standing and not opened.repeated:
        raise NotNowError("cover.nothing")
    end_all(session, deals.lock_all(session, [each.deal_id for each in standing]), opened.person.id, now)
    return CoverEnded(len(standing))


def end_all(session: Session, locked: Sequence[Deal], actor_id: int | None, now: datetime) -> None:
    """Nobody stands in on these deals any more."""
    for deal in locked:
        if end_cover(session, deal, actor_id, now) and deal.covered_by_id is not None:
            return_to_rep(session, deal, now)
            plan_messages(session, deal, now)


def _tell_rep(session: Session, first: Cover, now: datetime) -> None:
    session.flush()
    send(session, ANSWERED, f"{ANSWERED}:{first.id}", first.rep, now, at_once=True, cover=first.id)
    redraw(session, first, now)


def _morning(session: Session, cover: Cover) -> datetime:
    """When the rep has the deals back: the start of work on the day, whatever day off they planned until then."""
    if cover.until is None:
        raise ValueError("no day was given")
    tenant = session.get_one(Tenant, cover.tenant_id)
    work = replace(working_time(cover.rep, tenant), away_until=None)
    return work.on(cover.until, work.hours.starts)


def _until(opened: OpenedRequest, typed: str, now: datetime) -> date | None:
    """The day as typed; else the day on which the rep said they are back."""
    work = working_time(opened.person, opened.tenant)
    if typed.strip():
        try:
            return resolve_day(typed, now, work)
        except InvalidEntryError as error:
            raise InvalidEntryError("until", "cover.until_unclear") from error
    away = opened.person.away_until
    return away if away is not None and away > now.astimezone(work.local).date() else None


def open_deals(session: Session, rep: Person) -> list[Deal]:
    """The rep's open deals. Whose rep is unknown is nobody's yet."""
    return [deal for deal in deals.of_owner(session, rep.id, PASSED_ON) if deal.owner_known]


def _chosen(session: Session, rep: Person, customers: str) -> list[Deal]:
    """The rep's open deals with these customers; all of them if none is named."""
    found = open_deals(session, rep)
    if not found:
        raise NotNowError("refusal.no_deals")
    if customers.strip().casefold() in EVERY:
        return found
    chosen: dict[int, Deal] = {}
    for name in (each.strip() for line in customers.splitlines() for each in line.split(",") if each.strip()):
        wanted = customer_key(name)
        fitting = [deal for deal in found if wanted and wanted in customer_key(deal.customer)]
        if not fitting:
            raise InvalidEntryError("customers", "refusal.handover_unknown", customer=name)
        chosen |= {deal.id: deal for deal in fitting}
    return list(chosen.values()) or found


def _asked_of(session: Session, request: CoverRequest, now: datetime) -> tuple[Cover, Person]:
    opened = open_request(session, request.caller, now)
    cover = _found(session, request.cover_id)
    if cover.stand_in_id != opened.person.id:
        raise NotYoursError
    return cover, opened.person


def _found(session: Session, cover_id: int) -> Cover:
    """The row, with its deals locked. Raises `NoSuchDealError`."""
    cover = covers.find(session, cover_id)
    if cover is None:
        raise NoSuchDealError
    deals.lock_all(session, [each.deal_id for each in covers.together(session, cover)])
    covers.refresh(session, cover)
    return cover


def _with_deals(session: Session, asked: Sequence[Cover]) -> list[tuple[Cover, Deal]]:
    found = {deal.id: deal for deal in deals.lock_all(session, [each.deal_id for each in asked])}
    return [(each, found[each.deal_id]) for each in asked]
