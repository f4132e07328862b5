"""Which zone a name is of."""

from __future__ import annotations

import pytest

from handlers.method.time_zones import zone


@pytest.mark.parametrize(
    ("name", "fallback", "found"),
    [
        ("Asia/Tokyo", "Europe/Berlin", "Asia/Tokyo"),
        (None, "Europe/Berlin", "Europe/Berlin"),
        ("", "Europe/Berlin", "Europe/Berlin"),
        ("Mars/Olympus_Mons", "Europe/Berlin", "Europe/Berlin"),
        ("../../etc/passwd", "Europe/Berlin", "Europe/Berlin"),
        ("nul\0", "Europe/Berlin", "Europe/Berlin"),
        ("Mars/Olympus_Mons", "Mars/Olympus_Mons", "UTC"),
        (None, "", "UTC"),
    ],
)
def test_an_unknown_zone_falls_back(name: str | None, fallback: str, found: str) -> None:
    assert zone(name, fallback).key == found
