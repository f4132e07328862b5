"""Somebody stands in for a rep who is away, or who does not get to a call: only with their consent, and for a time."""
