"""Whether a person belongs to the company that uses the app."""

from __future__ import annotations

from enum import Enum


class Affiliation(Enum):
    """Where a person belongs, as the platform says. A look-up that failed says nothing: `UNKNOWN`."""

    COLLEAGUE = "a full member of the workspace, or of another one in the same organization"
    GUEST = "a guest whom the workspace lets into some channels: may have deals, and sees no others"
    MEMBER = "one of the two above; which one could not be found out"
    EXTERNAL = "a person of another company"
    UNKNOWN = "could not be found out"
