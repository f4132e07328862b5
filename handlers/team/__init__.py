"""What the team shares: its channels, and the wins that are told there."""
