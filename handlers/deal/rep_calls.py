"""What a rep's own calls show about the fear of the call: it does not cost the deal (M1.1)."""

from __future__ import annotations

from datetime import timedelta
from statistics import median

from sqlalchemy.orm import Session

from handlers.deal.deal_playbook import playbook_of
from handlers.method.stages import CALL_TO_MAKE, Stage
from handlers.screens.deals import Fear
from storage import audit_log
from storage.models import Deal

FIRST_DEALS = 3
"""On the cards of so many deals the fear is met in words."""
PROVEN_BY = 3
"""From so many calls on, the rep's own calls say it better."""
LOOKED_AT = 6
LONGEST_CALL = timedelta(hours=3)
"""A longer one was interrupted, and says nothing of how long a call takes."""


def fear_of(session: Session, deal: Deal, deals_before: int) -> Fear | None:
    """What meets the fear on this deal's card: words on a rep's first deals, then their own calls; None after the call.

    `deals_before` is how many deals the rep had before. The proof is told as it is: a cancelled deal counts.
    """
    if deal.stage not in CALL_TO_MAKE:
        return None
    calls = audit_log.calls_of(session, deal.current_rep_id, LOOKED_AT)
    if len(calls) >= PROVEN_BY:
        lasted = [call.aligned_at - call.began_at for call in calls if call.began_at is not None]
        sure = [each / timedelta(minutes=1) for each in lasted if each <= LONGEST_CALL]
        return Fear(
            calls=len(calls),
            cancelled=sum(call.stage in (Stage.CANCELLED, Stage.LOST) for call in calls),
            minutes=max(1, round(median(sure))) if sure else None,
        )
    if deals_before >= FIRST_DEALS:
        return None
    return Fear(words=playbook_of(session, deal).fear_antidote)
