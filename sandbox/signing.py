"""Slack's request signature: HMAC-SHA256 of version, time and body, with the app's signing secret."""

from __future__ import annotations

import hashlib
import hmac
import time


def signature_headers(secret: str, body: bytes, signed_at: int | None = None) -> dict[str, str]:
    """The two headers that prove that a request is from Slack; `signed_at` is real time in seconds, by default now."""
    moment = str(int(time.time()) if signed_at is None else signed_at)
    base = b"v0:" + moment.encode() + b":" + body
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": f"v0={digest}"}
