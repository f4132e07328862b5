"""Names of people and channels by the platform's ids, for a platform whose messages cannot look them up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from handlers.method.time_zones import zone
from storage import workspaces
from storage.models import Person


@dataclass(frozen=True, slots=True)
class NamesRequest:
    """The names that a message needs. `reader` is None for a message to a channel."""

    platform: str
    workspace: str
    """The platform's id of the workspace."""
    reader: str | None


@dataclass(frozen=True, slots=True)
class Names:
    """The names of all known people and channels, and the reader's IANA zone.

    `labels` are the people's names to choose from: those of people with the same name say more.
    """

    people: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
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
        _labels(people),
        workspaces.channel_names(session),
        zone(None if reader is None else reader.zone, tenant.zone).key,
    )


def _labels(people: Sequence[Person]) -> dict[str, str]:
    """Names by id. Those with the same name are told apart by where they work, else by the end of their id."""
    same: dict[str, list[Person]] = {}
    for person in people:
        if person.name:
            same.setdefault(" ".join(person.name.casefold().split()), []).append(person)
    labels = {}
    for namesakes in same.values():
        places = [(each.zone or "").rpartition("/")[2].replace("_", " ") for each in namesakes]
        apart = places if all(places) and len(set(places)) == len(places) else None
        for number, each in enumerate(namesakes):
            more = apart[number] if apart else f"…{each.external_id[-4:]}"
            labels[each.external_id] = each.name or "" if len(namesakes) == 1 else f"{each.name} ({more})"
    return labels


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
