"""The controls of the simulation: clock, faults, raw requests, reset, inspector."""

from __future__ import annotations

import asyncio
from typing import Any

from sandbox.errors import BadInputError
from sandbox.user_api.request import Asked

Json = dict[str, Any]
LONGEST_WAIT = 30.0


async def clock(asked: Asked) -> Json:
    """`GET /sandbox/clock`."""
    return {"now": asked.sim.clock.iso(), "offset_seconds": asked.sim.clock.offset}


async def move_clock(asked: Asked) -> Json:
    """`POST /sandbox/clock`: moves the workspace's clock, then the bot's."""
    asked.sim.clock.move(asked.text("move"))
    return await _clock_moved(asked)


async def _clock_moved(asked: Asked) -> Json:
    now = await clock(asked)
    if asked.sim.bot_clock_url is not None:
        complaint = await asked.sim.line.post_clock(asked.sim.bot_clock_url, now)
        if complaint is not None:
            asked.sim.live.notice(f"The bot's clock could not be moved: {complaint}")
            now["bot_clock_error"] = complaint
    asked.sim.live.tell({"type": "clock", **now})
    return now


async def faults(asked: Asked) -> Json:
    """`GET /sandbox/faults`."""
    return asked.sim.faults.shown()


async def set_faults(asked: Asked) -> Json:
    """`POST /sandbox/faults`."""
    asked.sim.faults.change(asked.args)
    return asked.sim.faults.shown()


async def bot(asked: Asked) -> Json:
    """`POST /sandbox/bot`: where the bot is (`url`, `clock_url`); for a bot that starts after the sandbox."""
    for name in ("url", "clock_url"):
        value = asked.maybe(name)
        if value is not None and not value.startswith(("http://127.0.0.1", "http://localhost", "http://[::1]")):
            raise BadInputError(f"{name} is an address on this machine.")
    if "url" in asked.args:
        asked.sim.line.bot_url = asked.maybe("url")
    if "clock_url" in asked.args:
        asked.sim.bot_clock_url = asked.maybe("clock_url")
    return {
        "url": asked.sim.line.bot_url,
        "clock_url": asked.sim.bot_clock_url,
        "socket_connections": asked.sim.sockets.connected,
    }


async def deliver(asked: Asked) -> Json:
    """`POST /sandbox/deliver`: any request to the bot, with a true signature unless `sign` is false."""
    bot_url = asked.sim.line.bot_url
    if bot_url is None:
        raise BadInputError("No address of the bot is known.")
    path = asked.maybe("path")
    if path is not None:
        if not path.startswith("/"):
            raise BadInputError("path starts with a slash.")
        bot_url = "/".join(bot_url.split("/")[:3]) + path
    body, headers, signed_at = asked.args.get("body", ""), asked.args.get("headers", {}), asked.args.get("signed_at")
    if not isinstance(body, str) or not isinstance(headers, dict):
        raise BadInputError("body is a text and headers an object.")
    if signed_at is not None and type(signed_at) is not int:
        raise BadInputError("signed_at is real time in whole seconds.")
    return await asked.sim.line.raw(
        bot_url,
        body.encode(),
        {str(name): str(value) for name, value in headers.items()},
        signed_at,
        asked.args.get("sign", True) is not False,
    )


async def reset(asked: Asked) -> Json:
    """`POST /sandbox/reset`."""
    asked.sim.reset()
    await _clock_moved(asked)
    asked.sim.live.tell({"type": "conversations"})
    return {}


async def requests(asked: Asked) -> Json:
    """`GET /sandbox/requests`."""
    after = asked.maybe("after") or "0"
    if not after.isdecimal():
        raise BadInputError("after is the id of a request.")
    return {"requests": [each.shown() for each in asked.sim.log.after(int(after))]}


async def idle(asked: Asked) -> Json:
    """`GET /sandbox/idle`: waits (`timeout` seconds, 5 when left out) until no event is on its way to the bot."""
    timeout = asked.maybe("timeout") or "5"
    try:
        seconds = min(float(timeout), LONGEST_WAIT)
    except ValueError:
        raise BadInputError("timeout is a number of seconds.") from None
    try:
        await asyncio.wait_for(asked.sim.events.idle(), seconds)
    except TimeoutError:
        return {"idle": False, "waiting": asked.sim.events.waiting}
    return {"idle": True, "waiting": asked.sim.events.waiting}


async def disconnect(asked: Asked) -> Json:
    """`POST /sandbox/socket/disconnect`: hangs up on Socket Mode clients, or only warns them (`warn`)."""
    await asked.sim.sockets.disconnect(
        "warning" if asked.args.get("warn") else "refresh_requested", warn_only=bool(asked.args.get("warn"))
    )
    return {}
