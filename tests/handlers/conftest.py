"""Fixtures of the handler tests."""

from __future__ import annotations

import pytest

from storage.database import Database
from tests.handlers.world import World


@pytest.fixture
def world(database: Database) -> World:
    """An empty workspace, on a Monday at noon UTC."""
    return World(database)
