"""The delivery worker: claims each due row of the outbox, sends it and settles it, one by one.

The workspaces take turns, each with one message at a time, so that its messages keep their order; up to `MAX_SENDERS`
workspaces send at once. A workspace that is slow, or asked the app to wait, delays no other.
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

from bot.delivery.recipient_profiles import RecipientProfiles
from bot.ports.clock import Clock
from bot.ports.http_calls import for_workspace
from bot.ports.messenger import ExternalReadersError, Messenger, Receipt, RefusedError, ThrottledError, UnreachableError
from bot.ports.platform import RefreshProfile
from handlers.reminders import compose
from handlers.reminders.compose import OutboundMessage
from handlers.reminders.outcomes import Folded, Pointless, Postponed
from handlers.team import channels, closed_channels
from storage import outbox
from storage.database import Database
from storage.models import OutboxRow, Tenant
from storage.tenancy import scope

LEASE = timedelta(minutes=2)
"""How long a claimed row belongs to its claimer."""
SEND_TIMEOUT = timedelta(minutes=1)
"""How long sending one message may take: well within the lease."""
SETTLE_PAUSES = (1.0, 4.0, 10.0)
"""Seconds between the attempts to record what became of a message; all within the lease."""
MAX_SENDERS = 16
"""How many workspaces send at once."""
POLL_SECONDS = 1.0
"""How often a running sweep checks which workspaces have something due."""
CLOCK_JUMP = timedelta(minutes=1)
"""If the machine's time drifts further than this from its monotonic clock, somebody has set it."""

log = structlog.stdlib.get_logger(__name__)


class DeliveryWorker:
    """Sends what is due. Any number of processes may share a database: only one of them claims a row."""

    def __init__(
        self,
        database: Database,
        messengers: Mapping[str, Messenger],
        clock: Clock,
        refreshers: Mapping[str, RefreshProfile] | None = None,
    ) -> None:
        self._recipients = RecipientProfiles(database, clock, {} if refreshers is None else refreshers)
        self._database = database
        self._messengers = messengers
        self._clock = clock
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
        self._stopping = False
        self._monotonic_epoch = clock.monotonic_epoch()
        self._no_take_over_before = clock.monotonic()
        self.failing = False
        """Whether the last sweep, or the running one so far, failed."""

    async def sweep(self) -> datetime | None:
        """Send everything that is due now. Returns when the next row is due, or None if the outbox is empty.

        A database error is raised once the messages in progress are done.
        """
        queue: dict[int, None] = {}  # the tenants whose turn it is, in order
        sending: dict[asyncio.Task[bool], int] = {}
        idle_until: dict[int, float] = {}
        next_poll = 0.0
        try:
            while not self._stopping:
                if not queue or self._clock.monotonic() >= next_poll:
                    due = await self._database.read(
                        outbox.tenants_due, self._clock.now(), take_over=self._may_take_over()
                    )
                    self.failing = False
                    moment = self._clock.monotonic()
                    next_poll = moment + POLL_SECONDS
                    busy = {*sending.values(), *(each for each, until in idle_until.items() if until > moment)}
                    queue |= dict.fromkeys(each for each in due if each not in busy)
                if queue and len(sending) < MAX_SENDERS:
                    tenant_id = next(iter(queue))
                    del queue[tenant_id]
                    sending[asyncio.create_task(self._send_next(tenant_id))] = tenant_id
                elif sending:
                    done, _ = await asyncio.wait(sending, timeout=POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                    for task in done:
                        tenant_id = sending.pop(task)
                        if task.result():
                            queue[tenant_id] = None  # it may have more; back to the end of the queue
                        else:
                            idle_until[tenant_id] = self._clock.monotonic() + POLL_SECONDS
                else:
                    return await self._database.read(outbox.next_due, self._clock.now())
        except asyncio.CancelledError:
            for task in sending:  # the rows stay claimed, and whoever takes them over asks whether they arrived
                task.cancel()
            raise
        except Exception:
            self.failing = True
            raise
        finally:
            await asyncio.gather(*sending, return_exceptions=True)
        return None

    def stop(self) -> None:
        """Start nothing new. The messages in progress are still sent and settled."""
        self._stopping = True

    def _may_take_over(self) -> bool:
        """Whether a lease that looks expired really is.

        After the machine's time was set, its owner may still be sending. So nothing is taken over until every lease
        granted before must have ended.
        """
        epoch, moment = self._clock.monotonic_epoch(), self._clock.monotonic()
        if abs(epoch - self._monotonic_epoch) > CLOCK_JUMP:
            log.warning("the machine's time was set", by=str(epoch - self._monotonic_epoch))
            self._monotonic_epoch, self._no_take_over_before = epoch, moment + LEASE.total_seconds()
        return moment >= self._no_take_over_before

    async def _send_next(self, tenant_id: int) -> bool:
        """Claim one row of the tenant and send it; False if there was none."""
        now = self._clock.now()  # one time for both: a reminder that comes due in between was not looked up
        await self._recipients.refresh_next(tenant_id, now)
        claimed = await self._database.write(_claim, tenant_id, self._owner, now, take_over=self._may_take_over())
        if isinstance(claimed, OutboundMessage):
            await self._send(claimed)
        return claimed is not None

    async def _send(self, message: OutboundMessage) -> None:
        try:
            with for_workspace(message.workspace):
                async with asyncio.timeout(SEND_TIMEOUT.total_seconds()):
                    receipt = await self._deliver_once(message)
        except ThrottledError as error:
            await self._settle(_settle_throttled, message, error)
        except ExternalReadersError as error:
            log.warning("a message was not posted", row=message.row_id, reason=str(error))
            await self._settle(_settle_withheld, message, error)
        except RefusedError as error:
            log.warning("a message was refused", row=message.row_id, reason=str(error))
            await self._settle(_settle_refused, message, error)
        except (UnreachableError, TimeoutError) as error:
            failed = (
                error
                if isinstance(error, UnreachableError)
                else UnreachableError(f"it took longer than {SEND_TIMEOUT.seconds} s")
            )
            log.warning("a message could not be sent", row=message.row_id, reason=str(failed))
            await self._settle(_settle_unreachable, message, failed)
        except Exception as error:  # a message that cannot be rendered must not block the others
            log.exception("a message could not be rendered or sent", row=message.row_id)
            await self._settle(_settle_failed, message, f"an error of ours: {type(error).__name__}")
        else:
            await self._settle(_settle_delivered, message, receipt)

    async def _deliver_once(self, message: OutboundMessage) -> Receipt:
        """Post the message, unless an earlier try has already arrived. Raises as `Messenger.deliver`."""
        messenger = self._messengers[message.platform]
        if message.tries is not None:
            try:
                receipt = await messenger.find(message, message.tries)
            except RefusedError as error:
                if error.whole_workspace:
                    raise
                # The app may not read that conversation. A message twice is better than none.
                log.warning("it is unknown whether a message arrived", row=message.row_id, reason=str(error))
            else:
                if receipt is not None:
                    return receipt
        return await messenger.deliver(message)

    async def _settle(self, settle: Callable[..., None], message: OutboundMessage, outcome: object) -> None:
        """Record the outcome, also if the database fails for a moment: a message on Teams would be sent twice."""
        for pause in SETTLE_PAUSES:
            try:
                await self._record(settle, message, outcome)
            except DBAPIError as error:
                if self._stopping:
                    raise
                log.warning("an outcome was not recorded yet", row=message.row_id, error=type(error).__name__)
                await asyncio.sleep(pause)
            else:
                return
        await self._record(settle, message, outcome)

    async def _record(self, settle: Callable[..., None], message: OutboundMessage, outcome: object) -> None:
        await self._database.write(_settle_claimed, self._owner, message, settle, outcome, self._clock.now())


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row was claimed and settled without sending it; the tenant may have more."""


def _claim(
    session: Session, tenant_id: int, owner: str, now: datetime, *, take_over: bool
) -> OutboundMessage | Skipped | None:
    """Claim the tenant's next row and compose its message; a pointless one is cancelled in the same transaction."""
    claim = outbox.claim(session, tenant_id, owner=owner, lease=LEASE, now=now, take_over=take_over)
    if claim is None:
        return None
    row = claim.row
    try:
        composed = compose.compose(session, row, session.get_one(Tenant, tenant_id), tries=claim.tries, now=now)
    except DBAPIError:
        raise
    except Exception as error:  # a row that cannot be composed must not block the others
        log.exception("a message could not be composed", row=row.id)
        _settle_failed(session, row, f"an error of ours: {type(error).__name__}", now)
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


def _settle_claimed(
    session: Session, owner: str, message: OutboundMessage, settle: Callable[..., None], outcome: object, now: datetime
) -> None:
    """Record the outcome on the row, unless the lease ran out and another process has claimed it."""
    scope(session, message.tenant_id)
    row = outbox.lock_claimed(session, message.row_id, owner)
    if row is None:
        log.warning("a lease ran out while sending", row=message.row_id)
        return
    settle(session, row, outcome, now)


def _settle_delivered(session: Session, row: OutboxRow, receipt: Receipt, now: datetime) -> None:
    compose.record_delivery(session, row, channel=receipt.channel, ts=receipt.ts, now=now)
    outbox.lift_pause(session, row.tenant_id)


def _settle_throttled(session: Session, row: OutboxRow, error: ThrottledError, now: datetime) -> None:
    outbox.pause_tenant(session, row.tenant_id, now + error.wait)
    outbox.requeue(row, until=now + error.wait, reason=str(error))


def _settle_unreachable(session: Session, row: OutboxRow, error: UnreachableError, now: datetime) -> None:
    if error.wait is not None:
        outbox.pause_tenant(session, row.tenant_id, now + error.wait)
    _settle_failed(session, row, str(error), now)


def _settle_withheld(session: Session, row: OutboxRow, error: ExternalReadersError, now: datetime) -> None:
    outbox.settle_cancelled(row, reason=str(error), now=now)
    channels.found_shared(session, session.get_one(Tenant, row.tenant_id), row.channel or "", error.admins, now)


def _settle_failed(_session: Session, row: OutboxRow, reason: str, now: datetime) -> None:
    jitter = random.random()  # noqa: S311 (not a secret: it spreads retries after a common failure)
    if not outbox.retry_later(row, reason=reason, now=now, jitter=jitter):
        log.error("a message was given up", row=row.id, reason=reason)


def _settle_refused(session: Session, row: OutboxRow, error: RefusedError, now: datetime) -> None:
    """A workspace that refuses everything is no fault of the message: that waits with all others."""
    tenant = session.get_one(Tenant, row.tenant_id)
    if error.whole_workspace:
        tenant.blocked_reason = str(error)
        outbox.requeue(row, until=now, reason=str(error))
        return
    outbox.settle_dead(row, reason=str(error), now=now)
    if error.closed is not None and row.channel is not None:
        closed_channels.close(session, tenant, row.channel, error.closed, now)
