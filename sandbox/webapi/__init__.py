"""The Web API that the bot calls, one file per area."""
