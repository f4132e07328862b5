"""What the team shares: channels and their win summaries."""
