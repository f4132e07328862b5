"""The Bot Connector and the SDK for it: who speaks, what is sent, and what comes back. No other place knows the SDK."""
