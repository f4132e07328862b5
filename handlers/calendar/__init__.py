"""A person's dates as a calendar feed: the secret link to it, and what it shows."""
