"""UI components, ids and texts, shared by all platforms."""
