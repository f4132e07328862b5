"""Store the deals of a file as one batch, compare them with what is known, and take a batch out again.

An imported deal is complete: it counts as won, nothing more is asked about it, and no message is planned for it.
It was heard when it closed, so no message of today is taken for news about it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.export import Workspace
from handlers.imports.errors import ImportFileError
from handlers.imports.rows import PastDeal
from handlers.method.stages import Stage
from handlers.method.time_zones import zone
from storage import imports, workspaces
from storage.models import Tenant
from storage.tenancy import scope

PLATFORM_IDS = {
    "slack": re.compile(r"(?=.*\d)[UW][A-Z0-9]{7,}"),
    "teams": re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+:\S+", re.IGNORECASE),
}
"""What people's ids look like: somebody whom FirstCall has not met yet can be named by it."""

Chunks = Callable[[], Iterator[Sequence[PastDeal]]]
"""Reads the file from its beginning. A database may ask for it twice."""


@dataclass(slots=True)
class Seen:
    """The deals of the file so far, as digests: a hundred thousand take a few megabytes."""

    _digests: set[bytes] = field(default_factory=set)

    def is_new(self, deal: PastDeal) -> bool:
        """Whether no row before this one was the same deal; remembers it."""
        said = f"id {deal.source_id}" if deal.source_id else f"{deal.day} {deal.amount_minor} {deal.customer_key}"
        digest = blake2b(said.encode(), digest_size=16).digest()
        if digest in self._digests:
            return False
        self._digests.add(digest)
        return True


@dataclass(frozen=True, slots=True)
class Applied:
    """A batch that was stored."""

    batch: int
    deals: int
    known: int


@dataclass(frozen=True, slots=True)
class Undone:
    """A batch that was taken out. `left`: deals that somebody has worked on, by id and customer."""

    taken_out: int
    left: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A batch in the list. `there`: how many of its deals are still there."""

    batch: int
    file: str
    at: datetime
    deals: int
    there: int
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reps:
    """Who a row's rep is: by the platform's id, by a name that one person has, or as the caller said."""

    platform: str
    by_name: Mapping[str, str]
    """What a file calls somebody, in lower case, to their id on the platform."""
    fallback: str | None = None
    """The id of the rep of rows without one."""

    def external_id(self, written: str) -> str | None:
        """The platform's id of the person; None if that cannot be told."""
        if not written:
            return self.fallback
        known = self.by_name.get(written.casefold())
        if known is None and PLATFORM_IDS[self.platform].fullmatch(written):
            return written
        return known


def workspace_zone(session: Session, workspace: Workspace) -> str:
    """The name of the workspace's time zone."""
    return session.get_one(Tenant, workspace.id).zone


def reps(session: Session, workspace: Workspace, said: Mapping[str, str], fallback: str | None) -> Reps:
    """Everybody whom a file can name. `said` maps what the file writes, an email address say, to platform ids.

    Raises:
        ImportFileError: `said` or `fallback` has what can be nobody's id.
    """
    scope(session, workspace.id)
    by_name: dict[str, str] = {}
    twice: set[str] = set()
    for _, external_id, name in imports.people(session):
        by_name[external_id.casefold()] = external_id
        if name:
            key = " ".join(name.split()).casefold()
            twice |= {key} if key in by_name else set()
            by_name[key] = external_id
    for name in twice:
        del by_name[name]
    for each in filter(None, [*said.values(), fallback]):
        if each.casefold() not in by_name and not PLATFORM_IDS[workspace.platform].fullmatch(each):
            raise ImportFileError(f"--rep: {each} is no id of a person on {workspace.platform}")
    return Reps(workspace.platform, by_name | {key.casefold(): value for key, value in said.items()}, fallback)


def known_lines(session: Session, workspace: Workspace, deals: Sequence[PastDeal]) -> set[int]:
    """The lines of those deals that the workspace has already: by source id, else by customer, day and amount.

    Two deals with different ids of their source are two, however alike.
    """
    scope(session, workspace.id)
    local = zone(workspace_zone(session, workspace))
    ids = imports.known_source_ids(session, {deal.source_id for deal in deals if deal.source_id})
    with_id: set[tuple[str, str, int | None]] = set()
    without_id: set[tuple[str, str, int | None]] = set()
    for known in imports.known_closes(session, {deal.customer_key for deal in deals}):
        day = known.closed_at.astimezone(local).date().isoformat()
        (without_id if known.source_id is None else with_id).add((known.customer_key, day, known.amount_minor))
    found: set[int] = set()
    for deal in deals:
        same = (deal.customer_key, deal.day.isoformat(), deal.amount_minor)
        alike = same in without_id or (deal.source_id is None and same in with_id)
        if (deal.source_id is not None and deal.source_id in ids) or alike:
            found.add(deal.line)
    return found


def apply_batch(session: Session, workspace: Workspace, file: str, chunks: Chunks, who: Reps, now: datetime) -> Applied:
    """Store every deal of the file that is not known, in the caller's transaction: all or nothing.

    Raises:
        ImportFileError: a row's rep cannot be told, or there is nothing to store.
    """
    scope(session, workspace.id)
    tenant = session.scalars(select(Tenant).where(Tenant.id == workspace.id)).one()
    workspaces.lock(session, tenant)  # two imports of the same file at once
    people = {external_id: person_id for person_id, external_id, _ in imports.people(session)}
    batch = imports.add_batch(session, file, now)
    seen, known = Seen(), 0
    for chunk in chunks():
        there = known_lines(session, workspace, chunk)
        new = [deal for deal in chunk if seen.is_new(deal) and deal.line not in there]
        known += len(chunk) - len(new)
        if new:
            rows = [_row(deal, _person(session, who, deal, people, now)) for deal in new]
            imports.add_deals(session, batch, rows, [deal.contact for deal in new], [deal.source_id for deal in new])
    if not batch.deals:
        raise ImportFileError(f"all {known} deals of {file} are known already: there is nothing to store")
    session.flush()
    return Applied(batch.id, batch.deals, known)


def _person(session: Session, who: Reps, deal: PastDeal, people: dict[str, int], now: datetime) -> int:
    external_id = who.external_id(deal.rep)
    if external_id is None:
        raise ImportFileError(f"line {deal.line}: nobody is known as {deal.rep or 'the rep'}")
    if external_id not in people:
        people[external_id] = workspaces.get_or_create_person(session, external_id, now).id
    return people[external_id]


def _row(deal: PastDeal, owner_id: int) -> dict[str, object]:
    return {
        "owner_id": owner_id,
        "customer": deal.customer,
        "customer_key": deal.customer_key,
        "amount_minor": deal.amount_minor,
        "currency": deal.currency,
        "period": deal.period,
        "kind": deal.kind,
        "stage": Stage.COMPLETED,
        "stage_since": deal.closed_at,
        "closed_at": deal.closed_at,
        "heard_at": deal.closed_at,
        "close_date": deal.day,
    }


def undo_batch(session: Session, workspace: Workspace, batch_id: int, now: datetime) -> Undone:
    """Delete the batch's deals, except those that somebody has worked on since.

    Raises:
        ImportFileError: the workspace has no such batch, or nothing of it is left.
    """
    scope(session, workspace.id)
    batch = imports.find_batch(session, batch_id)
    if batch is None:
        raise ImportFileError(f"there is no batch {batch_id}: firstcall import --list shows them")
    taken_out, left = 0, list[tuple[int, str]]()
    for deal_ids in imports.deals_of(session, batch_id):
        kept = imports.worked_on(session, deal_ids, batch)
        imports.delete_deals(session, [each for each in deal_ids if each not in kept])
        taken_out += len(deal_ids) - len(kept)
        left += imports.names_of(session, kept)
    if not taken_out and not left:
        raise ImportFileError(f"batch {batch_id} was undone already")
    if taken_out:
        batch.undone_at = now
    return Undone(taken_out, tuple(left))


def list_batches(session: Session, workspace: Workspace) -> list[BatchLine]:
    """The workspace's batches, newest first."""
    scope(session, workspace.id)
    return [
        BatchLine(batch.id, batch.file, batch.at, batch.deals, there, batch.undone_at)
        for batch, there in imports.batches(session)
    ]


def in_chunks(deals: Iterable[PastDeal], size: int = imports.AT_ONCE) -> Iterator[list[PastDeal]]:
    """The deals in lists of at most `size`."""
    chunk: list[PastDeal] = []
    for deal in deals:
        chunk.append(deal)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
