"""What handlers return to be shown: plain data that any platform can render."""
