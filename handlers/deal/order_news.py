"""Who else has to hear that an order was changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from handlers.method.order_changes import OrderChangeKind
from storage.models import Deal


def tell_delivery(session: Session, deal: Deal, kind: OrderChangeKind, now: datetime) -> None:
    """Tell the people who deliver the order, in the transaction of the change. Nobody delivers it before a handoff."""
