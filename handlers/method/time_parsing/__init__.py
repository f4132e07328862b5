"""Parse a typed day and time: `lexer` reads the words, `resolve` finds the moment."""
