"""A simulated Bot Connector: the side of Microsoft Teams that a bot talks to. It imports nothing of the product."""
