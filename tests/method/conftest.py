"""How the method's rules are tried: many examples, and no clock."""

from __future__ import annotations

from hypothesis import settings

# A rule does not break because the machine is busy.
settings.register_profile("no clock", deadline=None)
settings.load_profile("no clock")
