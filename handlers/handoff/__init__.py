"""Delivery people: what they can keep, and the handoff that they read back (M8.2, M8.3, M10.1)."""
