"""A deal's state: its facts, what is learned from it, and the messages it plans."""
