"""What a rep learns: deal reviews and self-checks, private to them (M7.4, M7.6)."""
