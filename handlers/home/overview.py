"""What is next for a person, what is due this week, and their deals by what they wait for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from handlers.call.deal_search import ACTIVE, DUE, deals_of, most_urgent_first, page_of
from handlers.challenges.shown import challenges_shown, open_rows
from handlers.deal.facts import cards, facts
from handlers.deal.promise_rows import PromiseRows, promise_rows
from handlers.deal.reminder_facts import agreed_among, dated_promises, recurring_among, working_time
from handlers.deal.rep_calls import calls_so_far
from handlers.method.challenges import ChallengeState
from handlers.method.recurrence import occasions
from handlers.method.reminders_due import AGREED
from handlers.method.stages import Stage
from handlers.requests import Caller, OpenedRequest, open_request
from handlers.review.self_check import history_of
from handlers.screens.challenges import ChallengeFacts
from handlers.screens.deals import DealCard, DealList
from handlers.screens.home import DuePromise, Home, HomeFilter, PrivateCorner
from storage.models import Deal, Tenant

COMPLETED = frozenset({Stage.COMPLETED})
PROMISES_SHOWN = 5
CHALLENGES_SHOWN = 3
AHEAD = timedelta(days=7)
"""What is due within so many days is shown."""
LOOKED_BACK = timedelta(days=7)
"""An occasion of a promise that recurs is overdue for so long; then the next one counts."""


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
    old = [deal.id for deal in page_of(done, request.page)[0]]
    rows = promise_rows(session, [*(deal.id for deal in active), *old], promised=[*agreed, *old])
    due = _due_promises(list(agreed.values()), rows, opened.tenant, now)
    promised = {each.deal.id for each in due} | {row.deal_id for row in open_challenges}
    listed: dict[HomeFilter, list[Deal]] = {each: [] for each in HomeFilter}
    listed |= {HomeFilter.ALL: active, HomeFilter.DONE: done}
    for deal in active:
        listed[_waits_for(deal, promised)].append(deal)
    shown, page, pages = page_of(listed[request.filter], request.page)
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


class _Due(NamedTuple):
    """A promise that is due, before its deal's facts are formatted."""

    day: date
    deal: Deal
    wording: str
    overdue: bool


def _due_promises(found: Sequence[Deal], rows: PromiseRows, tenant: Tenant, now: datetime) -> list[_Due]:
    """The open promises of these deals that are due by the end of the week, the oldest first."""
    due: list[_Due] = []
    for deal in found:
        agreed = [each for each in agreed_among(rows.current[deal.id]) if each.id not in rows.outcomes]
        if not agreed:
            continue
        work = working_time(deal.current_rep, tenant)
        today = now.astimezone(work.local).date()
        days: dict[int, date] = dict(dated_promises(agreed, deal.closed_at.astimezone(work.local).date()))
        for each in recurring_among(rows.recurrence, deal, agreed, tenant):
            if each.statement_id in days:
                continue
            since = max(each.agreed_on, today - LOOKED_BACK)
            found_days = occasions(each.rule, each.agreed_on, each.recap_on, work, since)
            open_day = next(_open_days(found_days, each.done, each.moved, today + AHEAD), None)
            if open_day is not None:
                days[each.statement_id] = open_day
        due += [
            _Due(days[each.id], deal, each.wording, overdue=days[each.id] < today)
            for each in agreed
            if each.id in days and days[each.id] <= today + AHEAD
        ]
    return sorted(due, key=lambda each: (each.day, each.deal.id))


def _open_days(days: Iterator[date], done: frozenset[date], moved: Mapping[date, date], until: date) -> Iterator[date]:
    """The occasions until then that nobody has settled, on the days to which they were put off."""
    for day in days:
        if day > until:
            return
        if day not in done:
            yield moved.get(day, day)
