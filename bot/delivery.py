"""The way out: claims what is due in the outbox, sends it, settles it, one row at a time (DESIGN, data rule 4)."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.messenger import Messenger, Receipt, RefusedError, ThrottledError, UnreachableError
from handlers import outgoing
from handlers.outgoing import Letter
from handlers.sendable import Folded, NotYet, Pointless
from storage import outbox
from storage.database import Database
from storage.models import OutboxRow, Tenant
from storage.tenancy import scope

LEASE = timedelta(minutes=2)
"""How long a claimed row is ours; longer than any send may take."""

log = structlog.stdlib.get_logger(__name__)


class Delivery:
    """Sends what is due. Any number of processes may do so on one database: a row is claimed by one of them."""

    def __init__(self, database: Database, messengers: Mapping[str, Messenger], clock: Clock) -> None:
        self._database = database
        self._messengers = messengers
        self._clock = clock
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
        self._stopping = False

    async def sweep(self) -> datetime | None:
        """Send all that is due now. Returns when the next row is due, None when the outbox is empty."""
        while not self._stopping:
            now = self._clock.now()
            claimed = await self._database.write(_claim, self._owner, now)
            if claimed is None:
                return await self._database.read(outbox.next_due, self._clock.now())
            if isinstance(claimed, Letter):
                await self._send(claimed)
        return None

    def stop(self) -> None:
        """Begin nothing new. The letter under way is sent and settled."""
        self._stopping = True

    async def _send(self, letter: Letter) -> None:
        messenger = self._messengers[letter.platform]
        try:
            receipt = await messenger.find(letter) if letter.sent_before else None
            if receipt is None:
                receipt = await messenger.deliver(letter)
        except ThrottledError as error:
            await self._settle(_throttled, letter, error)
        except RefusedError as error:
            log.warning("a message was refused", row=letter.row_id, reason=str(error))
            await self._settle(_refused, letter, error)
        except UnreachableError as error:
            log.warning("a message could not be sent", row=letter.row_id, reason=str(error))
            await self._settle(_unreachable, letter, error)
        else:
            await self._settle(_delivered, letter, receipt)

    async def _settle(self, how: Callable[..., None], letter: Letter, outcome: object) -> None:
        await self._database.write(_settle, self._owner, letter, how, outcome, self._clock.now())


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row was claimed and settled without sending; there may be more."""


def _claim(session: Session, owner: str, now: datetime) -> Letter | Skipped | None:
    """Take the next row and compose it; what has become pointless is cancelled in the same transaction."""
    claim = outbox.claim(session, owner=owner, lease=LEASE, now=now)
    if claim is None:
        return None
    row = claim.row
    scope(session, row.tenant_id)
    tenant = session.get_one(Tenant, row.tenant_id)
    composed = outgoing.compose(session, row, tenant, retried=claim.retried, now=now)
    match composed:
        case Letter():
            return composed
        case Pointless(reason):
            outbox.settle_cancelled(row, reason=reason, now=now)
        case NotYet(until, reason):
            outbox.put_back(row, until=until, reason=reason)
        case Folded(into, reason):
            outgoing.folded(session, row, into, reason=reason, now=now)
    return Skipped()


def _settle(
    session: Session, owner: str, letter: Letter, how: Callable[..., None], outcome: object, now: datetime
) -> None:
    """Write down what came of a letter, unless its lease ran out and another process has it now."""
    scope(session, letter.tenant_id)
    row = outbox.held(session, letter.row_id, owner)
    if row is None:
        log.warning("a lease ran out while sending", row=letter.row_id)
        return
    how(session, row, outcome, now)


def _delivered(session: Session, row: OutboxRow, receipt: Receipt, now: datetime) -> None:
    outgoing.delivered(session, row, channel=receipt.channel, ts=receipt.ts, now=now)


def _throttled(session: Session, row: OutboxRow, error: ThrottledError, now: datetime) -> None:
    outbox.pause_tenant(session, row.tenant_id, now + error.wait)
    outbox.put_back(row, until=now + error.wait, reason=str(error))


def _unreachable(_session: Session, row: OutboxRow, error: UnreachableError, now: datetime) -> None:
    if not outbox.retry_later(row, reason=str(error), now=now):
        log.error("a message was given up", row=row.id, reason=str(error))


def _refused(session: Session, row: OutboxRow, error: RefusedError, now: datetime) -> None:
    outbox.settle_dead(row, reason=str(error), now=now)
    if error.whole_workspace:
        session.get_one(Tenant, row.tenant_id).blocked_reason = str(error)
