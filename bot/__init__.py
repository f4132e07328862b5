"""The faces and the wiring: Slack, the server, the clock, delivery, the command line."""
