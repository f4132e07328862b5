"""Exports every deal as plain data: what was promised, and what the customer answered (docs/export.md).

Nothing is shortened or summarized: an export is evidence for a reader who has only the file. What a rep answers about
themselves, and the names of people whom a customer referred, are in no export (docs/privacy.md).
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from handlers.call.drafts import PRIVATE_FORMS
from handlers.challenges.export import exported_challenges, exported_compliments
from handlers.cover.export import export_covers
from handlers.deal.order_export import order_of
from handlers.deal_team.export import export_team
from handlers.handoff.export import export_delivery
from handlers.method import money
from handlers.method.close_to_call import close_to_call
from handlers.referrals.export import exported as exported_referrals
from storage import orders, promise_notes, promises
from storage.models import (
    Attestation,
    AuditEntry,
    Brief,
    CoachedVersion,
    Deal,
    Draft,
    NextStep,
    OrderChange,
    Person,
    PromiseOutcome,
    Recap,
    ReferralAgreement,
    Statement,
    StatementDetails,
    StatementNote,
    Tenant,
)
from storage.tenancy import scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

PAGE_SIZE = 200
"""Deals per page: a large database is never in memory as a whole."""

COLUMNS = (
    "workspace",
    "deal",
    "customer",
    "amount",
    "currency",
    "period",
    "stage",
    "closed_at",
    "close_date",
    "term_months",
    "rep",
    "helped_by",
    "record_url",
    "statement",
    "kind",
    "version",
    "current",
    "position",
    "wording",
    "target",
    "baseline",
    "on_list",
    "written_by",
    "written_at",
    "category",
    "owner",
    "source",
    "promised_by",
    "said",
    "said_by",
    "manner",
    "recorded_by",
    "recorded_at",
    "referral_outcome",
    "referrals",
    "recap_sent_at",
    "deal_kind",
    "next_step",
    "next_step_on",
    "obstacle",
    "refunded_at",
)
"""The columns of the table format: one row per answer to a version of a statement."""


class Workspace(NamedTuple):
    """A tenant. `id` is the database's, `external_id` the platform's."""

    id: int
    platform: str
    external_id: str
    name: str | None


def workspaces(session: Session) -> list[Workspace]:
    """Every workspace in the database. The session is unscoped."""
    columns = (Tenant.id, Tenant.platform, Tenant.external_id, Tenant.name)
    return [Workspace(*row) for row in session.execute(select(*columns).order_by(Tenant.id))]


def page(
    session: Session, workspace: Workspace, *, after: int = 0, since: datetime | None = None
) -> list[dict[str, Any]]:
    """The workspace's next deals by id, at most `PAGE_SIZE`, from one snapshot; empty after the last.

    Args:
        session: unscoped; this function scopes it to the workspace.
        workspace: whose deals.
        after: the last deal id of the previous page.
        since: only deals detected at or after this time (aware).

    Returns:
        Plain data, ready for JSON: times are ISO 8601 in UTC, people are `{"id": platform's id, "name": ...}`.
    """
    scope(session, workspace.id)
    wanted = select(Deal).where(Deal.id > after).order_by(Deal.id).limit(PAGE_SIZE)
    if since is not None:
        wanted = wanted.where(Deal.heard_at >= since)
    deals = session.scalars(wanted.options(selectinload(Deal.sightings), selectinload(Deal.contacts))).all()
    if not deals:
        return []
    ids = [deal.id for deal in deals]
    known = select(Statement.id).where(Statement.deal_id.in_(ids))
    people = {person.id: {"id": person.external_id, "name": person.name} for person in session.scalars(select(Person))}
    evidence = _Evidence(
        people=people,
        statements=_by_deal(
            session.scalars(
                select(Statement)
                .where(Statement.deal_id.in_(ids))
                .order_by(Statement.id)
                .options(selectinload(Statement.versions), selectinload(Statement.confirmations))
            )
        ),
        details=_by_statement(
            session.scalars(
                select(StatementDetails).where(StatementDetails.statement_id.in_(known)).order_by(StatementDetails.id)
            )
        ),
        coached=_by_statement(
            session.scalars(
                select(CoachedVersion).where(CoachedVersion.statement_id.in_(known)).order_by(CoachedVersion.id)
            )
        ),
        outcomes=promises.history(session, ids),
        notes=_by_statement(promise_notes.of_deals(session, ids)),
        order_changes=orders.changes_of(session, ids),
        next_steps=orders.steps_of(session, ids),
        delivery=export_delivery(session, ids, people),
        covers=export_covers(session, ids, people),
        team=export_team(session, ids, people),
        attestations=_by_deal(
            session.scalars(select(Attestation).where(Attestation.deal_id.in_(ids)).order_by(Attestation.id))
        ),
        referrals=_by_deal(
            session.scalars(
                select(ReferralAgreement).where(ReferralAgreement.deal_id.in_(ids)).order_by(ReferralAgreement.id)
            )
        ),
        recaps=_by_deal(session.scalars(select(Recap).where(Recap.deal_id.in_(ids)).order_by(Recap.version))),
        briefs=_by_deal(
            session.scalars(
                select(Brief)
                .where(Brief.deal_id.in_(ids))
                .order_by(Brief.version)
                .options(selectinload(Brief.requirements))
            )
        ),
        drafts=_by_deal(
            session.scalars(
                select(Draft).where(Draft.deal_id.in_(ids), Draft.form.not_in(PRIVATE_FORMS)).order_by(Draft.id)
            )
        ),
        timeline=_by_deal(
            session.scalars(select(AuditEntry).where(AuditEntry.deal_id.in_(ids)).order_by(AuditEntry.id))
        ),
    )
    after_the_call = {
        "challenges": exported_challenges(session, ids, evidence.people),
        "compliments": exported_compliments(session, ids, evidence.people),
    }
    referrals = exported_referrals(session, ids, evidence.people)
    return [
        _deal(deal, workspace, evidence)
        | {name: of_deal.get(deal.id, []) for name, of_deal in after_the_call.items()}
        | referrals[deal.id]
        for deal in deals
    ]


class _Evidence(NamedTuple):
    """The rows of a page of deals: people by their database id, the rest by deal id."""

    people: Mapping[int, dict[str, str | None]]
    statements: Mapping[int, Sequence[Statement]]
    details: Mapping[int, Sequence[StatementDetails]]
    """By statement id, as `coached`, `outcomes` and `notes` are."""
    coached: Mapping[int, Sequence[CoachedVersion]]
    outcomes: Mapping[int, Sequence[PromiseOutcome]]
    notes: Mapping[int, Sequence[StatementNote]]
    order_changes: Mapping[int, Sequence[OrderChange]]
    """By deal id, as all that follow."""
    next_steps: Mapping[int, Sequence[NextStep]]
    delivery: Mapping[int, dict[str, Any]]
    covers: Mapping[int, list[dict[str, Any]]]
    team: Mapping[int, dict[str, Any]]
    attestations: Mapping[int, Sequence[Attestation]]
    referrals: Mapping[int, Sequence[ReferralAgreement]]
    recaps: Mapping[int, Sequence[Recap]]
    briefs: Mapping[int, Sequence[Brief]]
    drafts: Mapping[int, Sequence[Draft]]
    timeline: Mapping[int, Sequence[AuditEntry]]


def _by_deal(rows: Iterable[Any]) -> Mapping[int, list[Any]]:
    of_deal: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        of_deal[row.deal_id].append(row)
    return of_deal


def _by_statement(rows: Iterable[Any]) -> Mapping[int, list[Any]]:
    of_statement: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        of_statement[row.statement_id].append(row)
    return of_statement


def _deal(deal: Deal, workspace: Workspace, evidence: _Evidence) -> dict[str, Any]:
    people = evidence.people
    return {
        "id": deal.id,
        "workspace": {"platform": workspace.platform, "id": workspace.external_id, "name": workspace.name},
        "customer": deal.customer,
        "amount": _amount(deal),
        "currency": deal.currency,
        "period": deal.period,
        "stage": deal.stage,
        "stage_since": _time(deal.stage_since),
        "call_at": _time(deal.call_at),
        "closed_at": _time(deal.closed_at),
        "heard_at": _time(deal.heard_at),
        "close_date": None if deal.close_date is None else deal.close_date.isoformat(),
        "term_months": deal.term_months,
        "next_step": deal.next_step,
        "obstacle": deal.obstacle,
        "value_on": None if deal.value_on is None else deal.value_on.isoformat(),
        "next_step_on": None if deal.next_step_on is None else deal.next_step_on.isoformat(),
        "refunded_at": _time(deal.refunded_at),
        "doubt": deal.doubt,
        "kind": deal.kind,
        "sellers": deal.sellers,
        "rep": people[deal.owner_id],
        "helped_by": deal.helped_by,
        "split": deal.split,
        "record_url": deal.record_url,
        "contacts": [
            {
                "role": contact.role,
                "name": contact.name,
                "phone": contact.phone,
                "email": contact.email,
                "channel": contact.channel,
                "zone": contact.zone,
            }
            for contact in deal.contacts
        ],
        "close_to_call": _close_to_call(evidence.timeline[deal.id]),
        "heard_in": [
            {
                "channel": sighting.channel,
                "message": sighting.message_ts,
                "link": sighting.link,
                "author": sighting.author,
                "text": sighting.text,
                "seen_at": _time(sighting.seen_at),
            }
            for sighting in deal.sightings
        ],
        "briefs": [_brief(version, people) for version in evidence.briefs[deal.id]],
        **order_of(evidence.order_changes.get(deal.id, ()), evidence.next_steps.get(deal.id, ()), people),
        "statements": [_statement(statement, evidence) for statement in evidence.statements[deal.id]],
        "attestations": [
            {"item": row.item, "holds": row.holds, "by": people[row.attested_by], "at": _time(row.at)}
            for row in evidence.attestations[deal.id]
        ],
        "referral_agreements": [
            {
                "outcome": row.outcome,
                "referrals": row.number,
                "definition": row.definition,
                "expectations": row.expectations,
                "priorities": row.priorities,
                "recorded_by": people[row.recorded_by],
                "at": _time(row.at),
            }
            for row in evidence.referrals[deal.id]
        ],
        "recaps": [
            {
                "version": row.version,
                "body": row.body,
                "written_by": people[row.written_by],
                "at": _time(row.at),
                "sent_at": _time(row.sent_at),
            }
            for row in evidence.recaps[deal.id]
        ],
        **evidence.delivery[deal.id],
        "covers": evidence.covers[deal.id],
        **evidence.team[deal.id],
        "drafts": [
            {
                "form": row.form,
                "statement": row.statement_id or None,
                "entries": row.entries,
                "by": people[row.person_id],
                "typed_at": _time(row.typed_at),
            }
            for row in evidence.drafts[deal.id]
        ],
        "timeline": [
            {
                "at": _time(row.at),
                "actor": None if row.actor_id is None else people[row.actor_id],
                "action": row.action,
                "detail": row.detail,
            }
            for row in evidence.timeline[deal.id]
        ],
    }


def _close_to_call(timeline: Sequence[AuditEntry]) -> dict[str, Any]:
    found = close_to_call((entry.action, entry.at) for entry in timeline)
    return {"tries": found.tries, "first_try_at": _time(found.first_try_at), "call_at": _time(found.call_at)}


def _brief(version: Brief, people: Mapping[int, dict[str, str | None]]) -> dict[str, Any]:
    return {
        "version": version.version,
        "decision_maker": version.decision_maker,
        "functional_decision_maker": version.functional_decision_maker,
        "sellers": version.sellers,
        "requirements": [{"need": row.need, "commitment": row.commitment} for row in version.requirements],
        "opening": version.opening,
        "elephant": version.elephant,
        "proposal": version.proposal,
        "notes": version.notes,
        "written_by": people[version.written_by],
        "at": _time(version.at),
    }


def _statement(statement: Statement, evidence: _Evidence) -> dict[str, Any]:
    people = evidence.people
    versions = {version.version: version for version in statement.versions}
    current = versions[statement.current_version]
    return {
        "id": statement.id,
        "kind": current.kind,
        "on_list": current.on_list,
        "current_version": statement.current_version,
        "versions": [
            {
                "version": version.version,
                "kind": version.kind,
                "wording": version.wording,
                "position": version.position,
                "target": version.target,
                "baseline": version.baseline,
                "measures": version.measures,
                "on_list": version.on_list,
                "written_by": people[version.written_by],
                "at": _time(version.at),
            }
            for version in statement.versions
        ],
        "confirmations": [
            {
                "version": confirmation.version,
                "wording": versions[confirmation.version].wording,
                "said": confirmation.said,
                "said_by": confirmation.contact,
                "manner": confirmation.manner,
                "recorded_by": people[confirmation.recorded_by],
                "at": _time(confirmation.at),
            }
            for confirmation in statement.confirmations
        ],
        "details": [
            {
                "category": row.category,
                "owner": row.owner,
                "source": row.source,
                "promised_by": row.promised_by,
                "written_by": people[row.written_by],
                "at": _time(row.at),
            }
            for row in evidence.details[statement.id]
        ],
        "coached": [
            {
                "version": row.version,
                "question": row.question,
                "answer": row.answer,
                "answered_by": people[row.answered_by],
                "at": _time(row.at),
            }
            for row in evidence.coached[statement.id]
        ],
        "outcomes": [
            {
                "version": row.version,
                "occasion": None if row.occasion is None else row.occasion.isoformat(),
                "number": row.number,
                "state": row.state,
                "said_by": row.said_by,
                "contact": row.contact,
                "evidence": row.evidence,
                "reason": row.reason,
                "recorded_by": people[row.recorded_by],
                "at": _time(row.at),
            }
            for row in evidence.outcomes.get(statement.id, ())
        ],
        "notes": [
            {
                "version": row.version,
                "text": row.text,
                "told": None if row.mentioned_id is None else people[row.mentioned_id],
                "by": people[row.written_by],
                "at": _time(row.at),
            }
            for row in evidence.notes.get(statement.id, ())
        ],
    }


def table(deal: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The same deal as rows of COLUMNS: one per answer; a version, or a deal, without any gets one row."""
    referral = deal["referral_agreements"][-1] if deal["referral_agreements"] else {}
    recap = deal["recaps"][-1] if deal["recaps"] else {}
    whole = {
        "workspace": deal["workspace"]["id"],
        "deal": deal["id"],
        "customer": deal["customer"],
        "amount": deal["amount"],
        "currency": deal["currency"],
        "period": deal["period"],
        "stage": deal["stage"],
        "closed_at": deal["closed_at"],
        "close_date": deal["close_date"],
        "term_months": deal["term_months"],
        "next_step": deal["next_step"],
        "next_step_on": deal["next_step_on"],
        "obstacle": deal["obstacle"],
        "refunded_at": deal["refunded_at"],
        "deal_kind": deal["kind"],
        "rep": _named(deal["rep"]),
        "helped_by": ", ".join(deal["helped_by"]),
        "record_url": deal["record_url"],
        "referral_outcome": referral.get("outcome"),
        "referrals": referral.get("referrals"),
        "recap_sent_at": recap.get("sent_at"),
    }
    if not deal["statements"]:
        yield whole
    for statement in deal["statements"]:
        details = statement["details"][-1] if statement["details"] else {}
        noted = {name: details.get(name) for name in ("category", "owner", "source", "promised_by")}
        for version in statement["versions"]:
            wording = {
                "statement": statement["id"],
                "kind": version["kind"],
                "version": version["version"],
                "current": "yes" if version["version"] == statement["current_version"] else "no",
                "position": version["position"],
                "wording": version["wording"],
                "target": version["target"] or ", ".join(part["text"] for part in version["measures"]),
                "baseline": version["baseline"],
                "on_list": "yes" if version["on_list"] else "no",
                "written_by": _named(version["written_by"]),
                "written_at": version["at"],
                **noted,
            }
            confirmations = [
                confirmation
                for confirmation in statement["confirmations"]
                if confirmation["version"] == version["version"]
            ]
            if not confirmations:
                yield whole | wording
            for confirmation in confirmations:
                yield (
                    whole
                    | wording
                    | {
                        "said": confirmation["said"],
                        "said_by": confirmation["said_by"],
                        "manner": confirmation["manner"],
                        "recorded_by": _named(confirmation["recorded_by"]),
                        "recorded_at": confirmation["at"],
                    }
                )


def _amount(deal: Deal) -> str | None:
    """In whole units of the currency, as text: "45000.00"; no float touches money."""
    return None if deal.amount_minor is None else f"{Decimal(deal.amount_minor).scaleb(-money.digits(deal.currency)):f}"


def _named(person: dict[str, str | None]) -> str | None:
    return person["name"] or person["id"]


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
