"""A person's settings at a glance: their reminders, and the channels they manage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handlers.reminders import my_reminders
from handlers.reminders.my_reminders import RemindersRequest
from handlers.requests import Caller, open_request
from handlers.screens.reminders import ManagedChannel, SettingsScreen
from handlers.team import channels
from storage import workspaces

MOST_SHOWN = 15


@dataclass(frozen=True, slots=True)
class SettingsRequest:
    """Someone opens their settings."""

    caller: Caller


def show(session: Session, request: SettingsRequest, now: datetime) -> SettingsScreen:
    """The person's settings, and the channels they manage, the oldest first. Changes nothing."""
    mine = my_reminders.show(session, RemindersRequest(request.caller), now)
    kept = workspaces.channels_kept_by(session, open_request(session, request.caller, now).person.id)
    shown = tuple(
        ManagedChannel(each.external_id, channels.current_purpose(each, each.name)) for each in kept[:MOST_SHOWN]
    )
    return SettingsScreen(mine, shown, total=len(kept))
