"""Trigger ids: each opens one view, and expires three real seconds after it was sent."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.errors import SlackRefusal

REMEMBERED = 5_000


@dataclass(slots=True)
class Trigger:
    """Who acted, in which view, and whether the trigger was used."""

    user_id: str
    view_id: str | None
    sent_at: float
    used: bool = False


class Triggers:
    """The newest few thousand trigger ids."""

    def __init__(self, lifetime: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._lifetime = lifetime
        self._clock = clock
        self._known: OrderedDict[str, Trigger] = OrderedDict()

    def issue(self, user_id: str, view_id: str | None = None) -> str:
        """A new trigger id for a person's interaction; `view_id` if it was in a modal."""
        trigger_id = f"{secrets.randbelow(10**13):013d}.{secrets.randbelow(10**13):013d}.{secrets.token_hex(16)}"
        self._known[trigger_id] = Trigger(user_id, view_id, self._clock())
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return trigger_id

    def redeem(self, trigger_id: str) -> Trigger:
        """Use a trigger. Refuses `invalid_trigger_id`, `exchanged_trigger_id` (used before) or `trigger_expired`."""
        trigger = self._known.get(trigger_id)
        if trigger is None:
            raise SlackRefusal("invalid_trigger_id")
        if trigger.used:
            raise SlackRefusal("exchanged_trigger_id")
        if self._clock() - trigger.sent_at > self._lifetime:
            raise SlackRefusal("trigger_expired")
        trigger.used = True
        return trigger
