"""OAuth codes from the install page: each can be exchanged once, within ten minutes."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass

from sandbox.errors import SlackRefusal

LIFETIME = 600.0
MAX_CODES = 1_000


@dataclass(slots=True)
class Code:
    """The scopes and the redirect of one installation."""

    scopes: str
    redirect_uri: str | None
    issued_at: float
    used: bool = False


class OAuthCodes:
    """The codes that were issued."""

    def __init__(self) -> None:
        self._codes: OrderedDict[str, Code] = OrderedDict()

    def issue(self, scopes: str, redirect_uri: str | None) -> str:
        """A new code for one installation."""
        code = f"{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._codes[code] = Code(scopes, redirect_uri, time.monotonic())
        while len(self._codes) > MAX_CODES:
            self._codes.popitem(last=False)
        return code

    def exchange(self, code: str, redirect_uri: str | None) -> Code:
        """Exchange a code. Refuses `invalid_code`, `code_already_used` and `bad_redirect_uri`."""
        known = self._codes.get(code)
        if known is None or time.monotonic() - known.issued_at > LIFETIME:
            raise SlackRefusal("invalid_code")
        if known.used:
            raise SlackRefusal("code_already_used")
        if known.redirect_uri != redirect_uri:
            raise SlackRefusal("bad_redirect_uri")
        known.used = True
        return known
