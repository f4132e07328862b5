"""The interface between the bot and a platform: what a platform implements, and what it is given."""
