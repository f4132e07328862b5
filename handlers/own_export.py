"""A rep's export of their own deals: a link that works once, for a few minutes, and the deals behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from handlers import export
from handlers.export import Workspace
from handlers.requests import Caller, open_request
from storage import personal_links

PURPOSE = "export"
WORKS_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """Someone asks for their deals as a file."""

    caller: Caller


@dataclass(frozen=True, slots=True)
class ExportLink:
    """The token of the link, and until when it works."""

    token: str
    until: datetime


@dataclass(frozen=True, slots=True)
class OwnExport:
    """Whose deals are exported: a person of a workspace, by database ids."""

    workspace: Workspace
    person_id: int


def make_link(session: Session, request: ExportRequest, now: datetime) -> ExportLink:
    """A link to the person's own deals. One that they made before stops working."""
    person, until = open_request(session, request.caller, now).person, now + WORKS_FOR
    return ExportLink(personal_links.make(session, person.id, PURPOSE, now, until), until)


def is_open(session: Session, token: str, now: datetime) -> bool:
    """Whether the link works now. Looking does not use it up. The session is unscoped."""
    return personal_links.resolve(session, token, PURPOSE, now) is not None


def use_link(session: Session, token: str, now: datetime) -> OwnExport | None:
    """Use the link up; None if it does not work (any more). The session is unscoped."""
    owner = personal_links.take(session, token, PURPOSE, now)
    if owner is None:
        return None
    tenant = owner.tenant
    return OwnExport(Workspace(tenant.id, tenant.platform, tenant.external_id, tenant.name), owner.person.id)


def page(session: Session, own: OwnExport, after: int) -> list[dict[str, Any]]:
    """The next deals on which the person acts as the rep, as `export.page`: their own, covered, and co-owned ones."""
    return export.page(session, own.workspace, after=after, rep_id=own.person_id)
