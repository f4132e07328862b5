"""Event handlers: plain functions over a database session."""
