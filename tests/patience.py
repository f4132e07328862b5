"""How long a test waits for what must happen."""

PATIENCE = 90.0
"""Seconds; generous, because a busy machine is no failure: they are only over when something hangs."""
