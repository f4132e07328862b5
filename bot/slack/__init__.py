"""Slack: Bolt listeners, Block Kit, the Web API. The rest is in `bot.views` and `bot.interactions`."""
