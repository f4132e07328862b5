"""The Web API that the bot calls, one file an area."""
