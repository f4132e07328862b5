"""Validates the bearer token of a request from Teams, as Microsoft documents it (docs/decisions/0015)."""

from __future__ import annotations

from dataclasses import dataclass

import jwt

from bot.teams.activity import CHANNEL_ID
from bot.teams.connector.signing_keys import KeyStore
from bot.teams.errors import NoSigningKeysError, UntrustedRequestError

ISSUER = "https://api.botframework.com"
ALGORITHM = "RS256"
LEEWAY_SECONDS = 300
"""Microsoft's tolerance for the difference of two clocks."""
HEADER_LIMIT = 16_384
"""Characters in an Authorization header. Microsoft's have about 1,500."""


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of a valid token: the service address that the activity was sent from."""

    service_url: str


class TokenValidator:
    """Validates tokens that were issued for one bot."""

    def __init__(self, keys: KeyStore, app_id: str) -> None:
        self._keys = keys
        self._app_id = app_id

    async def claims(self, authorization: str | None) -> Claims:
        """The claims of the token in an Authorization header.

        Raises `NoSigningKeysError` if no token can be checked now, and `UntrustedRequestError` unless the Bot Connector
        issued the token for this bot, it is valid now, and it is signed with a key that is endorsed for Teams.
        """
        token = _bearer(authorization)
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.InvalidTokenError, ValueError, RecursionError) as error:
            raise UntrustedRequestError(f"the token's header cannot be read: {type(error).__name__}") from error
        if header.get("alg") != ALGORITHM:
            raise UntrustedRequestError("the token is not signed with RS256")
        key_id = header.get("kid")
        key = await self._keys.key(key_id) if isinstance(key_id, str) else None
        if key is None and not self._keys.fetched:
            raise NoSigningKeysError("Microsoft's signing keys could not be fetched yet")
        if key is None:
            raise UntrustedRequestError("the token's key is not one of Microsoft's")
        if CHANNEL_ID not in key.endorsements:
            raise UntrustedRequestError("the token's key is not endorsed for Teams")
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
            raise UntrustedRequestError(f"the token is not valid: {type(error).__name__}") from error
        service_url = claims.get("serviceurl")
        if not isinstance(service_url, str) or not service_url:
            raise UntrustedRequestError("the token has no serviceurl")
        return Claims(service_url)


def _bearer(authorization: str | None) -> str:
    if not authorization:
        raise UntrustedRequestError("there is no Authorization header")
    if len(authorization) > HEADER_LIMIT:
        raise UntrustedRequestError("the Authorization header is too long")
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise UntrustedRequestError("the Authorization header has no bearer token")
    return token.strip()
