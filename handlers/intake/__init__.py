"""Deals that people tell of: heard, told by hand, amended, put right."""
