"""What people and channels are called, by the platform's ids: for a platform whose messages cannot look names up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from handlers.method.time_zones import zone
from storage import workspaces


@dataclass(frozen=True, slots=True)
class NamesRequest:
    """Whose message is to be written. `reader` is None for one to a channel."""

    platform: str
    workspace: str
    """The platform's id of the workspace."""
    reader: str | None


@dataclass(frozen=True, slots=True)
class Names:
    """Everybody and every place that we have met, and the reader's IANA zone."""

    people: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    zone: str = "UTC"


def names(session: Session, asked: NamesRequest) -> Names:
    """The names as they were told last. Reads only; a workspace that is not known has none."""
    tenant = workspaces.scope_to(session, asked.platform, asked.workspace)
    if tenant is None:
        return Names()
    people = workspaces.people(session)
    reader = next((person for person in people if person.external_id == asked.reader), None)
    return Names(
        {person.external_id: person.name for person in people if person.name},
        workspaces.channel_names(session),
        zone(None if reader is None else reader.zone, tenant.zone).key,
    )


def has_name(session: Session, platform: str, workspace: str, channel: str) -> bool:
    """Whether the platform has told what the channel is called. Reads only."""
    if workspaces.scope_to(session, platform, workspace) is None:
        return False
    found = workspaces.find_channel(session, channel)
    return found is not None and found.name is not None
