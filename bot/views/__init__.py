"""Screens as pieces: a screen of the handlers and the words go in, a message or a sheet comes out. No I/O."""
