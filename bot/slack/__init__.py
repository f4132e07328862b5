"""The Slack face: Bolt listeners, Block Kit, the Web API. What it shows and does is in `bot.views` and the tables."""
