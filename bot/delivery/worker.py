"""The way out: claims what is due in the outbox, sends it, settles it (DESIGN, data rule 4).

The workspaces take turns, each with one letter at a time, so that its letters keep their order; `SENDERS` of them are
served at once. One that is slow, or has asked us to wait, delays nobody else.
"""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.ports.clock import Clock
from bot.ports.messenger import Messenger, Receipt, RefusedError, ThrottledError, UnreachableError
from handlers.reminders import compose
from handlers.reminders.compose import OutboundMessage
from handlers.reminders.outcomes import Folded, Pointless, Postponed
from storage import outbox
from storage.database import Database
from storage.models import OutboxRow, Tenant
from storage.tenancy import scope

LEASE = timedelta(minutes=2)
"""How long a claimed row is ours."""
LONGEST_SEND = timedelta(minutes=1)
"""How long sending may take before we hang up: well within the lease."""
SENDERS = 16
"""So many workspaces are served at once."""
LOOK_AGAIN = 1.0
"""Seconds after which we look again who has something to send, while we are at work."""
SET_CLOCK = timedelta(minutes=1)
"""A machine's time that moves further than this against its steady seconds was set."""

log = structlog.stdlib.get_logger(__name__)


class DeliveryWorker:
    """Sends what is due. Any number of processes may do so on one database: a row is claimed by one of them."""

    def __init__(self, database: Database, messengers: Mapping[str, Messenger], clock: Clock) -> None:
        self._database = database
        self._messengers = messengers
        self._clock = clock
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
        self._stopping = False
        self._clock_begun = clock.begun()
        self._no_take_over_before = clock.monotonic()

    async def sweep(self) -> datetime | None:
        """Send all that is due now. Returns when the next row is due, None when the outbox is empty.

        Raises whatever keeps the database from us, when the letters under way have ended.
        """
        turns: dict[int, None] = {}  # in the order in which they come
        under_way: dict[asyncio.Task[bool], int] = {}
        resting: dict[int, float] = {}
        look_at = 0.0
        try:
            while not self._stopping:
                if not turns or self._clock.monotonic() >= look_at:
                    waiting = await self._database.read(
                        outbox.tenants_due, self._clock.now(), take_over=self._may_take_over()
                    )
                    moment = self._clock.monotonic()
                    look_at = moment + LOOK_AGAIN
                    busy = {*under_way.values(), *(each for each, until in resting.items() if until > moment)}
                    turns |= dict.fromkeys(each for each in waiting if each not in busy)
                if turns and len(under_way) < SENDERS:
                    tenant_id = next(iter(turns))
                    del turns[tenant_id]
                    under_way[asyncio.create_task(self._serve(tenant_id))] = tenant_id
                elif under_way:
                    ended, _ = await asyncio.wait(under_way, timeout=LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED)
                    for task in ended:
                        tenant_id = under_way.pop(task)
                        if task.result():
                            turns[tenant_id] = None  # there may be more, when all others had their turn
                        else:
                            resting[tenant_id] = self._clock.monotonic() + LOOK_AGAIN
                else:
                    return await self._database.read(outbox.next_due, self._clock.now())
        finally:
            await asyncio.gather(*under_way, return_exceptions=True)
        return None

    def stop(self) -> None:
        """Begin nothing new. The letters under way are sent and settled."""
        self._stopping = True

    def _may_take_over(self) -> bool:
        """Whether leases that look as if they had run out can be believed.

        When the machine's time was set, each may be one of a sender at work: until all that were given out before have
        ended for certain, nothing is taken over.
        """
        begun, moment = self._clock.begun(), self._clock.monotonic()
        if abs(begun - self._clock_begun) > SET_CLOCK:
            log.warning("the machine's time was set", by=str(begun - self._clock_begun))
            self._clock_begun, self._no_take_over_before = begun, moment + LEASE.total_seconds()
        return moment >= self._no_take_over_before

    async def _serve(self, tenant_id: int) -> bool:
        """Claim one row of the tenant and send it; False when there was none."""
        claimed = await self._database.write(
            _claim, tenant_id, self._owner, self._clock.now(), take_over=self._may_take_over()
        )
        if isinstance(claimed, OutboundMessage):
            await self._send(claimed)
        return claimed is not None

    async def _send(self, letter: OutboundMessage) -> None:
        try:
            async with asyncio.timeout(LONGEST_SEND.total_seconds()):
                receipt = await self._handed_over(letter)
        except ThrottledError as error:
            await self._settle(_throttled, letter, error)
        except RefusedError as error:
            log.warning("a message was refused", row=letter.row_id, reason=str(error))
            await self._settle(_refused, letter, error)
        except (UnreachableError, TimeoutError) as error:
            reason = str(error) or f"it took longer than {LONGEST_SEND.seconds} s"
            log.warning("a message could not be sent", row=letter.row_id, reason=reason)
            await self._settle(_failed, letter, reason)
        except Exception as error:  # a letter that we cannot draw must not keep back all others
            log.exception("a message could not be drawn or sent", row=letter.row_id)
            await self._settle(_failed, letter, f"an error of ours: {type(error).__name__}")
        else:
            await self._settle(_delivered, letter, receipt)

    async def _handed_over(self, letter: OutboundMessage) -> Receipt:
        """Post the letter, unless an earlier try has arrived already. Raises as `Messenger.deliver`."""
        messenger = self._messengers[letter.platform]
        if letter.tries is not None:
            try:
                receipt = await messenger.find(letter, letter.tries)
            except RefusedError as error:
                if error.whole_workspace:
                    raise
                # We may not look there. A message that comes twice is better than one that never comes.
                log.warning("nobody can tell whether a message arrived", row=letter.row_id, reason=str(error))
            else:
                if receipt is not None:
                    return receipt
        return await messenger.deliver(letter)

    async def _settle(self, how: Callable[..., None], letter: OutboundMessage, outcome: object) -> None:
        await self._database.write(_settle, self._owner, letter, how, outcome, self._clock.now())


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row was claimed and settled without sending; there may be more."""


def _claim(
    session: Session, tenant_id: int, owner: str, now: datetime, *, take_over: bool
) -> OutboundMessage | Skipped | None:
    """Take the tenant's next row and compose it; what has become pointless is cancelled in the same transaction."""
    claim = outbox.claim(session, tenant_id, owner=owner, lease=LEASE, now=now, take_over=take_over)
    if claim is None:
        return None
    row = claim.row
    try:
        composed = compose.compose(session, row, session.get_one(Tenant, tenant_id), tries=claim.tries, now=now)
    except DBAPIError:
        raise
    except Exception as error:  # a row that nobody can compose must not keep back all others
        log.exception("a message could not be composed", row=row.id)
        _failed(session, row, f"an error of ours: {type(error).__name__}", now)
        return Skipped()
    match composed:
        case OutboundMessage():
            return composed
        case Pointless(reason):
            outbox.settle_cancelled(row, reason=reason, now=now)
        case Postponed(until, reason):
            outbox.requeue(row, until=until, reason=reason)
        case Folded(into, reason):
            compose.record_folding(session, row, into, reason=reason, now=now)
    return Skipped()


def _settle(
    session: Session, owner: str, letter: OutboundMessage, how: Callable[..., None], outcome: object, now: datetime
) -> None:
    """Write down what came of a letter, unless its lease ran out and another process has it now."""
    scope(session, letter.tenant_id)
    row = outbox.lock_claimed(session, letter.row_id, owner)
    if row is None:
        log.warning("a lease ran out while sending", row=letter.row_id)
        return
    how(session, row, outcome, now)


def _delivered(session: Session, row: OutboxRow, receipt: Receipt, now: datetime) -> None:
    compose.record_delivery(session, row, channel=receipt.channel, ts=receipt.ts, now=now)


def _throttled(session: Session, row: OutboxRow, error: ThrottledError, now: datetime) -> None:
    outbox.pause_tenant(session, row.tenant_id, now + error.wait)
    outbox.requeue(row, until=now + error.wait, reason=str(error))


def _failed(_session: Session, row: OutboxRow, reason: str, now: datetime) -> None:
    jitter = random.random()  # noqa: S311 (no secret: it only parts those who failed together)
    if not outbox.retry_later(row, reason=reason, now=now, jitter=jitter):
        log.error("a message was given up", row=row.id, reason=reason)


def _refused(session: Session, row: OutboxRow, error: RefusedError, now: datetime) -> None:
    outbox.settle_dead(row, reason=str(error), now=now)
    if error.whole_workspace:
        session.get_one(Tenant, row.tenant_id).blocked_reason = str(error)
