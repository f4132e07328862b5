"""When somebody types a day and a time: `lexer` reads the words, `resolve` finds the moment they mean."""
