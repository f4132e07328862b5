"""Slack, Microsoft Teams and the command line: everything that talks to a platform, and the wiring."""
