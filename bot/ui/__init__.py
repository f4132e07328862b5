"""The vocabulary of every surface: components, the ids that tie them to actions, and texts."""
