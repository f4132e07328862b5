"""Factories for storage tests: tenants, people and deals."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from storage.models import Deal, Person, Tenant
from storage.tenancy import scope

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def a_tenant(session: Session, external_id: str = "T1") -> int:
    """Add a workspace; returns its id. The session stays unscoped."""
    tenant = Tenant(platform="slack", external_id=external_id, created_at=NOON)
    session.add(tenant)
    session.flush()
    return tenant.id


def a_person(session: Session, tenant_id: int, external_id: str = "U1") -> int:
    """Add a member of the workspace; returns its id. The session is scoped to the tenant afterwards."""
    scope(session, tenant_id)
    person = Person(external_id=external_id, created_at=NOON)
    session.add(person)
    session.flush()
    return person.id


def a_deal(session: Session, tenant_id: int, customer: str = "Northwind Dental") -> int:
    """Add a deal with its own rep; returns its id. The session is scoped to the tenant afterwards."""
    deal = Deal(
        owner_id=a_person(session, tenant_id, f"rep of {customer}"),
        customer=customer,
        customer_key=customer.casefold(),
        stage="heard",
        stage_since=NOON,
        closed_at=NOON,
        heard_at=NOON,
    )
    session.add(deal)
    session.flush()
    return deal.id
