"""Microsoft Teams: activities, Adaptive Cards, the Bot Connector. The rest is in `bot.views` and `bot.interactions`."""
