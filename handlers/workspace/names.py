"""Names of people and channels by the platform's ids, for a platform whose messages cannot look them up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from handlers.method.time_zones import zone
from storage import workspaces


@dataclass(frozen=True, slots=True)
class NamesRequest:
    """The names that a message needs. `reader` is None for a message to a channel."""

    platform: str
    workspace: str
    """The platform's id of the workspace."""
    reader: str | None


@dataclass(frozen=True, slots=True)
class Names:
    """The names of all known people and channels, and the reader's IANA zone."""

    people: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    zone: str = "UTC"


def look_up_names(session: Session, request: NamesRequest) -> Names:
    """The last known names; empty for an unknown workspace. Reads only."""
    tenant = workspaces.scope_to(session, request.platform, request.workspace)
    if tenant is None:
        return Names()
    people = workspaces.people(session)
    reader = next((person for person in people if person.external_id == request.reader), None)
    return Names(
        {person.external_id: person.name for person in people if person.name},
        workspaces.channel_names(session),
        zone(None if reader is None else reader.zone, tenant.zone).key,
    )


def is_person(session: Session, platform: str, workspace: str, external_id: str) -> bool:
    """Whether the person is known in the workspace. Reads only."""
    if workspaces.scope_to(session, platform, workspace) is None:
        return False
    return workspaces.find_person(session, external_id) is not None


def has_channel_name(session: Session, platform: str, workspace: str, channel: str) -> bool:
    """Whether the channel's name is known. Reads only."""
    if workspaces.scope_to(session, platform, workspace) is None:
        return False
    found = workspaces.find_channel(session, channel)
    return found is not None and found.name is not None
