"""What a person is written to about and when, and what they want of that."""
