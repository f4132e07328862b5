"""Screens as Block Kit: a view model and the words go in, a dict for Slack comes out. No I/O."""
