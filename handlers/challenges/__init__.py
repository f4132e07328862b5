"""Challenges: what goes wrong after the call, until the customer says it is solved; and what the customer praises."""
