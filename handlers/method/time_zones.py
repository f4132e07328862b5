"""Time zones of people, by any name that a platform sends."""

from __future__ import annotations

import io
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache, lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global

NAMES_CACHED = 2_000
NOT_OF_A_PLACE = ("posix/", "right/")
"""Folders of the machine's zone data with copies of all zones; those in `right/` count leap seconds."""
_UTC = ZoneInfo.from_file(io.BytesIO(b"TZif" + bytes(16) + bytes(18) + b"\0\1\0\0\0\4" + bytes(6) + b"UTC\0"), "UTC")
"""UTC on a machine without zone data. The bytes are a TZif file (RFC 9636) with one type and no transition."""

log = logging.getLogger(__name__)


def zone(name: str | None, fallback: str = "UTC") -> ZoneInfo:
    """Return the time zone `name`, or the fallback when it is missing or the machine does not know it."""
    for candidate in (name, fallback):
        found = known_zone(candidate or "")
        if found is not None:
            return found
    return known_zone("UTC") or _UTC


@lru_cache(NAMES_CACHED)
def known_zone(name: str) -> ZoneInfo | None:
    """Return the time zone that a platform calls `name`; None, with a warning in the log, for an unknown one.

    `name` is an IANA name, today's (`Asia/Kolkata`) or a former one (`Asia/Calcutta`, `US/Pacific`), or one of Windows
    (`GMT Standard Time`), in any case. The zone's key is today's name, unless the machine knows only a former one.
    """
    wanted = name.strip()
    if not wanted:
        return None
    canonical = canonical_name(wanted)
    candidates = [wanted] if canonical is None else [canonical, *_former_names().get(canonical, ())]
    if canonical is not None or ("/" in wanted and not wanted.startswith(NOT_OF_A_PLACE)):
        for candidate in candidates:
            try:
                return _load(candidate)
            except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder, or a name that is too long
                continue
    log.warning("this machine knows no time zone %r", wanted[:100])
    return None


def canonical_name(name: str) -> str | None:
    """Return today's IANA name of a zone (see `known_zone`); None for a name that CLDR does not have."""
    return _canonical_names().get(name.strip().casefold())


def zone_with_offset(offset: timedelta | None) -> str | None:
    """Return the name of the zone that is always `offset` ahead of UTC; None if there is none, as for half hours."""
    hours, rest = divmod(offset or timedelta(0), timedelta(hours=1))
    if offset is None or rest or not -12 <= hours <= 14:
        return None
    return f"Etc/GMT{-hours:+d}" if hours else "UTC"  # POSIX counts them westward


def _load(key: str) -> ZoneInfo:
    return ZoneInfo(key)


@cache
def _canonical_names() -> Mapping[str, str]:
    """Today's IANA name by every name in small letters, from CLDR's data in Babel."""
    aliases: Mapping[str, str] = get_global("zone_aliases")
    windows: Mapping[str, str] = get_global("windows_zone_mapping")
    names = {name.casefold(): name for name in get_global("zone_territories")}
    names |= {name.casefold(): aliases.get(place, place) for name, place in windows.items()}
    names |= {name.casefold(): place for name, place in aliases.items()}
    return MappingProxyType({name: "UTC" if place == "Etc/UTC" else place for name, place in names.items()})


@cache
def _former_names() -> Mapping[str, Sequence[str]]:
    """Former names by today's name."""
    names: defaultdict[str, list[str]] = defaultdict(list)
    for name, place in get_global("zone_aliases").items():
        names[place].append(name)
    return names
