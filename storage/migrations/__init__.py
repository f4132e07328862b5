"""Alembic migrations from an empty database to the current models. Upgrades only; to go back, restore a backup."""
