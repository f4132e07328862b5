"""Change one's profile: the time zone, as a person who travels does; the status; a pause of notifications."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sandbox.errors import BadInputError
from sandbox.user_api.request import UserRequest
from sandbox.webapi.users import user_object

Json = dict[str, Any]


async def change(request: UserRequest) -> Json:
    """`POST /sandbox/profile`: sets what is given, and sends `user_change` unless `quiet`.

    `tz`; `status_text` and `status_emoji`, with the end `status_expiration`; `dnd_until`. Times are in seconds since
    the epoch, 0 is none.
    """
    person, sim = request.person(), request.sim
    name = request.maybe("tz")
    if name is not None:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise BadInputError("tz is an IANA time zone.") from None
        person.tz, person.tz_label = name, name
    person.status_text = str(request.args.get("status_text", person.status_text))
    person.status_emoji = str(request.args.get("status_emoji", person.status_emoji))
    person.status_expiration = _seconds(request, "status_expiration", person.status_expiration)
    person.dnd_until = _seconds(request, "dnd_until", person.dnd_until)
    user = user_object(sim.workspace, person, with_email=False, with_locale=True)
    if not request.args.get("quiet"):
        sim.events.publish(
            {"type": "user_change", "user": user, "cache_ts": user["updated"], "event_ts": sim.clock.ts()}
        )
    return {"user": user}


def _seconds(request: UserRequest, name: str, before: int) -> int:
    value = request.args.get(name, before)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise BadInputError(f"{name} is a time in seconds since the epoch, or 0.")
    return value
