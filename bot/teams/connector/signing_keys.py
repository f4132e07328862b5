"""Microsoft's public keys: fetched without holding up anybody, kept for a day, asked for anew when one is unknown.

The SDK's own store uses blocking requests without a time-out in the event loop, and falls over an unknown key.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jwt
import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

DAY = 24 * 3600.0
"""Microsoft asks for a fresh look at least once a day."""
PAUSE = 30.0
"""Seconds between two looks, whatever keys strangers name."""
TIMEOUT = ClientTimeout(total=5)

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key, and the channels that it may speak for."""

    public: RSAPublicKey
    endorsements: frozenset[str]


class KeyStore:
    """The keys behind an OpenID metadata address."""

    def __init__(self, session: ClientSession, metadata_url: str, timer: Callable[[], float] = time.monotonic) -> None:
        self._session = session
        self._metadata_url = metadata_url
        self._timer = timer
        self._keys: dict[str, SigningKey] = {}
        self._loaded_at = self._tried_at = float("-inf")
        self._loading: asyncio.Task[None] | None = None

    async def key(self, key_id: str) -> SigningKey | None:
        """The key of that id; None when Microsoft has none, or cannot be asked now."""
        found = self._keys.get(key_id)
        if found is None:
            await self._load()
            return self._keys.get(key_id)
        if self._timer() - self._loaded_at > DAY:
            self._begin_loading()  # behind this activity: the key that is known will do for it
        return found

    async def close(self) -> None:
        """End a look that is under way."""
        if self._loading is not None:
            self._loading.cancel()
            await asyncio.gather(self._loading, return_exceptions=True)

    async def _load(self) -> None:
        loading = self._begin_loading()
        if loading is not None:
            await asyncio.shield(loading)  # others may wait for it, too

    def _begin_loading(self) -> asyncio.Task[None] | None:
        """The look that is under way, or a new one; None when the last one was just now."""
        if self._loading is not None and not self._loading.done():
            return self._loading
        if self._timer() - self._tried_at < PAUSE:
            return None
        self._tried_at = self._timer()
        self._loading = asyncio.create_task(self._look())
        return self._loading

    async def _look(self) -> None:
        try:
            metadata = await self._get(self._metadata_url)
            entries = (await self._get(str(metadata["jwks_uri"])))["keys"]
            keys = dict(_signing_keys(entries))
        except (ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("the signing keys could not be fetched", at=self._metadata_url, error=repr(error))
            return
        self._keys, self._loaded_at = keys, self._timer()
        log.info("the signing keys were fetched", count=len(keys))

    async def _get(self, url: str) -> Any:
        async with self._session.get(url, timeout=TIMEOUT, raise_for_status=True) as answer:
            return await answer.json(content_type=None)


def _signing_keys(entries: list[dict[str, Any]]) -> list[tuple[str, SigningKey]]:
    """The RSA keys among the entries of a key set; whatever else is in it is left alone."""
    found = []
    for entry in entries:
        if entry.get("kty") != "RSA" or not isinstance(entry.get("kid"), str):
            continue
        try:
            public = jwt.PyJWK(entry, algorithm="RS256").key
        except jwt.PyJWTError as error:
            log.warning("a signing key cannot be read", error=repr(error))
            continue
        if isinstance(public, RSAPublicKey):
            found.append((entry["kid"], SigningKey(public, frozenset(entry.get("endorsements") or ()))))
    return found
