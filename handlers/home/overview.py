"""What is next for a person, what is due this week, and their deals by what they wait for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.deal_search import ACTIVE, DUE, deals_of, most_urgent_first, page_of
from handlers.challenges.shown import challenges_shown, open_rows
from handlers.deal.due_promises import due_promises
from handlers.deal.facts import cards, facts
from handlers.deal.promise_rows import promise_rows
from handlers.deal.rep_calls import calls_so_far
from handlers.method.challenges import ChallengeState
from handlers.method.reminders_due import AGREED
from handlers.method.stages import Stage
from handlers.requests import Caller, OpenedRequest, open_request
from handlers.review.self_check import history_of
from handlers.screens.challenges import ChallengeFacts
from handlers.screens.deals import DealCard, DealList
from handlers.screens.home import DuePromise, Home, HomeFilter, PrivateCorner
from storage.models import Deal

COMPLETED = frozenset({Stage.COMPLETED})
DEALS_SHOWN = 7
"""A page; with what stands above and what an admin sees below, a Teams card holds no more."""
PROMISES_SHOWN = 5
CHALLENGES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class HomeRequest:
    """Somebody opens their Home, or another page or filter of its deals. Pages count from 1."""

    caller: Caller
    filter: HomeFilter = HomeFilter.ALL
    page: int = 1


def show(session: Session, request: HomeRequest, now: datetime) -> Home:
    """The person's Home. Changes nothing, and costs as many statements for one deal as for five hundred."""
    opened = open_request(session, request.caller, now)
    active = most_urgent_first(deals_of(session, opened, ACTIVE), now)
    done = _done(session, opened) if request.filter is HomeFilter.DONE else []
    agreed = {deal.id: deal for deal in active if deal.stage in AGREED}
    open_challenges = open_rows(session, list(agreed.values()))
    old = [deal.id for deal in page_of(done, request.page, DEALS_SHOWN)[0]]
    rows = promise_rows(session, [*(deal.id for deal in active), *old], promised=[*agreed, *old])
    due = due_promises(list(agreed.values()), rows, opened.tenant, now)
    promised = {each.deal.id for each in due} | {row.deal_id for row in open_challenges}
    listed: dict[HomeFilter, list[Deal]] = {each: [] for each in HomeFilter}
    listed |= {HomeFilter.ALL: active, HomeFilter.DONE: done}
    for deal in active:
        listed[_waits_for(deal, promised)].append(deal)
    shown, page, pages = page_of(listed[request.filter], request.page, DEALS_SHOWN)
    first_deal = active[0] if active and _is_due(active[0]) else None
    drawn = {deal.id: deal for deal in shown} | ({} if first_deal is None else {first_deal.id: first_deal})
    by_deal = {card.deal.id: card for card in cards(session, list(drawn.values()), now, rows)}
    told = [(agreed[row.deal_id], row) for row in open_challenges[:CHALLENGES_SHOWN]]
    challenges = challenges_shown(session, told, now)
    promises = tuple(
        DuePromise(facts(each.deal), each.wording, each.day, each.overdue) for each in due[:PROMISES_SHOWN]
    )
    return Home(
        first=_first(challenges, None if first_deal is None else by_deal[first_deal.id], promises),
        promises=promises,
        promises_total=len(due),
        challenges=challenges,
        challenges_total=len(open_challenges),
        deals=DealList(
            tuple(by_deal[deal.id] for deal in shown), total=len(listed[request.filter]), page=page, pages=pages
        ),
        filter=request.filter,
        counts={each: len(some) for each, some in listed.items() if each is not HomeFilter.DONE},
        corner=PrivateCorner(calls_so_far(session, opened.person.id), history_of(session, opened.person)),
    )


def _done(session: Session, opened: OpenedRequest) -> list[Deal]:
    return sorted(deals_of(session, opened, COMPLETED), key=lambda deal: (deal.closed_at, deal.id), reverse=True)


def _first(
    challenges: Sequence[ChallengeFacts], card: DealCard | None, due: Sequence[DuePromise]
) -> DealCard | ChallengeFacts | DuePromise | None:
    """The one thing: a customer who must hear of a challenge, then the most urgent deal, then the oldest promise."""
    if challenges and challenges[0].state is ChallengeState.TO_TELL:
        return challenges[0]
    if card is not None:
        return card
    return due[0] if due else challenges[0] if challenges else None


def _is_due(deal: Deal) -> bool:
    return deal.stage in DUE or deal.doubt is not None


def _waits_for(deal: Deal, promised: set[int]) -> HomeFilter:
    """What an active deal waits for: the rep's answer or call, a promise or challenge of this week, or time."""
    if _is_due(deal):
        return HomeFilter.CALL
    return HomeFilter.PROMISES if deal.id in promised else HomeFilter.WAITING
