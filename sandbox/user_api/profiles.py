"""Change one's profile: the time zone, as a person who travels does."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sandbox.errors import BadInputError
from sandbox.user_api.request import UserRequest
from sandbox.webapi.users import user_object

Json = dict[str, Any]


async def change(request: UserRequest) -> Json:
    """`POST /sandbox/profile`: sets the person's `tz`, and sends `user_change` unless `quiet`."""
    person, sim = request.person(), request.sim
    name = request.text("tz")
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInputError("tz is an IANA time zone.") from None
    person.tz, person.tz_label = name, name
    user = user_object(sim.workspace, person, with_email=False, with_locale=True)
    if not request.args.get("quiet"):
        sim.events.publish(
            {"type": "user_change", "user": user, "cache_ts": user["updated"], "event_ts": sim.clock.ts()}
        )
    return {"user": user}
