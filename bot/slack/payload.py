"""Reading Slack's payloads: who did it, on which deal, with which entries, and the key that makes it count once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.routes import Place
from handlers.arrival import Caller, Profile
from handlers.coaching import FIELD

PLATFORM = "slack"
Payload = dict[str, Any]


def caller(body: Payload, event_key: str = "", profile: Profile | None = None) -> Caller:
    """Who sent a command, an action, a form or a shortcut."""
    user = body.get("user")
    person = user.get("id") if isinstance(user, dict) else body.get("user_id")
    return Caller(PLATFORM, workspace(body), str(person or ""), event_key, profile)


def workspace(body: Payload) -> str:
    """The id of the workspace that an event or interaction belongs to."""
    team = body.get("team")
    found = body.get("team_id") or (team.get("id") if isinstance(team, dict) else team)
    if not found and isinstance(body.get("user"), dict):
        found = body["user"].get("team_id")
    return str(found or "")


def tap_key(body: Payload, action: Payload) -> str:
    """The same tap delivered twice, or two taps on one button in the same state of a view, have the same key."""
    view = body.get("view")
    if isinstance(view, dict):
        return f"tap:{view.get('id')}:{view.get('hash')}:{action.get('action_id')}:{action.get('value') or ''}"
    container = body.get("container") or {}
    return f"tap:{container.get('channel_id')}:{container.get('message_ts')}:{action.get('action_ts')}"


def snooze_key(body: Payload) -> str:
    """Each reminder is put off once, however often and by whichever button."""
    container = body.get("container") or {}
    return f"snooze:{container.get('channel_id')}:{container.get('message_ts')}"


def form_key(view: Payload) -> str:
    """The same submission of the same state of a view has the same key."""
    return f"form:{view.get('id')}:{view.get('hash')}"


def place(view: Payload) -> Place:
    """Which deal and statement a modal shows. Raises `ValueError` for a modal that is not ours."""
    return Place.unpacked(str(view.get("private_metadata") or ""))


@dataclass(frozen=True, slots=True)
class Entries:
    """What was entered in a modal, by the name of the field (its action; a block may be called otherwise)."""

    values: Payload

    @classmethod
    def of(cls, view: Payload) -> Entries:
        """The state of a submitted view."""
        blocks = (view.get("state") or {}).get("values") or {}
        return cls({name: element for block in blocks.values() for name, element in block.items()})

    def text(self, name: str) -> str:
        """What was typed; empty for nothing."""
        return str(self._element(name).get("value") or "")

    def ticked(self, *names: str) -> frozenset[str]:
        """The values of the boxes that are ticked."""
        return frozenset(
            str(option["value"]) for name in names for option in self._element(name).get("selected_options") or ()
        )

    def chosen(self, name: str) -> str:
        """The value of the radio button that is on; empty for none."""
        return str((self._element(name).get("selected_option") or {}).get("value") or "")

    def person(self, name: str) -> str:
        """Slack's id of the member who was chosen; empty for none."""
        return str(self._element(name).get("selected_user") or "")

    def _element(self, name: str) -> Payload:
        found = self.values.get(name)
        return found if isinstance(found, dict) else {}


def typed_wordings(entries: Entries) -> dict[int, str]:
    """What stands in the coach's fields, by the statement that each is about."""
    return {
        int(name.removeprefix(FIELD)): entries.text(name)
        for name in entries.values
        if name.startswith(FIELD) and name.removeprefix(FIELD).isdecimal()
    }


def said_at(message_ts: str, now: datetime) -> datetime:
    """When a message was posted; `now` when its ts is no time."""
    try:
        return datetime.fromtimestamp(float(message_ts), UTC)
    except (ValueError, OverflowError, OSError):
        return now
