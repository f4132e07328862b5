"""How much a person wants to hear from the bot: their profile, and what each profile leaves out.

Whatever the profile, the rep gets what the method asks for: the first prompt, a reminder of the call, the call's time,
the recap on the same day, and the updates that were promised to a customer (M1.1, M6.1, M7.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ReminderProfile(StrEnum):
    """How many reminders a person gets."""

    LIGHT = "light"
    STANDARD = "standard"
    ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class ProfileRules:
    """What a profile asks for."""

    call_nudges: int
    """Reminders of one call before it is only in the digest."""
    weekly_questions: int
    """How many weeks in a row the digest asks what to do about a deal that does not move, before it is silent."""
    after_recap: bool
    """Whether the rep is asked if corrections came, and to look back with the customer (M6.3, M1.5)."""
    in_weekly_digest: bool
    """Whether those two wait for the digest at the start of the week, instead of coming alone."""


_RULES = {
    ReminderProfile.LIGHT: ProfileRules(call_nudges=1, weekly_questions=2, after_recap=False, in_weekly_digest=True),
    ReminderProfile.STANDARD: ProfileRules(call_nudges=2, weekly_questions=3, after_recap=True, in_weekly_digest=True),
    ReminderProfile.ACTIVE: ProfileRules(call_nudges=2, weekly_questions=4, after_recap=True, in_weekly_digest=False),
}


STANDARD = _RULES[ReminderProfile.STANDARD]


def known_profile(name: str | None) -> ReminderProfile:
    """The profile by its name; None, or a name that this version does not know, is the standard one."""
    return ReminderProfile(name) if name in tuple(ReminderProfile) else ReminderProfile.STANDARD


def profile_rules(name: str | None) -> ProfileRules:
    """The rules of a profile, by its name as `known_profile` reads it."""
    return _RULES[known_profile(name)]
