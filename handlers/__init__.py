"""What happens on each event, as plain functions over a database session."""
