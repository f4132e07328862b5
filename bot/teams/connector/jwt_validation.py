"""Whether a request comes from Teams: its bearer token, checked as Microsoft documents it (docs/decisions/0015)."""

from __future__ import annotations

from dataclasses import dataclass

import jwt

from bot.teams.activity import CHANNEL_ID
from bot.teams.connector.signing_keys import KeyStore

ISSUER = "https://api.botframework.com"
ALGORITHM = "RS256"
LEEWAY_SECONDS = 300
"""How far the two clocks may be apart, as Microsoft says."""
LONGEST = 16_384
"""Characters of an Authorization header that are looked at. Microsoft's have about 1,500."""


class UntrustedError(Exception):
    """It cannot be shown that this comes from Teams. The text is the cause for the log, and holds no secret."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a valid token says: the address that its activity was sent from."""

    service_url: str


class TokenValidator:
    """Checks tokens that were issued for one bot."""

    def __init__(self, keys: KeyStore, app_id: str) -> None:
        self._keys = keys
        self._app_id = app_id

    async def claims(self, authorization: str | None) -> Claims:
        """What the token of an Authorization header says.

        Raises `UntrustedError` for anything but a token of the Bot Connector for this bot, signed within its time by a
        key that is endorsed for Teams.
        """
        token = _bearer(authorization)
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.InvalidTokenError, ValueError, RecursionError) as error:
            raise UntrustedError(f"the token's header cannot be read: {type(error).__name__}") from error
        if header.get("alg") != ALGORITHM:
            raise UntrustedError("the token is not signed by RS256")
        key_id = header.get("kid")
        key = await self._keys.key(key_id) if isinstance(key_id, str) else None
        if key is None:
            raise UntrustedError("the token names no key that Microsoft has")
        if CHANNEL_ID not in key.endorsements:
            raise UntrustedError("the token's key is not endorsed for Teams")
        try:
            claims = jwt.decode(
                token,
                key.public,
                algorithms=[ALGORITHM],
                issuer=ISSUER,
                audience=self._app_id,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud"], "strict_aud": True},
            )
        except jwt.InvalidTokenError as error:
            raise UntrustedError(f"the token is not valid: {type(error).__name__}") from error
        service_url = claims.get("serviceurl")
        if not isinstance(service_url, str) or not service_url:
            raise UntrustedError("the token has no serviceurl")
        return Claims(service_url)


def _bearer(authorization: str | None) -> str:
    if not authorization:
        raise UntrustedError("there is no Authorization header")
    if len(authorization) > LONGEST:
        raise UntrustedError("the Authorization header is too long")
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise UntrustedError("the Authorization header holds no bearer token")
    return token.strip()
