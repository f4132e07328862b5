"""The Bot Connector: authentication, and calls both ways. No other package imports the Bot Framework SDK."""
