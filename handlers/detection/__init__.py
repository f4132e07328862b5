"""Does this message announce that a customer has just bought? Pure functions, no I/O."""
