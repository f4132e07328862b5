"""Reminders: what the app sends a person and when, and the person's settings for it."""
