"""Public holidays by country, and the country of a time zone."""

from __future__ import annotations

from datetime import date
from functools import cache

from babel.core import get_global

from handlers.method.time_zones import canonical_name
from prompts.cadence import BY_ZONE, NO_HOLIDAYS


def country_of(setting: str, zone: str) -> str | None:
    """Return the country whose holidays count, from `Cadence.holidays` and the time zone; None for no holidays.

    `zone` may have any of its names (`time_zones.known_zone`).
    """
    if setting == NO_HOLIDAYS:
        return None
    if setting != BY_ZONE:
        return setting
    found: str | None = get_global("zone_territories").get(canonical_name(zone) or zone)
    return found


@cache
def public_holidays(country: str, year: int) -> frozenset[date]:
    """Return the nationwide holidays of a country (ISO 3166); none for an unknown country.

    The first call in a process loads the library, with the rules of every country: 0.3 s, 9 MB.
    """
    import holidays  # noqa: PLC0415 (only planning a reminder pays for the import, not every command)

    try:
        return frozenset(holidays.country_holidays(country, years=year, expand=False))
    except NotImplementedError:
        return frozenset()
