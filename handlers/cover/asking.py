"""A rep asks a colleague to stand in on open deals; the colleague says yes or no, and the deals come back.

The deals stay the rep's. Nothing passes before the colleague has accepted, and what is private (drafts, reviews,
self-checks, own words) never does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from handlers.cover.rep_deals import open_deals, still_to_cover
from handlers.cover.screens import answered_screen, ask_screen
from handlers.deal.absence import Absence, absence_of, asked_together, end_covers, move_end, standing_with
from handlers.deal.covering import (
    ANSWERED,
    ASK,
    CoverState,
    Why,
    first_of,
    follow_absence,
    listed,
    morning_of,
    redraw,
    redraw_who,
    send,
    time_end,
    time_question,
)
from handlers.deal.planning import let_cover
from handlers.deal.reminder_facts import working_time
from handlers.errors import InvalidEntryError, NoSuchDealError, NotNowError, NotYoursError
from handlers.method.customers import customer_key
from handlers.method.time_parsing.resolve import format_day, resolve_day
from handlers.requests import Caller, OpenedRequest, Profile, apply_profile, open_request
from handlers.screens.cover import CoverAnswered, CoverAsk, CoverEnded, CoverForm
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
class OtherAsked:
    """The rep picks another colleague (the platform's id) for the deals asked about together with this one."""

    caller: Caller
    cover_id: int
    stand_in: str
    profile: Profile | None = None


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
    stand_in = colleague(session, opened, request.stand_in, request.profile, now)
    if opened.repeated:
        return asked_before(session, rep, stand_in, now)
    until = _until(opened, request.until, now)
    return ask_about(session, rep, stand_in, _chosen(session, rep, request.customers), until, now)


def ask_again(session: Session, request: OtherAsked, now: datetime) -> CoverAnswered:
    """Somebody did not answer, said no, gave the deals back, is away or has left: ask another one about the same deals.

    Raises `NotYoursError` for anybody but the rep; `NotNowError` if none of the deals needs a stand-in any more.
    """
    opened = open_request(session, request.caller, now)
    rep = opened.person
    cover = _found(session, request.cover_id)
    if cover.rep_id != rep.id:
        raise NotYoursError
    stand_in = colleague(session, opened, request.stand_in, request.profile, now)
    if opened.repeated:
        return asked_before(session, rep, stand_in, now)
    wanted = still_to_cover(session, covers.together(session, cover))
    if not wanted:
        raise NotNowError("cover.over")
    today = now.astimezone(working_time(rep, opened.tenant).local).date()
    until = cover.until if cover.until is not None and cover.until > today else _until(opened, "", now)
    return ask_about(session, rep, stand_in, wanted, until, now)


def colleague(session: Session, opened: OpenedRequest, person: str, profile: Profile | None, now: datetime) -> Person:
    """Who is to be asked (the platform's id). Raises `InvalidEntryError` for the rep, and for who is away or left."""
    if person == opened.person.external_id:
        raise InvalidEntryError("stand_in", "cover.not_yourself")
    stand_in = workspaces.get_or_create_person(session, person, now)
    if profile is not None:
        apply_profile(session, opened.tenant, stand_in, profile, now)
    if opened.repeated:
        return stand_in
    name = stand_in.name or ""
    if stand_in.left_at is not None:
        raise InvalidEntryError("stand_in", "cover.has_left", who=name)
    away = absence_of(stand_in, opened.tenant, now)
    if away is not None and away.long:
        until = "" if away.back_on is None else format_day(away.back_on)
        raise InvalidEntryError("stand_in", "cover.is_away", who=name, until=until)
    return stand_in


def asked_before(session: Session, rep: Person, stand_in: Person, now: datetime) -> CoverAnswered:
    """The answer to a request that comes a second time: where it stands. Raises `NotNowError` if it is gone."""
    before = covers.last_asked(session, rep.id, stand_in.id)
    if before is None:
        raise NotNowError("cover.over")
    return answered_screen(session, before, now)


def ask_about(
    session: Session,
    rep: Person,
    stand_in: Person,
    chosen: Sequence[Deal],
    until: date | None,
    now: datetime,
    *,
    away: Absence | None = None,
) -> CoverAnswered:
    """Ask the colleague about these deals of the rep's; not again about those for which the question stands.

    Without a day, a rep who is away (`away`, or by what is known) has the deals back when they are back.
    """
    away = away or absence_of(rep, session.get_one(Tenant, rep.tenant_id), now)
    if until is None and away is not None and away.long:
        until = away.back_on
    locked = deals.lock_all(session, [deal.id for deal in chosen])
    kept = _kept(session, stand_in, locked, until, now)
    wanted = [deal for deal in locked if deal.id not in {each.deal_id for each in kept}]
    if not wanted:
        return answered_screen(session, kept[0], now)
    over = covers.of_deals(session, [deal.id for deal in wanted])
    end_covers(session, [deal for deal in wanted if covers.standing(session, deal.id) is not None], rep.id, now)
    asked = [
        Cover(
            deal_id=deal.id,
            rep_id=rep.id,
            stand_in_id=stand_in.id,
            state=CoverState.ASKED,
            until=until,
            asked_at=now,
        )
        for deal in wanted
    ]
    session.add_all(asked)
    session.flush()
    for each in asked:
        audit_log.record(session, each.deal_id, rep.id, "cover_asked", now, cover=each.id, to=stand_in.external_id)
    for group in asked_together(over):
        redraw(session, group[0], now)
    redraw_who(session, rep, now)
    first = asked[0]
    send(session, ASK, f"{ASK}:{first.id}", stand_in, now, cover=first.id)
    if away is not None and away.long and (until is None or away.back_on is None or until <= away.back_on):
        follow_absence(session, first)
    time_question(session, first, now)
    time_end(session, first, now)
    return answered_screen(session, first, now)


def _kept(
    session: Session, stand_in: Person, locked: Sequence[Deal], until: date | None, now: datetime
) -> Sequence[Cover]:
    """What this colleague was asked about before and is not over; on the new day, if all of it gets one."""
    standing = [covers.standing(session, deal.id) for deal in locked]
    kept: list[Cover] = []
    for group in asked_together([each for each in standing if each is not None and each.stand_in_id == stand_in.id]):
        if until is not None and group[0].until != until:
            if len(group) < len(standing_with(session, group[0])):
                continue
            move_end(session, group, until, now)
        kept.extend(group)
    return kept


def accept(session: Session, request: CoverRequest, now: datetime) -> CoverAsk:
    """The colleague stands in: the cards and the reminders are theirs from now on.

    A second tap changes nothing. Raises `NotYoursError` for anybody else.
    """
    cover, person = _asked_of(session, request, now)
    asked = listed(session, cover, (CoverState.ASKED,))
    if not asked:
        return ask_screen(session, cover)
    ends = morning_of(session, asked[0])
    if ends is not None and ends <= now:
        locked = deals.lock_all(session, [each.deal_id for each in asked])
        end_covers(session, locked, None, now, why=Why.UNANSWERED)
        return ask_screen(session, cover)
    for each, deal in _with_deals(session, asked):
        each.state, each.answered_at = CoverState.ACCEPTED, now
        audit_log.record(session, deal.id, person.id, "cover_accepted", now, cover=each.id)
        let_cover(session, deal, person, now)
    first = first_of(session, cover)
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
    standing = standing_with(session, cover)
    end_covers(session, deals.lock_all(session, [each.deal_id for each in standing]), opened.person.id, now)
    return answered_screen(session, cover, now) if opened.person.id == cover.rep_id else ask_screen(session, cover)


def back(session: Session, request: CoverBackRequest, now: datetime) -> CoverEnded:
    """`cover back`: all of it is over. Raises `NotNowError` if there is nothing to take or give back."""
    opened = open_request(session, request.caller, now)
    standing = covers.standing_of(session, opened.person.id)
    if not standing and not opened.repeated:
        raise NotNowError("cover.nothing")
    end_covers(session, deals.lock_all(session, [each.deal_id for each in standing]), opened.person.id, now)
    return CoverEnded(len(standing))


def _tell_rep(session: Session, first: Cover, now: datetime) -> None:
    session.flush()
    send(session, ANSWERED, f"{ANSWERED}:{first.id}", first.rep, now, at_once=True, cover=first.id)
    redraw(session, first, now)


def _until(opened: OpenedRequest, typed: str, now: datetime) -> date | None:
    """The day as typed; else the day on which the rep said they are back."""
    work = working_time(opened.person, opened.tenant)
    if typed.strip():
        try:
            return resolve_day(typed, now, work)
        except InvalidEntryError as error:
            raise InvalidEntryError("until", "cover.until_unclear") from error
    away = absence_of(opened.person, opened.tenant, now)
    return None if away is None else away.back_on


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
