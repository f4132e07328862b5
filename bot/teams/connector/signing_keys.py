"""Microsoft's public keys: fetched without blocking, cached for a day, fetched again when a key is unknown.

The SDK's own store makes blocking requests without a time-out on the event loop, and fails on an unknown key.
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
"""Seconds. Microsoft asks to refresh the keys at least once a day."""
PAUSE = 30.0
"""Minimum seconds between two fetches, however many unknown keys are asked for."""
TIMEOUT = ClientTimeout(total=5)

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key, and the channels that it is endorsed for."""

    public: RSAPublicKey
    endorsements: frozenset[str]


class KeyStore:
    """The keys that an OpenID metadata document points to."""

    def __init__(self, session: ClientSession, metadata_url: str, timer: Callable[[], float] = time.monotonic) -> None:
        self._session = session
        self._metadata_url = metadata_url
        self._timer = timer
        self._keys: dict[str, SigningKey] = {}
        self._loaded_at = self._tried_at = float("-inf")
        self._loading: asyncio.Task[None] | None = None

    async def key(self, key_id: str) -> SigningKey | None:
        """The key with that id; None if Microsoft has no such key, or cannot be reached now."""
        key = self._keys.get(key_id)
        if key is None:
            await self._load()
            return self._keys.get(key_id)
        if self._timer() - self._loaded_at > DAY:
            self._start_loading()  # in the background: the known key is good enough for this activity
        return key

    async def close(self) -> None:
        """Cancel a fetch in progress."""
        if self._loading is not None:
            self._loading.cancel()
            await asyncio.gather(self._loading, return_exceptions=True)

    async def _load(self) -> None:
        loading = self._start_loading()
        if loading is not None:
            await asyncio.shield(loading)  # other callers may wait for it, too

    def _start_loading(self) -> asyncio.Task[None] | None:
        """The fetch in progress, or a new one; None within `PAUSE` of the last one."""
        if self._loading is not None and not self._loading.done():
            return self._loading
        if self._timer() - self._tried_at < PAUSE:
            return None
        self._tried_at = self._timer()
        self._loading = asyncio.create_task(self._fetch())
        return self._loading

    async def _fetch(self) -> None:
        try:
            metadata = await self._get(self._metadata_url)
            entries = (await self._get(str(metadata["jwks_uri"])))["keys"]
            keys = dict(_signing_keys(entries))
        except (ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("fetching the signing keys failed", at=self._metadata_url, error=repr(error))
            return
        self._keys, self._loaded_at = keys, self._timer()
        log.info("the signing keys were fetched", count=len(keys))

    async def _get(self, url: str) -> Any:
        async with self._session.get(url, timeout=TIMEOUT, raise_for_status=True) as answer:
            return await answer.json(content_type=None)


def _signing_keys(entries: list[dict[str, Any]]) -> list[tuple[str, SigningKey]]:
    """The RSA keys of a key set; other entries are ignored."""
    keys = []
    for entry in entries:
        if entry.get("kty") != "RSA" or not isinstance(entry.get("kid"), str):
            continue
        try:
            public = jwt.PyJWK(entry, algorithm="RS256").key
        except jwt.PyJWTError as error:
            log.warning("a signing key is not readable", error=repr(error))
            continue
        if isinstance(public, RSAPublicKey):
            keys.append((entry["kid"], SigningKey(public, frozenset(entry.get("endorsements") or ()))))
    return keys
