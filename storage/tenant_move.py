"""Move deals, with all that belongs to them, from one tenant to another: the one place where a row changes its tenant.

Rows that are evidence are never updated (decision 9): they are deleted and inserted again with the same id and content,
of which only the tenant and the ids of its people change. Everything happens in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import and_, delete, func, insert, inspect, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from storage.errors import MessagesInFlightError
from storage.models import (
    Announcement,
    Attestation,
    AuditEntry,
    Base,
    Brief,
    Challenge,
    ChallengeStep,
    Channel,
    CoachedVersion,
    Compliment,
    Confirmation,
    Contact,
    ConversationReference,
    Cover,
    Deal,
    DealMember,
    DealReview,
    DeliveryContact,
    DismissedShape,
    Draft,
    FeasibilityAnswer,
    FeasibilityAsk,
    Handoff,
    HandoffReading,
    ImportBatch,
    ImportedDeal,
    InboundEvent,
    MessageVersion,
    NextStep,
    OrderChange,
    OutboxRow,
    OwnWords,
    Person,
    PersonalLink,
    PlaybookVersion,
    PromiseKeeper,
    PromiseOutcome,
    Recap,
    Referral,
    ReferralAgreement,
    ReferralAsk,
    Requirement,
    SelfCheck,
    Sighting,
    Statement,
    StatementDetails,
    StatementNote,
    StatementVersion,
    Tenant,
    Thanks,
)
from storage.tenancy import ALL_TENANTS, TenantOwned

ALL = {ALL_TENANTS: True}

OF_A_DEAL = (
    *(Contact, Recap, Statement, OutboxRow, AuditEntry, Attestation, ReferralAgreement, Brief, Draft),
    *(Challenge, Compliment, OrderChange, NextStep, ReferralAsk, Referral, DealReview, Handoff, DealMember, Cover),
    Announcement,
)
OF_A_STATEMENT = (
    *(StatementVersion, StatementDetails, CoachedVersion, Confirmation, PromiseOutcome),
    StatementNote,
    *(HandoffReading, FeasibilityAsk, PromiseKeeper),
)
LEFT_OVER = (
    InboundEvent,
    MessageVersion,
    OutboxRow,
    AuditEntry,
    ConversationReference,
    DeliveryContact,
    DismissedShape,
    PlaybookVersion,
    OwnWords,
    SelfCheck,
    PersonalLink,
    ImportBatch,
    Channel,
    Person,
)
"""What remains of a tenant without deals; in the order in which the rows can be deleted."""


@dataclass(frozen=True, slots=True)
class Misplaced:
    """Deals under a workspace in which the app was never installed; `owners` are their reps' ids on the platform."""

    workspace: str
    deals: int
    owners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """The outcome. `twice`: moved deals of a message that is also known in the target, and the deal that it has there.

    `left` counts the deals that stay; without any the source is gone.
    """

    deals: tuple[int, ...]
    twice: tuple[tuple[int, int], ...]
    left: int


def misplaced(session: Session, platform: str) -> list[Misplaced]:
    """Workspaces with deals that never had a token, and so have no name. The session is unscoped."""
    statement = (
        select(Tenant.external_id, Person.external_id, func.count(Deal.id))
        .join(Deal, Deal.tenant_id == Tenant.id)
        .join(Person, Person.id == Deal.owner_id)
        .where(Tenant.platform == platform, Tenant.name.is_(None))
        .group_by(Tenant.external_id, Person.external_id)
        .order_by(Tenant.external_id, Person.external_id)
    )
    found: dict[str, list[tuple[str, int]]] = {}
    for workspace, owner, deals in session.execute(statement, execution_options=ALL):
        found.setdefault(workspace, []).append((owner, deals))
    return [
        Misplaced(workspace, sum(deals for _, deals in owners), tuple(owner for owner, _ in owners))
        for workspace, owners in found.items()
    ]


def move_deals(session: Session, source: Tenant, target: Tenant, owners: Collection[str], now: datetime) -> Moved:
    """Move the deals of these reps (ids of the platform). The session is unscoped.

    A person or a channel that the target knows is the target's; others are copied. A message that it knows stays with
    its own deal there. Messages that wait to be sent move along.

    Raises:
        MessagesInFlightError: stop the bot, or try again when it is done.
    """
    for tenant in sorted((source, target), key=lambda each: each.id):
        session.execute(select(Tenant.id).where(Tenant.id == tenant.id).with_for_update(key_share=True))
    if _count(session, OutboxRow, OutboxRow.tenant_id == source.id, OutboxRow.state == "claimed"):
        raise MessagesInFlightError
    of_theirs = (
        select(Deal.id)
        .join(Person, Person.id == Deal.owner_id)
        .where(Deal.tenant_id == source.id, Person.external_id.in_(owners))
        .order_by(Deal.id)
    )
    deals = tuple(session.scalars(of_theirs, execution_options=ALL))
    move = _Move(session, target, now)
    twice = _move_sightings(move, deals)
    statements = move.ids(Statement, Statement.deal_id.in_(deals))
    briefs = move.ids(Brief, Brief.deal_id.in_(deals))
    challenges = move.ids(Challenge, Challenge.deal_id.in_(deals))
    move.rows(Deal, Deal.id.in_(deals))
    _free_keys(move, deals)
    requirements = move.take(Requirement, Requirement.brief_id.in_(briefs))
    answers = move.take(FeasibilityAnswer, FeasibilityAnswer.statement_id.in_(statements))
    # An imported deal moves as one that was not: its batch stays with the workspace that it was imported into.
    move.take(ImportedDeal, ImportedDeal.deal_id.in_(deals))
    thanks = move.ids(Thanks, Thanks.announcement_id.in_(move.ids(Announcement, Announcement.deal_id.in_(deals))))
    for of_deal in OF_A_DEAL:
        move.rows(of_deal, of_deal.deal_id.in_(deals))
    move.put(Requirement, requirements)
    move.rows(Thanks, Thanks.id.in_(thanks))
    move.rows(ChallengeStep, ChallengeStep.challenge_id.in_(challenges))
    for of_statement in OF_A_STATEMENT:
        move.rows(of_statement, of_statement.statement_id.in_(statements))
    reps = move.ids(Person, and_(Person.tenant_id == source.id, Person.external_id.in_(owners)))
    move.rows(SelfCheck, SelfCheck.person_id.in_(reps))
    move.put(FeasibilityAnswer, answers)
    left = _count(session, Deal, Deal.tenant_id == source.id)
    if not left:
        for left_over in LEFT_OVER:
            session.execute(delete(left_over).where(left_over.tenant_id == source.id), execution_options=ALL)
        session.execute(delete(Tenant).where(Tenant.id == source.id))
    return Moved(deals, twice, left)


class _Move:
    """Moves rows to the target, and their references to people with them."""

    def __init__(self, session: Session, target: Tenant, now: datetime) -> None:
        self.session = session
        self.target = target
        self._now = now
        self._people: dict[int, int] = {}

    def ids(self, model: type[Any], which: ColumnElement[bool]) -> list[int]:
        """The ids of the rows."""
        return list(self.session.scalars(select(model.id).where(which), execution_options=ALL))

    def rows(self, model: type[TenantOwned], which: ColumnElement[bool]) -> None:
        """Move these rows."""
        if _is_evidence(model):
            self.put(model, self.take(model, which))
            return
        for row in self._read(model, which):
            changed = {name: row[name] for name in (*_people_columns(model), "tenant_id")}
            by_id = update(model).where(cast("Any", model).id == row["id"]).values(changed)
            self.session.execute(by_id, execution_options={**ALL, "synchronize_session": False})

    def take(self, model: type[TenantOwned], which: ColumnElement[bool]) -> list[dict[str, Any]]:
        """Delete these rows; returns them as they are to be in the target."""
        rows = self._read(model, which)
        self.session.execute(delete(model).where(which), execution_options={**ALL, "synchronize_session": False})
        return rows

    def put(self, model: type[TenantOwned], rows: list[dict[str, Any]]) -> None:
        """Insert the rows that were taken."""
        if rows:
            self.session.execute(insert(model), rows, execution_options=ALL)

    def _read(self, model: type[TenantOwned], which: ColumnElement[bool]) -> list[dict[str, Any]]:
        names = _columns(model)
        found = self.session.execute(
            select(*(getattr(model, name) for name in names)).where(which), execution_options=ALL
        )
        rows = [dict(zip(names, row, strict=True)) for row in found]
        for row in rows:
            row["tenant_id"] = self.target.id
            row.update({name: self.person(row[name]) for name in _people_columns(model)})
        return rows

    def person(self, person_id: int | None) -> int | None:
        """The target's row of a person. It keeps what it has, and its reminders are planned again."""
        if person_id is None:
            return None
        if person_id not in self._people:
            there = self._person_row(Person.id == person_id)
            known = (Person.tenant_id == self.target.id, Person.external_id == there["external_id"])
            if not self.ids(Person, and_(*known)):
                new = {**there, "tenant_id": self.target.id}
                del new["id"]
                self.session.execute(insert(Person), [new], execution_options=ALL)
            here = self._person_row(*known)
            missing = {name: value for name, value in there.items() if here[name] is None and value is not None}
            filled = update(Person).where(Person.id == here["id"]).values({**missing, "replan_after": 0})
            self.session.execute(filled, execution_options={**ALL, "synchronize_session": False})
            self._people[person_id] = here["id"]
        return self._people[person_id]

    def _person_row(self, *which: ColumnElement[bool]) -> dict[str, Any]:
        names = _columns(Person)
        columns = (getattr(Person, name) for name in names)
        (row,) = self.session.execute(select(*columns).where(*which), execution_options=ALL)
        return dict(zip(names, row, strict=True))

    def channel(self, external_id: str, source_id: int) -> None:
        """Make the channel known to the target, under its name; what was chosen for it there is not known here."""
        known = select(Channel.id).where(Channel.tenant_id == self.target.id, Channel.external_id == external_id)
        if self.session.scalar(known, execution_options=ALL) is not None:
            return
        there = select(Channel.name).where(Channel.tenant_id == source_id, Channel.external_id == external_id)
        name = self.session.scalar(there, execution_options=ALL)
        copy = {"tenant_id": self.target.id, "external_id": external_id, "name": name, "created_at": self._now}
        self.session.execute(insert(Channel), [copy], execution_options=ALL)


def _move_sightings(move: _Move, deals: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Move the messages of the deals. One that the target knows is deleted here; returns both of its deals."""
    found = move.session.execute(
        select(
            Sighting.id,
            Sighting.deal_id,
            Sighting.tenant_id,
            Sighting.channel,
            Sighting.message_ts,
            Sighting.position,
        )
        .where(Sighting.deal_id.in_(deals))
        .order_by(Sighting.id),
        execution_options=ALL,
    ).all()
    twice: dict[tuple[int, int], None] = {}
    for sighting_id, deal_id, source_id, channel, message_ts, position in found:
        move.channel(channel, source_id)
        known = move.session.scalar(
            select(Sighting.deal_id).where(
                Sighting.tenant_id == move.target.id,
                Sighting.channel == channel,
                Sighting.message_ts == message_ts,
                Sighting.position == position,
            ),
            execution_options=ALL,
        )
        _move_version(move, source_id, channel, message_ts)
        if known is None:
            move.rows(Sighting, Sighting.id == sighting_id)
        else:
            twice[deal_id, known] = None
            move.take(Sighting, Sighting.id == sighting_id)
    return tuple(twice)


def _move_version(move: _Move, source_id: int, channel: str, message_ts: str) -> None:
    """Move the newest version seen of a message. If the target has seen one, too, the target's counts."""

    def seen_in(tenant_id: int) -> ColumnElement[bool]:
        return and_(
            MessageVersion.tenant_id == tenant_id,
            MessageVersion.channel == channel,
            MessageVersion.message_ts == message_ts,
        )

    if move.ids(MessageVersion, seen_in(move.target.id)):
        move.take(MessageVersion, seen_in(source_id))
    else:
        move.rows(MessageVersion, seen_in(source_id))


def _free_keys(move: _Move, deals: Iterable[int]) -> None:
    """Rename the key of a message to be sent whose key the target has, too."""
    taken = select(OutboxRow.dedupe_key).where(OutboxRow.tenant_id == move.target.id)
    statement = (
        update(OutboxRow)
        .where(OutboxRow.deal_id.in_(deals), OutboxRow.dedupe_key.in_(taken.scalar_subquery()))
        .values(dedupe_key=OutboxRow.dedupe_key + ":moved")
    )
    move.session.execute(statement, execution_options={**ALL, "synchronize_session": False})


def _count(session: Session, model: type[Any], *which: ColumnElement[bool]) -> int:
    found: int = session.execute(select(func.count(model.id)).where(*which), execution_options=ALL).scalar_one()
    return found


def _is_evidence(model: type[TenantOwned]) -> bool:
    return bool(Base.metadata.tables[cast("Any", model).__tablename__].info.get("append_only"))


def _columns(model: type[TenantOwned]) -> list[str]:
    return [attribute.key for attribute in inspect(model).column_attrs]


def _people_columns(model: type[TenantOwned]) -> list[str]:
    """The columns that refer to a person."""
    people = Base.metadata.tables[Person.__tablename__].c.id
    attributes = inspect(model).column_attrs
    return [each.key for each in attributes if any(key.column is people for key in each.columns[0].foreign_keys)]
