"""Challenges: told in time, owned by the rep, solved and called back (M7.2, M10.9, M10.10)."""
