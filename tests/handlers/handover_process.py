"""A process that hands over all deals of Anna, says so in the middle of the transaction, and waits there to be killed.

The middle is when so many deals have been written; after all of them, it is just before the commit. With 0 it does not
wait, says when it is done, and how many seconds of processor time it took.
"""

from __future__ import annotations

import os
import sys
import time

from sqlalchemy import event
from sqlalchemy.orm import Session, UOWTransaction

from handlers.requests import Caller
from handlers.team import handover
from handlers.team.handover import HandoverFilled
from storage.database import Database
from storage.models import AuditEntry
from tests.handlers.world import ANNA, BEN, MONDAY_NOON, WORKSPACE

LONGER_THAN_THE_TEST = 600.0


def wait_after(deals: int) -> None:
    """Wait as soon as so many deals have been written, within the transaction."""
    written = 0

    def count(session: Session, _: UOWTransaction) -> None:
        nonlocal written
        written += sum(isinstance(each, AuditEntry) and each.action == "handed_over" for each in session.new)
        if written >= deals:
            os.write(sys.stdout.fileno(), b"in the middle\n")
            time.sleep(LONGER_THAN_THE_TEST)

    event.listen(Session, "after_flush", count)


def main(url: str, deals: int) -> None:
    """Hand them over."""
    if deals:
        wait_after(deals)
    database = Database(url)
    request = HandoverFilled(Caller("slack", WORKSPACE, ANNA, "form:1"), "", BEN, None, "", is_admin=False)
    begun = time.process_time()
    done = database.write_sync(handover.hand_over_deals, request, MONDAY_NOON)
    took = time.process_time() - begun
    os.write(sys.stdout.fileno(), f"{len(done.deals)} {took:.2f}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
