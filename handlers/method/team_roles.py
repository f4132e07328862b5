"""The roles on a deal's team, and how people write them."""

from __future__ import annotations

import re
from enum import StrEnum


class TeamRole(StrEnum):
    """What somebody is on a deal beside its rep."""

    CO_OWNER = "co_owner"
    """Acts as the rep does."""
    ENGINEER = "engineer"
    PARTNER = "partner"
    CUSTOMER_SUCCESS = "customer_success"


ALL_ROLES = frozenset(TeamRole)
LEAST = TeamRole.ENGINEER
"""The role of somebody who is added without one: they see the promises, and settle their own."""

_WRITTEN = {
    TeamRole.CO_OWNER: r"co[\s_-]*(?:owner|rep|seller)",
    TeamRole.CUSTOMER_SUCCESS: r"customer[\s_-]*success|csm|cs",
    TeamRole.PARTNER: r"partner",
    TeamRole.ENGINEER: r"(?:(?:sales|solutions?|systems?|presales|pre-sales)[\s-]+)?engineer|se",
}
_AT_THE_END = {
    role: re.compile(rf"(?:\A|[\s,:(])(?:as\s+(?:an?\s+|the\s+|our\s+)?)?(?:{words})[).!]?\Z", re.IGNORECASE)
    for role, words in _WRITTEN.items()
}


def cut_role(typed: str) -> tuple[str, TeamRole | None]:
    """What was typed without the role at its end, and the role; None if there is none."""
    text = typed.strip()
    for role, pattern in _AT_THE_END.items():
        found = pattern.search(text)
        if found is not None:
            return text[: found.start()].rstrip(" ,:("), role
    return text, None
