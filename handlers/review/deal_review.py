"""The deal review: three questions that a rep answers for themselves once a deal is won or lost (M7.6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.call.deal_search import DealSearch, find_by_customer
from handlers.deal.deal_access import owned_deal
from handlers.deal.facts import facts
from handlers.errors import InvalidEntryError, NotNowError
from handlers.method.stages import ALIGNED_OR_LATER, Stage
from handlers.requests import Caller, DealRequest, open_request
from handlers.screens.deals import DealChoice
from handlers.screens.review import ReviewForm, ReviewSaved
from storage import deals, review
from storage.models import Deal, DealReview

OVER = frozenset({Stage.COMPLETED, Stage.LOST, Stage.CANCELLED})
"""The stages in which a deal is looked back on first."""
REVIEWABLE = OVER | ALIGNED_OR_LATER
LONGEST_ANSWER = 2000


@dataclass(frozen=True, slots=True)
class ReviewFilled:
    """The submitted answers, as typed."""

    caller: Caller
    deal_id: int
    did: str
    more: str
    without_us: str


def find(session: Session, request: DealSearch, now: datetime) -> ReviewForm | DealChoice:
    """The review of the matching deal, those that are over first. Raises `NotNowError` if none matches."""
    opened = open_request(session, request.caller, now)
    try:
        found = find_by_customer(session, opened, request.typed, OVER)
    except NotNowError:
        found = find_by_customer(session, opened, request.typed, REVIEWABLE)
    if not isinstance(found, Deal):
        return DealChoice(request.typed, "review", found)
    return show(session, DealRequest(replace(request.caller, event_key=""), found.id), now)


def show(session: Session, request: DealRequest, now: datetime) -> ReviewForm:
    """The questions with the person's own last answers.

    Raises `NotNowError` before there is anything to look back on.
    """
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    _require_reviewable(deal)
    last = review.latest_review(session, opened.person.id, deal.id)
    other = review.latest_other_review(session, opened.person.id, deal.id)
    earlier = None if other is None else deals.find(session, other.deal_id)
    return ReviewForm(
        facts(deal),
        did="" if last is None else last.did,
        more="" if last is None else last.more,
        without_us="" if last is None else last.without_us,
        answered_at=None if last is None else last.at,
        last_time="" if other is None or last is not None else other.more,
        last_customer="" if earlier is None else earlier.customer,
    )


def save(session: Session, request: ReviewFilled, now: datetime) -> ReviewSaved:
    """Keep the answers beside the earlier ones; the same again is kept once.

    The timeline does not say that there is a review: others read it. Raises `InvalidEntryError` for no answer at all,
    and for one that is too long.
    """
    opened = open_request(session, request.caller, now)
    deal = owned_deal(session, opened, request.deal_id)
    if opened.repeated:
        return ReviewSaved(facts(deal))
    _require_reviewable(deal)
    answers = {name: getattr(request, name).replace("\r\n", "\n").strip() for name in ("did", "more", "without_us")}
    if not any(answers.values()):
        raise InvalidEntryError("did", "refusal.review_empty")
    for name, answer in answers.items():
        if len(answer) > LONGEST_ANSWER:
            raise InvalidEntryError(name, "refusal.text_too_long", most=LONGEST_ANSWER)
    last = review.latest_review(session, opened.person.id, deal.id)
    if last is None or any(getattr(last, name) != answer for name, answer in answers.items()):
        session.add(DealReview(deal_id=deal.id, person_id=opened.person.id, at=now, **answers))
    return ReviewSaved(facts(deal))


def _require_reviewable(deal: Deal) -> None:
    if deal.stage not in REVIEWABLE:
        raise NotNowError("refusal.review_later")
