"""The team on a deal: who is on it, in which role, and who of it keeps which promise."""
