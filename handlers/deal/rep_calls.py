"""What a rep's own calls show about the fear of the call: it does not cost the deal (M1.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from statistics import median

from sqlalchemy.orm import Session

from handlers.deal.deal_playbook import playbooks_of
from handlers.method.stages import Stage
from handlers.screens.deals import Fear
from storage import audit_log
from storage.audit_log import CallMade
from storage.models import Deal

FIRST_DEALS = 3
"""On the cards of so many deals the fear is met in words."""
PROVEN_BY = 3
"""From so many calls on, the rep's own calls say it better."""
LOOKED_AT = 6
LONGEST_CALL = timedelta(hours=3)
"""A longer one was interrupted, and says nothing of how long a call takes."""


def fears_of(session: Session, to_call: Sequence[Deal], deals_before: Mapping[int, int]) -> dict[int, Fear]:
    """What meets the fear on the cards of deals whose call is to be made, by deal id: words on a rep's first deals,
    then their own calls.

    `deals_before` is how many deals the rep had before each. The proof is told as it is: a cancelled deal counts.
    """
    calls = audit_log.calls_of(session, {deal.current_rep_id for deal in to_call}, LOOKED_AT)
    proofs = {person_id: proof for person_id, made in calls.items() if (proof := _proof(made)) is not None}
    found = {deal.id: proofs[deal.current_rep_id] for deal in to_call if deal.current_rep_id in proofs}
    new = [deal for deal in to_call if deal.id not in found and deals_before[deal.id] < FIRST_DEALS]
    books = playbooks_of(session, new)
    return found | {deal.id: Fear(words=books[deal.id].fear_antidote) for deal in new}


def calls_so_far(session: Session, person_id: int) -> Fear | None:
    """What the person's own calls show; None while there are too few."""
    return _proof(audit_log.calls_of(session, [person_id], LOOKED_AT)[person_id])


def _proof(calls: Sequence[CallMade]) -> Fear | None:
    if len(calls) < PROVEN_BY:
        return None
    lasted = [call.aligned_at - call.began_at for call in calls if call.began_at is not None]
    sure = [each / timedelta(minutes=1) for each in lasted if each <= LONGEST_CALL]
    return Fear(
        calls=len(calls),
        cancelled=sum(call.stage in (Stage.CANCELLED, Stage.LOST) for call in calls),
        minutes=max(1, round(median(sure))) if sure else None,
    )
