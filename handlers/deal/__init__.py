"""A deal as it stands: its facts, what was learned of it, and what its state plans."""
