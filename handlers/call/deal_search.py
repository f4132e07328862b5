"""Lists a rep's deals, and finds one by a part of the customer's name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.call_screens import next_screen, record_screen
from handlers.deal.deal_access import acts_as_rep, owned_deal
from handlers.deal.facts import card, cards, facts
from handlers.deal.planning import accept_deal
from handlers.errors import NotNowError
from handlers.method.customers import customer_key
from handlers.method.stages import CALL_UNDER_WAY, Stage
from handlers.method.team_roles import ALL_ROLES, TeamRole
from handlers.method.urgency import urgency
from handlers.requests import Caller, OpenedRequest, open_request
from handlers.screens.call import CallScreen, RecordScreen
from handlers.screens.deals import DealCard, DealChoice, DealFacts, DealList
from storage import deal_members, deals
from storage.models import Deal

ACTIVE = CALL_UNDER_WAY | {Stage.SIGHTED, Stage.ALIGNED, Stage.RECAPPED, Stage.DELIVERING}
"""The stages in which the rep still has something to do or to watch."""

DUE = CALL_UNDER_WAY | {Stage.SIGHTED, Stage.ALIGNED}
"""The stages in which the rep has a next step now: the call, the recap, or an answer to the app."""

LIST_LENGTH = 10
CO_OWNED = frozenset({TeamRole.CO_OWNER})


@dataclass(frozen=True, slots=True)
class DealSearch:
    """A rep asks for their deals. `typed` is a part of a customer's name, or empty; pages count from 1."""

    caller: Caller
    typed: str = ""
    page: int = 1


def my_deals(session: Session, request: DealSearch, now: datetime) -> DealList:
    """A page of the rep's active deals, those that need the rep first; a page that does not exist is the nearest one.

    Raises `NotNowError` if none matches what was typed.
    """
    opened = open_request(session, request.caller, now)
    found = most_urgent_first(_named(session, opened, customer_key(request.typed), ACTIVE), now)
    if request.typed and not found:
        raise NotNowError("refusal.nothing_fits", typed=request.typed)
    shown, page, pages = page_of(found, request.page)
    return DealList(cards(session, shown, now), total=len(found), typed=request.typed, page=page, pages=pages)


def page_of(found: Sequence[Deal], page: int, length: int = LIST_LENGTH) -> tuple[Sequence[Deal], int, int]:
    """The deals of a page, its number and how many there are; a page that does not exist is the nearest one."""
    pages = max(1, -(-len(found) // length))
    page = min(max(1, page), pages)
    return found[(page - 1) * length : page * length], page, pages


def next_deal(session: Session, request: DealSearch, now: datetime) -> CallScreen | DealCard | DealChoice | None:
    """The most urgent thing for the rep: the next step of a call, or a card that needs an answer.

    None if nothing is due. With a part of a customer's name it is that deal's next step, as in `continue_call`.
    """
    if request.typed:
        return continue_call(session, request, now)
    opened = open_request(session, request.caller, now)
    found = most_urgent_first(deals.of_rep(session, opened.person.id, DUE), now)
    if not found:
        return None
    first = owned_deal(session, opened, found[0].id)
    if first.stage == Stage.SIGHTED or first.doubt is not None:
        return card(session, first, now)
    return next_screen(session, first, now)


def most_urgent_first(found: Iterable[Deal], now: datetime) -> list[Deal]:
    """What needs the rep first: an answer, then calls, then recaps, then the rest; each by inflation (M1.4)."""

    def rank(deal: Deal) -> int:
        if deal.stage == Stage.SIGHTED or deal.doubt is not None:
            return 0
        return 1 if deal.stage in CALL_UNDER_WAY else 2 if deal.stage in DUE else 3

    return sorted(found, key=lambda deal: (rank(deal), -urgency(deal.closed_at, now, deal.sellers).inflation))


def show_record(session: Session, request: DealSearch, now: datetime) -> RecordScreen | DealChoice:
    """Everything on record about the matching deal. Raises `NotNowError` if none matches."""
    opened = open_request(session, request.caller, now)
    found = find_by_customer(session, opened, request.typed, frozenset(Stage), on_teams(session, opened))
    if isinstance(found, Deal):
        return replace(record_screen(session, found, now), acts=acts_as_rep(session, opened.person, found))
    return DealChoice(request.typed, "show", found)


def continue_call(session: Session, request: DealSearch, now: datetime) -> CallScreen | DealChoice:
    """The next step of the matching deal's call, as its card's button gives it.

    Raises `NotNowError` if no deal matches.
    """
    opened = open_request(session, request.caller, now)
    found = find_by_customer(session, opened, request.typed, ACTIVE)
    if isinstance(found, Deal):
        accept_deal(session, owned_deal(session, opened, found.id), opened.person.id, now)
        return next_screen(session, found, now)
    return DealChoice(request.typed, "call", found)


def on_teams(session: Session, opened: OpenedRequest) -> Sequence[Deal]:
    """The deals whose team the person is on. A guest is on none."""
    if opened.is_guest:
        return ()
    return deal_members.deals_of(session, opened.person.id, frozenset(Stage), ALL_ROLES)


def find_by_customer(
    session: Session,
    opened: OpenedRequest,
    typed: str,
    stages: frozenset[Stage],
    also: Sequence[Deal] = (),
) -> Deal | tuple[DealFacts, ...]:
    """The deal whose customer matches what was typed, or several such deals. An exact name beats a part of one.

    Of the deals on which the person acts as the rep, and those in `also`.

    Raises `NotNowError` if none matches.
    """
    wanted = customer_key(typed)
    known = (deal for deal in also if deal.stage in stages and (not wanted or wanted in customer_key(deal.customer)))
    matching = list({deal.id: deal for deal in (*_named(session, opened, wanted, stages), *known)}.values())
    exact = [deal for deal in matching if wanted and customer_key(deal.customer) == wanted]
    chosen = exact if len(exact) == 1 else matching
    if not chosen:
        raise NotNowError("refusal.nothing_fits", typed=typed) if wanted else NotNowError("refusal.no_deals")
    return chosen[0] if len(chosen) == 1 else tuple(facts(deal) for deal in chosen[:LIST_LENGTH])


def _named(
    session: Session,
    opened: OpenedRequest,
    wanted: str,
    stages: frozenset[Stage],
) -> list[Deal]:
    """The deals on which the person acts as the rep, and whose customer's key has `wanted` in it.

    The keys are made anew: an older version may have stored them by other rules.
    """
    found = deals_of(session, opened, stages)
    return [deal for deal in found if not wanted or wanted in customer_key(deal.customer)]


def deals_of(session: Session, opened: OpenedRequest, stages: frozenset[Stage]) -> list[Deal]:
    """The deals in these stages on which the person acts as the rep, the oldest first."""
    own = deals.of_rep(session, opened.person.id, stages)
    shared = () if opened.is_guest else deal_members.deals_of(session, opened.person.id, stages, CO_OWNED)
    return sorted({each.id: each for each in (*own, *shared)}.values(), key=lambda deal: (deal.closed_at, deal.id))
