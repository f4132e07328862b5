"""Deal intake: detected in messages, reported by hand, amended, corrected."""
