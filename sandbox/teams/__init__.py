"""A simulated Bot Connector, the API of Microsoft Teams that a bot calls. It imports nothing of the product."""
