"""What a platform implements, and what it is given: platform, messenger, context, clock, background tasks."""
