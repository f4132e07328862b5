"""Public holidays by country, and the country that a time zone is in."""

from __future__ import annotations

from datetime import date
from functools import cache

from babel.core import get_global

from prompts.cadence import BY_ZONE, NO_HOLIDAYS


def country_of(setting: str, zone: str) -> str | None:
    """The country whose holidays count: as `Cadence.holidays` says, by the IANA zone when it says so; None for none."""
    if setting == NO_HOLIDAYS:
        return None
    if setting != BY_ZONE:
        return setting
    found: str | None = get_global("zone_territories").get(zone)
    return found


@cache
def public_holidays(country: str, year: int) -> frozenset[date]:
    """The days that are free in the whole country (ISO 3166), none for a country that nobody knows.

    The first call of a process loads the library: 0.3 s, 9 MB. It loads the rules of every country at once.
    """
    import holidays  # noqa: PLC0415 (what it costs is paid by who plans a reminder, not by every command)

    try:
        return frozenset(holidays.country_holidays(country, years=year, expand=False))
    except NotImplementedError:
        return frozenset()
