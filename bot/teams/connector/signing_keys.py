"""Microsoft's public keys: fetched without blocking, cached for a day, fetched again when a key is unknown.

The SDK's own store makes blocking requests without a time-out on the event loop, and fails on an unknown key.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import jwt
import structlog
from aiohttp import ClientSession
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from bot.ports.http_calls import HttpCalls
from bot.ports.messenger import UnreachableError

DAY = 24 * 3600.0
"""Seconds. Microsoft asks to refresh the keys at least once a day."""
PAUSE = 30.0
"""Minimum seconds between two fetches, however many unknown keys are asked for."""
SECONDS = 5.0
"""How long each of the two requests may take."""

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key, and the channels that it is endorsed for."""

    public: RSAPublicKey
    endorsements: frozenset[str]


class KeyStore:
    """The keys that an OpenID metadata document points to."""

    def __init__(self, session: ClientSession, metadata_url: str, timer: Callable[[], float] = time.monotonic) -> None:
        self._calls = HttpCalls(session)
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

    @property
    def fetched(self) -> bool:
        """Whether Microsoft's keys are known at all, so that an unknown key is none of Microsoft's."""
        return bool(self._keys)

    async def _fetch(self) -> None:
        try:
            metadata = await self._get(self._metadata_url)
            entries = (await self._get(self._address_of_keys(metadata)))["keys"]
            keys = dict(_signing_keys(entries))
        except (UnreachableError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            reason = str(error) if isinstance(error, UnreachableError) else type(error).__name__
            log.warning("fetching the signing keys failed", at=self._metadata_url, reason=reason)
            return
        if not keys:
            log.warning("fetching the signing keys failed", at=self._metadata_url, reason="the answer has no keys")
            return
        self._keys, self._loaded_at = keys, self._timer()
        log.info("the signing keys were fetched", count=len(keys))

    def _address_of_keys(self, metadata: Any) -> str:
        """The address that the metadata names; encrypted like the metadata itself."""
        url = str(metadata["jwks_uri"])
        if urlsplit(url).scheme != urlsplit(self._metadata_url).scheme:
            raise ValueError("jwks_uri has another scheme")
        return url

    async def _get(self, url: str) -> Any:
        answer = await self._calls.send("GET", url, kind="signing keys", seconds=SECONDS)
        if answer.status != 200:
            raise UnreachableError(f"signing keys: {answer.kind}")
        return json.loads(answer.body)


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
