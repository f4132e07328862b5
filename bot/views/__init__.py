"""Views: pure functions that turn a handler's screen and the texts into a message or a modal."""
